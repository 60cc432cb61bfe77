/**
 * The rows of the ablation: what PinSage's ablations change, one at a time, and what this model adds to PinSage.
 *
 * Source: Ying et al. 2018, section 4 (content alone, max, mean and importance pooling, hard negatives, neighbors T). Differs: K,
 * the objective, learned rows and the fusion with the walk are rows too, and simple baselines stand beside them.
 */
import type { Collection } from '../../data/collection.js';
import type { Config } from '../config.js';
import { contentFields } from '../content/content-fields.js';

/** One row, as it is asked for. */
export interface RowDefinition {
  readonly name: string;
  readonly description: string;
  /** Nothing is trained for a baseline; its name is that of its model. */
  readonly isBaseline: boolean;
  /** Options that differ from the config the ablation was started with. */
  readonly change: Partial<Config>;
  /** Where pins have no content it would be another row again. */
  readonly needsContent?: boolean;
  /** The row that trains the same weights: its training is not done again. */
  readonly trainsAs?: string;
  /** Vectors of the user's own, which no option turns off, are left out. */
  readonly dropsVectors?: boolean;
}

/** The network as in the paper, without learned rows: the rows that say `network` each change one thing of it. */
const network: Partial<Config> = { learnIds: false, learnContent: false };

const noContent: Partial<Config> = {
  ...{ titles: false, pictures: false },
  ...{ tagColumns: 'none', textColumns: 'none', linkColumns: 'none' },
};

const baseline = (name: string, description: string): RowDefinition => ({
  name,
  description,
  isBaseline: true,
  change: {},
});

const row = (name: string, description: string, change: Partial<Config>): RowDefinition => ({
  name,
  description,
  isBaseline: false,
  change,
});

/** Every row in the order that the table shows. */
export const rowDefinitions: readonly RowDefinition[] = [
  baseline('popularity', 'the most saved pins'),
  { ...baseline('content', 'cosines of titles and pictures, no graph'), needsContent: true },
  baseline('coSave', 'neighbors by shared boards'),
  baseline('rp3beta', 'RP3beta, a walk cut to the nearest'),
  baseline('walk', 'the exact walk, board-pin-board-pin'),
  baseline('gfCf', 'GF-CF, a filter of the save matrix'),
  baseline('chebyCf', 'ChebyCF, a longer filter'),
  baseline('als', 'matrix factors by alternating least squares'),
  baseline('filter', 'a longer walk through the spectral factors'),
  {
    ...row('contentNetwork', 'network, content features alone', { ...network, spectralDimension: 0 }),
    needsContent: true,
  },
  {
    ...row('spectralNetwork', 'network, spectral features alone', { ...network, ...noContent }),
    needsContent: true,
    dropsVectors: true,
  },
  row('maxPooling', 'network, max pooling', { ...network, pooling: 'max' }),
  row('meanPooling', 'network, mean pooling', { ...network, pooling: 'mean' }),
  row('importancePooling', 'network, importance pooling: what the next rows change', network),
  row('hardNegatives', 'network, hard negatives', { ...network, hardNegatives: 100 }),
  row('oneLayer', 'network, K = 1', { ...network, layers: 1 }),
  row('tenNeighbors', 'network, T = 10', { ...network, neighborCount: 10 }),
  row('fiftyNeighbors', 'network, T = 50', { ...network, neighborCount: 50 }),
  row('pairs', 'network, pin pairs in place of boards', { ...network, batchBoards: 0, batchPairs: 512 }),
  row('boardsAndPairs', 'network, boards and pin pairs', { ...network, batchPairs: 512 }),
  { ...row('termRows', 'no network, learned rows of terms', { learnIds: false }), needsContent: true },
  { ...row('pinRows', 'no network, learned rows of pins', { learnContent: false }), needsContent: true },
  { ...row('withNetwork', 'learned rows of both and a network', { layers: 2 }), needsContent: true },
  row('full', 'learned rows of both: the defaults', {}),
  { ...row('withoutWalk', 'the same, no walk in the fused ranking', { fuseWalk: false }), trainsAs: 'full' },
];

/** Whether pins say or show anything that the config lets in. */
export function hasContent({ pins, vectors }: Collection, config: Config): boolean {
  const { titles, pictures } = config;
  const own = [...vectors.keys()].some((name) => name !== 'title' && name !== 'picture');
  const said = titles && (vectors.has('title') || pins.titles.some((title) => title !== ''));
  return (
    own ||
    said ||
    contentFields(pins, config).length > 0 ||
    (pictures && (vectors.has('picture') || pins.pictures !== undefined))
  );
}
