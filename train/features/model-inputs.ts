/**
 * What the model sees of a graph: importance neighborhoods, spectral factors and input features of every pin.
 *
 * Made three times in a run, each time from exactly the saves that may be known: to train, to be evaluated, to be served.
 */
import type { Collection, PinVectors } from '../../data/collection.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import type { CompressedRows } from '../../graph/compressed-rows.js';
import { exactNeighborhoods, hopPairCount } from '../../graph/exact-neighborhoods.js';
import { importanceNeighborhoods } from '../../graph/sampled-neighborhoods.js';
import type { Config } from '../config.js';
import type { ContentTerms } from '../content/content-terms.js';
import { Workspace } from '../kernels/workspace.js';
import type { Progress } from '../progress.js';
import { buildFeatureTable, type DegreeScale, type FeatureTable, type FeatureTableOptions } from './feature-table.js';
import { mostRank } from './singular-vectors.js';
import { foldInPins, spectralFactors, type SpectralFactors } from './spectral-factors.js';

/** One graph as the model sees it. */
export interface ModelInputs {
  readonly graph: BipartiteGraph;
  readonly neighborhoods: CompressedRows;
  /** Pins' rows in the spectral basis of the training graph; undefined where the config wants none. */
  readonly spectral: SpectralFactors | undefined;
  /** What a network reads; undefined where the config has none. */
  readonly features: FeatureTable | undefined;
  /** Titles, pictures and vectors of the user's own, by block; like terms the same for every graph. */
  readonly content: ReadonlyMap<string, PinVectors>;
  /** Content that learns; absent where there is none. */
  readonly terms?: ContentTerms | undefined;
}

/**
 * Computes the training graph's spectral factors; undefined where the config wants none or the graph has none.
 *
 * @param options.room  how many there may be, so that they can be ranked by
 *
 * Of very many pins or boards they are fewer than the config wants: what 4 GiB hold.
 */
export function findSpectralFactors(
  trainGraph: BipartiteGraph,
  config: Config,
  { progress, say = () => {}, room = Infinity }: { progress: Progress; say?: (line: string) => void; room?: number },
): SpectralFactors | undefined {
  const { pinCount, boardCount, saveCount } = trainGraph;
  const wanted = Math.max(config.spectralRank, config.spectralDimension, config.learnIds ? config.dimension : 0);
  // Factors beyond half the smaller side are noise, and small worlds have few.
  const useful = Math.min(wanted, Math.floor(Math.min(pinCount, boardCount) / 2));
  const rank = Math.min(useful, mostRank({ rows: boardCount, columns: pinCount, entries: saveCount }), room);
  if (rank < useful) say(`spectral factors: ${rank} of ${useful}, for which there is room in 4 GiB`);
  if (rank < 1 || saveCount === 0) return undefined;
  const workspace = Workspace.open();
  return spectralFactors(trainGraph, { rank, seed: config.seed, workspace, onProgress: progress('spectral factors') });
}

/** What stays the same whichever saves are known. */
export interface ModelContext extends Pick<ModelInputs, 'content' | 'terms'> {
  readonly collection: Collection;
  readonly config: Config;
  readonly progress: Progress;
}

/** What the training graph fixed for every later one. */
export interface TrainedOn {
  readonly trainGraph: BipartiteGraph;
  readonly factors: SpectralFactors | undefined;
  readonly degreeScale?: DegreeScale | undefined;
}

/**
 * A graph as the model reads it.
 *
 * @param graph  the training graph, or one with more saves: its pins are folded into the training graph's basis
 */
export async function modelInputs(
  graph: BipartiteGraph,
  trained: TrainedOn,
  context: ModelContext,
): Promise<ModelInputs> {
  const { collection, content, terms, config, progress } = context;
  const { factors, trainGraph, degreeScale } = trained;
  const visited = await neighborhoodsOf(graph, config, progress);
  const neighborhoods = config.pooling === 'mean' ? equalWeights(visited) : visited;
  const pinFactors =
    factors &&
    (graph === trainGraph ? factors.pinFactors : foldInPins(factors, graph, { workspace: Workspace.open() }));
  const spectral = factors && pinFactors && { ...factors, pinFactors };
  const hasNetwork = layerCount(config, terms) > 0;
  const features = hasNetwork
    ? await buildFeatureTable(collection, graph, { content, spectral: strongest(spectral, config), degreeScale })
    : undefined;
  return { graph, neighborhoods, spectral, features, content, terms };
}

/** Convolutions of a model without learned rows, unless the config says how many. */
const USUAL_LAYERS = 2;

/**
 * Convolutions that a config has. Learned rows, of pins with their pooled neighborhoods and of terms, say all that a network could, in
 * less time (spec/decisions.md, 36): `auto` has none beside them.
 */
export function layerCount({ layers, learnIds }: Config, terms: ContentTerms | undefined): number {
  if (layers !== 'auto') return layers;
  return learnIds || terms ? 0 : USUAL_LAYERS;
}

/** [P, F] what a network reads, empty where there is none. */
export function featureValues({ features }: Pick<ModelInputs, 'features'>): Float32Array {
  return features?.values ?? new Float32Array(0);
}

/** The strongest of the factors, as features. */
function strongest(
  spectral: SpectralFactors | undefined,
  { spectralDimension }: Config,
): FeatureTableOptions['spectral'] {
  if (!spectral) return undefined;
  const dimension = Math.min(spectralDimension, spectral.rank);
  return dimension > 0 ? { dimension, values: firstColumns(spectral.pinFactors, spectral.rank, dimension) } : undefined;
}

/** Hop pairs that are summed exactly in some ten seconds; sampled walks cost the same on any graph. */
const MOST_HOP_PAIRS = 5e8;

/**
 * Importance neighborhoods as the config wants them. `auto` sums every hop pair where that takes seconds and walks elsewhere:
 * 1,000 sampled steps find half of the 50 pins that matter most (spec/decisions.md).
 */
async function neighborhoodsOf(graph: BipartiteGraph, config: Config, progress: Progress): Promise<CompressedRows> {
  const { neighborCount, walkSteps, restartProbability, seed, workers } = config;
  const isExact =
    config.neighborhoods === 'exact' || (config.neighborhoods === 'auto' && hopPairCount(graph) <= MOST_HOP_PAIRS);
  if (isExact) return exactNeighborhoods(graph, { neighborCount });
  const onProgress = progress('random walks');
  return importanceNeighborhoods(graph, { neighborCount, walkSteps, restartProbability, seed, workers, onProgress });
}

/** The same neighborhoods, every neighbor counting alike: PinSage's mean pooling. */
function equalWeights({ offsets, neighbors }: CompressedRows): CompressedRows {
  const weights = new Float32Array(neighbors.length);
  for (let row = 0; row + 1 < offsets.length; row++) {
    const [from, to] = [offsets[row] as number, offsets[row + 1] as number];
    weights.fill(1 / (to - from), from, to);
  }
  return { offsets, neighbors, weights };
}

/** The first `count` of the `columns` columns of a row-major matrix. */
export function firstColumns(values: Float32Array, columns: number, count: number): Float32Array {
  if (columns === 0) return new Float32Array(0);
  const kept = new Float32Array((values.length / columns) * count);
  for (let row = 0; row * columns < values.length; row++) {
    kept.set(values.subarray(row * columns, row * columns + count), row * count);
  }
  return kept;
}
