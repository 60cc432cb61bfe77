/**
 * Training as one call for programs: a collection in, a generation and its figures out.
 */
import path from 'node:path';
import type { Collection } from '../data/collection.js';
import { openBackend } from './backend/open-backend.js';
import { checkConfig, type Config, type ConfigOptions } from './config.js';
import { listTask, type ListTask } from './evaluation/evaluate-lists.js';
import type { MetricsTable } from './evaluation/table.js';
import { knownGraph, splitCounts, splitOf, testTasks } from './prepare.js';
import { silent } from './progress.js';
import { run, type RunOptions, type RunResult } from './run.js';
import { RunFolder } from './run-folder.js';

/** Options of `train`. */
export interface TrainOptions {
  /** Where everything is written: checkpoints, metrics, report.html, pinwalk.sqlite. Made if it is not there. */
  readonly folder: string;
  /** Parameters by name; what is left out has its default. Unknown names are errors. */
  readonly config?: Partial<ConfigOptions>;
  /** Go on from the folder's last checkpoint; default false: the folder must hold none. */
  readonly resume?: boolean;
  /** Saves that the generation knows: `all` (default), to be served; `train`, those withheld as test left out, to be evaluated. */
  readonly serveSplit?: 'all' | 'train';
  /** Whether figures of baselines stand beside the model's, als and neighbors among them; default false. */
  readonly baselines?: boolean;
  /** Stops after the step at hand, with a checkpoint written. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainProgress) => void;
  /** Told facts worth a line: counts, choices, what falls back, epochs. */
  readonly onLine?: (line: string) => void;
}

/** How far a stage is. */
export interface TrainProgress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  /** A figure worth seeing, such as the loss. */
  readonly note?: string;
}

/** What came of a training. */
export interface Run {
  readonly folder: string;
  /** The file that `openRecommender` opens and `serve` serves. */
  readonly generation: string;
  /** The page for people: learning curves, figures beside baselines, examples. */
  readonly report: string;
  /** Every parameter as it was, the backend that ran among them. */
  readonly config: Config;
  /** How the saves were split, and into how many. */
  readonly split: Readonly<Record<string, number | string>>;
  /** Figures on test by model and task: `metrics.pinwalk.boardIdeas['recall@20'].mean`. */
  readonly metrics: MetricsTable;
  /** The questions of test, for `evaluate`. */
  readonly tasks: readonly ListTask[];
}

/**
 * Splits, trains, chooses how scores are fused on validation, evaluates on test once, and writes a generation.
 *
 * @param collection  of `loadCollection` or `collectionOf`
 * @throws PinwalkError what its parts throw: `OPTION_UNKNOWN`, `OPTION_OUT_OF_RANGE`, `TRAINING_DIVERGED`, `RUN_IN_USE` where
 *   another process trains in the folder, ...; the signal's reason when it was aborted: the same call with `resume: true` goes on
 *
 * Cost: some seconds for thousands of saves, minutes for a million; all cores (`workers`). Same seed, backend and data: same figures.
 * TensorFlow.js's backend belongs to the process.
 */
export async function train(collection: Collection, options: TrainOptions): Promise<Run> {
  const { resume = false, serveSplit = 'all', baselines = false, signal, onProgress, onLine } = options;
  const given = checkConfig(options.config ?? {});
  const folder = RunFolder.at(options.folder, { resume });
  const backend = await openBackend(given.backend);
  const config: Config = { ...given, backend: backend.name };
  const parts: RunOptions = {
    ...{ collection, config, folder, resume, serveSplit, baselines },
    cacheFolder: path.join(folder.folder, 'cache'),
    progress: onProgress
      ? (stage) => (done, total, note) => onProgress({ stage, done, total, ...(note !== undefined && { note }) })
      : silent,
    say: onLine ?? (() => {}),
    ...(signal && { signal }),
  };
  const result = await folder.hold(() => run(parts));
  if (result.stopped) signal?.throwIfAborted();
  const { models: metrics } = result as Extract<RunResult, { stopped: false }>; // nothing but the signal stops a run
  const parted = splitOf(collection, config);
  const { split } = parted;
  const { boardIdeas, relatedPins } = testTasks({ split, config }, knownGraph(parted));
  return {
    ...{
      folder: folder.folder,
      generation: folder.generation,
      report: path.join(folder.folder, 'report.html'),
      config,
    },
    split: splitCounts(split),
    metrics,
    tasks: [listTask(boardIdeas, collection), listTask(relatedPins, collection)],
  };
}
