/**
 * A run from collection to generation, in the order data flows: split, look, train, weigh, judge, serve.
 *
 * Three graphs stand for what may be known: `train` to learn from, `known` (train and validation) when test is read, and
 * `served` (everything) in the generation. Each is looked at anew; weights come from `train` alone.
 */
import type { Collection, PinVectors, Saves } from '../data/collection.js';
import { writeGeneration } from '../data/generation/write.js';
import { joinSaves } from '../data/saves.js';
import { splitSaves, type Split } from '../data/split.js';
import { buildGraph, type BipartiteGraph } from '../graph/bipartite-graph.js';
import { pruneSaves } from '../graph/pruning.js';
import { calibrate } from './calibration.js';
import type { Config } from './config.js';
import { evaluate, type Evaluation } from './evaluation/evaluate.js';
import { rankedScorer } from './evaluation/ranked-scorer.js';
import { metricsTable, type MetricsTable } from './evaluation/table.js';
import { boardIdeas, coldPins, relatedPins, type Task } from './evaluation/tasks.js';
import { contentBlocks } from './features/content-blocks.js';
import { baselines } from './baselines/baselines.js';
import { principalComponents } from './features/principal-components.js';
import { describeGeneration, titlesOf } from './generation-contents.js';
import { findStructure, lookAt, type TrainedBasis } from './graph-inputs.js';
import { Workspace } from './kernels/workspace.js';
import { byStage, type Progress } from './progress.js';
import { embeddedAs, matricesOf } from './ranking-matrices.js';
import type { RankerParts } from './ranking/ranker.js';
import { RankerPool, type RankTask } from './ranking/ranker-pool.js';
import { RunFolder } from './run-folder.js';
import { train } from './train.js';
import { validationFigure } from './validation.js';

export interface RunOptions {
  readonly collection: Collection;
  readonly config: Config;
  readonly folder: RunFolder;
  /** Go on from the folder's newest checkpoint. */
  readonly resume: boolean;
  /** Which saves the generation knows: all, or all but the test's, for checks by outside programs; `none` writes no generation. */
  readonly serveSplit: 'all' | 'train' | 'none';
  /** For vectors of titles and pictures. */
  readonly cacheFolder: string;
  readonly progress: Progress;
  /** Told facts worth a line: counts, choices, what falls back. */
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** What came of a run. */
export type RunResult =
  { readonly stopped: true; readonly steps: number } | { readonly stopped: false; readonly models: MetricsTable };

/** Share of a validation board's saves that is withheld, and the most of all boards that lose any. */
const VALIDATION_FRACTION = 0.2;
const VALIDATION_BOARD_SHARE = 0.2;
/** Pins (mode cold) and latest saves (mode time) are withheld from all boards alike: fewer, since training loses each of them. */
const COLD_VALIDATION_FRACTION = 0.1;
const TIME_VALIDATION_FRACTION = 0.05;
const VALIDATION_PAIRS = 2000;
const TEST_PAIRS = 10_000;

/**
 * Trains, evaluates and writes `pinwalk.sqlite`, `metrics.json` and `metrics.jsonl` into the run's folder.
 *
 * @throws PinwalkError what its parts throw; nothing but checkpoints is written then
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const { config, folder, progress, say } = options;
  const collection = prune(options.collection, config, say);
  const split = splitCollection(collection, config);
  say(describeSplit(split));
  const content = await readContent(collection, options);
  const around = { collection, content: shorten(content, config), config, progress };

  const trainGraph = graphOf(collection, split.train);
  const factors = findStructure(trainGraph, config, progress);
  const inputs = await lookAt(trainGraph, { trainGraph, factors }, around);
  const basis: TrainedBasis = { trainGraph, factors, degreeScale: inputs.features.degreeScale };
  for (const { name, dimension, presentCount } of inputs.features.blocks) {
    say(`features: ${name} ${dimension} wide, ${presentCount} of ${trainGraph.pinCount} pins have it`);
  }

  const validation = tasksOf(trainGraph, split.validation, { seed: config.seed, maxPairs: VALIDATION_PAIRS });
  const trained = await train(config, {
    inputs,
    factors,
    fingerprint: collection.fingerprint,
    checkpointFolder: folder.checkpoints,
    resume: options.resume,
    validate: (shape, weights) =>
      validationFigure(embeddedAs(shape, weights, inputs, config), { inputs, task: validation.boardIdeas, config }),
    progress,
    log: (line) => folder.log(line),
    ...(options.signal && { signal: options.signal }),
  });
  const { shape, weights, steps } = trained;
  const isStopped = (): boolean => options.signal?.aborted === true; // what comes after training starts over on resuming
  if (isStopped()) return { stopped: true, steps };

  const titles = titlesOf(collection);
  const { temperature } = config;
  const matrices = matricesOf(inputs, embeddedAs(shape, weights, inputs, config), config);
  const calibration = await calibrate({ graph: trainGraph, matrices, titles, temperature }, validation, {
    progress,
    workers: config.workers,
  });
  if (isStopped()) return { stopped: true, steps };
  say(`ranking: ${JSON.stringify(calibration.settings)}`);

  const knownGraph = graphOf(collection, joinSaves(split.train, split.validation));
  const known = await lookAt(knownGraph, basis, around);
  const knownMatrices = matricesOf(known, embeddedAs(shape, weights, known, config), config);
  const parts = { graph: knownGraph, matrices: knownMatrices, titles, settings: calibration.settings };
  const evaluation = await judge(parts, content, { split, config, progress });
  if (isStopped()) return { stopped: true, steps };
  const models = metricsTable(evaluation);
  folder.writeMetrics({ models, config, split: splitCounts(split), calibration, fingerprint: collection.fingerprint });

  if (options.serveSplit === 'none') return { stopped: false, models };

  const served =
    options.serveSplit === 'train'
      ? known
      : await lookAt(graphOf(collection, joinSaves(split.train, split.validation, split.test)), basis, around);
  const embeddings = embeddedAs(shape, weights, served, config);
  const contents = await describeGeneration({
    collection,
    config,
    inputs: served,
    embeddings,
    matrices: matricesOf(served, embeddings, config),
    settings: calibration.settings,
    weights,
    models,
    serveSplit: options.serveSplit,
    progress,
  });
  writeGeneration(folder.generation, contents);
  folder.finish();
  return { stopped: false, models };
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

function readContent(collection: Collection, options: RunOptions): Promise<Map<string, PinVectors>> {
  const { titles, pictures, workers } = options.config;
  const report = byStage(options.progress);
  return contentBlocks(collection, {
    titles,
    pictures,
    cacheFolder: options.cacheFolder,
    workers,
    onProgress: (block, done, total) => report(`features (${block})`, done, total),
  });
}

function shorten(content: ReadonlyMap<string, PinVectors>, { contentDimension }: Config): Map<string, PinVectors> {
  const workspace = Workspace.open();
  return new Map([...content].map(([name, block]) => [name, principalComponents(block, contentDimension, workspace)]));
}

/** Reads test, once: the fused ranking, the embedding alone, and every baseline. */
async function judge(
  parts: RankerParts,
  content: ReadonlyMap<string, PinVectors>,
  { split, config, progress }: { split: Split; config: Config; progress: Progress },
): Promise<Evaluation> {
  const { seed, workers } = config;
  const { graph } = parts;
  const rankers = RankerPool.open(parts, workers);
  const baseline = baselines(graph, content, workers);
  const score = (task: RankTask): Promise<Float32Array> => rankers.score(task);
  try {
    return await evaluate(
      [rankedScorer('pinwalk', score, 'fused'), rankedScorer('embedding', score, 'embedding'), ...baseline.scorers],
      Object.values(tasksOf(graph, split.test, { seed, maxPairs: TEST_PAIRS, coldPins: split.coldPins })),
      { pinCount: graph.pinCount, onProgress: progress('evaluation') },
    );
  } finally {
    await Promise.all([baseline.close(), rankers.close()]);
  }
}

function splitCollection(collection: Collection, config: Config): Split {
  const mode = config.split;
  return splitSaves(collection, {
    mode,
    testFraction: config.testFraction,
    validationFraction: validationFraction(collection, mode),
    validationBoards: Math.min(
      config.validationBoards,
      Math.ceil(VALIDATION_BOARD_SHARE * collection.boards.ids.length),
    ),
    seed: config.seed,
    overlap: config.overlap,
  });
}

function validationFraction({ givenTest, saves }: Collection, mode: Config['split']): number {
  if (mode === 'cold') return COLD_VALIDATION_FRACTION;
  const isByTime = mode === 'time' || (mode === 'auto' && !givenTest && saves.savedAt !== undefined);
  return isByTime ? TIME_VALIDATION_FRACTION : VALIDATION_FRACTION;
}

function splitCounts(split: Split): Record<string, number | string> {
  const { mode, train, validation, test, overlapCount, coldPins } = split;
  return {
    mode,
    train: train.pins.length,
    validation: validation.pins.length,
    test: test.pins.length,
    overlap: overlapCount,
    coldPins: coldPins?.length ?? 0,
  };
}

function describeSplit(split: Split): string {
  const { mode, train, validation, test, overlap, coldPins } = splitCounts(split);
  const extra = [overlap ? `${overlap} test saves also stand in train` : '', coldPins ? `${coldPins} cold pins` : ''];
  return [
    `split (${mode}): ${train} saves to train, ${validation} to validate, ${test} to test`,
    ...extra.filter(Boolean),
  ].join('; ');
}

function graphOf(collection: Collection, saves: Saves): BipartiteGraph {
  return buildGraph(saves, { pinCount: collection.pins.ids.length, boardCount: collection.boards.ids.length });
}

function tasksOf(
  known: BipartiteGraph,
  heldOut: Saves,
  options: { seed: number; maxPairs?: number; coldPins?: Uint32Array | undefined },
): { boardIdeas: Task; relatedPins: Task; coldPins: Task } {
  const { coldPins: rows, ...pairs } = options;
  return {
    boardIdeas: boardIdeas({ known, heldOut }),
    relatedPins: relatedPins({ known, heldOut }, pairs),
    coldPins: coldPins({ known, heldOut, coldPins: rows }),
  };
}
