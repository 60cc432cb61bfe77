/**
 * What comes before training: the split, what pins say and show, and the training graph as the model sees it.
 */
import type { Collection, PinVectors, Saves } from '../data/collection.js';
import { contentFingerprintOf } from '../data/fingerprint.js';
import { joinSaves } from '../data/saves.js';
import { splitSaves, type Split } from '../data/split.js';
import { type BipartiteGraph, buildGraph } from '../graph/bipartite-graph.js';
import { pruneSaves } from '../graph/pruning.js';
import type { Config } from './config.js';
import { contentBlocks } from './content/content-blocks.js';
import { describeField, titlesOf } from './content/content-fields.js';
import { contentTerms, type ContentTerms } from './content/content-terms.js';
import { TitleIndex, type Titles } from './content/title-index.js';
import { boardIdeas, coldPins, relatedPins, sampleQueries, type Task } from './evaluation/tasks.js';
import {
  findSpectralFactors,
  modelInputs,
  type ModelInputs,
  type ModelContext,
  type TrainedOn,
} from './features/model-inputs.js';
import { principalComponents } from './features/principal-components.js';
import type { SpectralFactors } from './features/spectral-factors.js';
import { Workspace } from './kernels/workspace.js';
import { roomForFactors } from './model/ranking-matrices.js';
import { byStage, type Progress } from './progress.js';

/** What a preparation begins with. */
export interface PreparationOptions {
  readonly collection: Collection;
  readonly config: Config;
  /** For vectors of titles and pictures. */
  readonly cacheFolder: string;
  readonly progress: Progress;
  /** Told facts worth a line: counts, choices, what falls back. */
  readonly say: (line: string) => void;
}

/** All that training and evaluation start from. */
export interface Preparation {
  /** Less the saves that were pruned. */
  readonly collection: Collection;
  /** Of titles, attributes, pictures and vectors; that of the saves is the collection's. */
  readonly contentFingerprint: string;
  readonly split: Split;
  /** Titles of pins and boards, and what other columns say of pins, parsed once a run. */
  readonly titles: Titles;
  /** Titles, pictures, columns and vectors of the user's own at full length, by block. */
  readonly content: ReadonlyMap<string, PinVectors>;
  readonly context: ModelContext;
  readonly trainGraph: BipartiteGraph;
  readonly factors: SpectralFactors | undefined;
  /** The training graph as the model sees it. */
  readonly inputs: ModelInputs;
  readonly trained: TrainedOn;
  readonly validation: Tasks;
}

/** The questions that saves held out from a graph ask. */
export interface Tasks {
  readonly boardIdeas: Task;
  readonly relatedPins: Task;
  readonly coldPins: Task;
}

/**
 * Share withheld for validation: of a validation board's saves, or, from all boards alike, of the pins (cold) or of the latest saves
 * (time). Of these fewer, since training loses each of them.
 */
const VALIDATION_FRACTIONS = { given: 0.2, random: 0.2, time: 0.05, cold: 0.1 } as const;
/** The most of all boards that lose any. */
const VALIDATION_BOARD_SHARE = 0.2;
const VALIDATION_PAIRS = 2000;
const TEST_PAIRS = 10_000;
/** Scores of one model that a task of test may cost, queries times pins: every board of gowalla is within it. */
const MOST_TEST_SCORES = 2e9;
/** Queries that are judged whatever they cost. */
const LEAST_TEST_QUERIES = 2000;

/**
 * Prunes, splits, reads content and looks at the training graph.
 *
 * @throws PinwalkError what its parts throw; nothing is written but the cache
 */
export async function prepare(options: PreparationOptions): Promise<Preparation> {
  const { config, progress, say } = options;
  const contentFingerprint = contentFingerprintOf(options.collection);
  const { collection, split } = splitOf(options.collection, config, say);
  say(describeSplit(split));
  const titles = titlesOf(collection, config);
  const content = await readContent(collection, titles, options);
  const shortened = shorten(content, config);
  const terms = config.learnContent ? termsOf(titles, shortened, config) : undefined;
  if (terms) {
    const { termCount, rows, vectors = { columns: 0 } } = terms;
    const [words, columns] = [termCount - vectors.columns, vectors.columns];
    const columnsToo = columns > 0 ? `, and ${columns} columns of vectors` : '';
    say(`content that learns: ${words} terms, ${rows.neighbors.length} times in pins${columnsToo}`);
  }
  const context = { collection, content: shortened, terms, config, progress };

  const trainGraph = graphOf(collection, split.train);
  const room = roomForFactors(trainGraph.pinCount, config, shortened);
  const factors = findSpectralFactors(trainGraph, config, { progress, say, room });
  const inputs = await modelInputs(trainGraph, { trainGraph, factors }, context);
  const trained: TrainedOn = { trainGraph, factors, degreeScale: inputs.features?.degreeScale };
  if (inputs.features) {
    const { dimension, blocks } = inputs.features;
    say(`network: reads ${dimension} features of a pin, of ${blocks.map(({ name }) => name).join(', ')}`);
  }
  const validation = tasksOf(trainGraph, split.validation, { seed: config.seed, maxPairs: VALIDATION_PAIRS });
  return {
    ...{ collection, contentFingerprint, split, titles, content, context },
    ...{ trainGraph, factors, inputs, trained, validation },
  };
}

/** The graph of what is known when test is read: train and validation. */
export function knownGraph({ collection, split }: Pick<Preparation, 'collection' | 'split'>): BipartiteGraph {
  return graphOf(collection, joinSaves(split.train, split.validation));
}

/** The graph of everything, as a generation serves it. */
export function servedGraph({ collection, split }: Preparation): BipartiteGraph {
  return graphOf(collection, joinSaves(split.train, split.validation, split.test));
}

/** Queries of a task that test judges at most: 2,000, or as many as make two billion scores of pins. */
export function mostTestQueries(pinCount: number): number {
  return Math.max(LEAST_TEST_QUERIES, Math.floor(MOST_TEST_SCORES / pinCount));
}

/** What test asks of those who know `known`: of more queries than `mostTestQueries` a seeded sample. */
export function testTasks(
  { split, config }: { readonly split: Split; readonly config: Pick<Config, 'seed'> },
  known: BipartiteGraph,
): Tasks {
  const { seed } = config;
  const most = mostTestQueries(known.pinCount);
  const tasks = tasksOf(known, split.test, { seed, maxPairs: Math.min(TEST_PAIRS, most), coldPins: split.coldPins });
  return {
    boardIdeas: sampleQueries(tasks.boardIdeas, most, seed),
    relatedPins: tasks.relatedPins,
    coldPins: sampleQueries(tasks.coldPins, most, seed),
  };
}

/** The split that a config asks for, and the collection less what is pruned before it. */
export function splitOf(
  collection: Collection,
  config: Config,
  say: (line: string) => void = () => {},
): { collection: Collection; split: Split } {
  const pruned = prune(collection, config, say);
  return { collection: pruned, split: splitCollection(pruned, config) };
}

/** Leaves out saves of pins and boards whose degrees are out of the config's bounds; their rows stay, without saves. */
function prune(collection: Collection, config: Config, say: (line: string) => void): Collection {
  const counts = { pinCount: collection.pins.ids.length, boardCount: collection.boards.ids.length };
  const { minPinDegree, minBoardDegree } = config;
  const { kept, dropped } = pruneSaves(collection.saves, counts, {
    minPinDegree,
    minBoardDegree,
    ...(config.maxPinDegree > 0 && { maxPinDegree: config.maxPinDegree }),
    ...(config.maxBoardDegree > 0 && { maxBoardDegree: config.maxBoardDegree }),
  });
  if (dropped.saves === 0) return collection;
  const { pinsBelow, pinsAbove, boardsBelow, boardsAbove, saves } = dropped;
  say(
    `pruned: ${saves} saves of ${pinsBelow} pins and ${boardsBelow} boards below the least degree, ` +
      `${pinsAbove} pins and ${boardsAbove} boards above the most`,
  );
  return { ...collection, saves: kept };
}

async function readContent(
  collection: Collection,
  { fields = [] }: Titles,
  options: PreparationOptions,
): Promise<Map<string, PinVectors>> {
  const { titles, pictures, workers } = options.config;
  const report = byStage(options.progress);
  for (const field of fields) options.say(describeField(field));
  const blocks = await contentBlocks(collection, {
    titles,
    pictures,
    fields,
    cacheFolder: options.cacheFolder,
    say: options.say,
    workers,
    onProgress: (block, done, total) => report(`features (${block})`, done, total),
  });
  for (const [name, { dimension, present }] of blocks) {
    const count = present.reduce((sum, isPresent) => sum + isPresent, 0);
    options.say(`content: ${name} ${dimension} wide, ${count} of ${present.length} pins have it`);
  }
  return blocks;
}

function shorten(content: ReadonlyMap<string, PinVectors>, { contentDimension }: Config): Map<string, PinVectors> {
  const workspace = Workspace.open();
  return new Map([...content].map(([name, block]) => [name, principalComponents(block, contentDimension, workspace)]));
}

/** What titles, other columns and vectors say as one row of terms a pin; hashed columns left out, whose terms stand there themselves. */
function termsOf(titles: Titles, content: ReadonlyMap<string, PinVectors>, config: Config): ContentTerms | undefined {
  const fields = [...(config.titles ? [new TitleIndex(titles).field] : []), ...(titles.fields ?? [])];
  const blocks = new Map([...content].filter(([name]) => name !== 'attributes'));
  return contentTerms(fields, blocks, titles.pins.length);
}

function splitCollection(collection: Collection, config: Config): Split {
  const { split: mode, testFraction, validationBoards, seed, overlap } = config;
  return splitSaves(collection, {
    ...{ mode, testFraction, seed, overlap },
    validationFraction: VALIDATION_FRACTIONS,
    validationBoards: Math.min(validationBoards, Math.ceil(VALIDATION_BOARD_SHARE * collection.boards.ids.length)),
  });
}

/** Sizes of a split, as metrics.json has them. */
export function splitCounts(split: Split): Record<string, number | string> {
  const { mode, reason, train, validation, test, overlapCount, coldPins } = split;
  return {
    mode,
    reason,
    train: train.pins.length,
    validation: validation.pins.length,
    test: test.pins.length,
    overlap: overlapCount,
    coldPins: coldPins?.length ?? 0,
  };
}

function describeSplit(split: Split): string {
  const { mode, reason, train, validation, test, overlap, coldPins } = splitCounts(split);
  const extra = [
    overlap ? `${overlap} test saves also stand in train` : '',
    coldPins ? `${coldPins} cold pins` : '',
    validation ? '' : 'nothing is validated: the last weights are kept, and the fusion keeps its default weights',
    test ? '' : 'nothing is evaluated',
  ];
  return [
    `split (${mode}, ${reason}): ${train} saves to train, ${validation} to validate, ${test} to test`,
    ...extra.filter(Boolean),
  ].join('; ');
}

/** The graph of some saves of a collection, over all its pins and boards. */
function graphOf(collection: Collection, saves: Saves): BipartiteGraph {
  return buildGraph(saves, { pinCount: collection.pins.ids.length, boardCount: collection.boards.ids.length });
}

function tasksOf(
  known: BipartiteGraph,
  heldOut: Saves,
  options: { seed: number; maxPairs?: number; coldPins?: Uint32Array | undefined },
): Tasks {
  const { coldPins: rows, ...pairs } = options;
  return {
    boardIdeas: boardIdeas({ known, heldOut }),
    relatedPins: relatedPins({ known, heldOut }, pairs),
    coldPins: coldPins({ known, heldOut, coldPins: rows }),
  };
}
