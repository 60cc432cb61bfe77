/** What the commands of batches are given once the command line is read. */
import type { ReadingOptions } from '../../data/reading-options.js';
import type { DegreeBounds } from '../../graph/pruning.js';
import type { BatchOptions, StageName } from '../../train/stages/row-stage.js';
import type { CommonOptions } from './options.js';

/** What every batch is told. */
export interface BatchCommandOptions extends CommonOptions, BatchOptions, DegreeBounds {
  readonly saves?: readonly string[];
  readonly reading?: ReadingOptions;
  readonly out: string;
  readonly stages: readonly StageName[];
  readonly partitions: number;
}

/** A batch on this machine. */
export interface LocalBatchOptions extends BatchCommandOptions {
  readonly data?: string;
  readonly workers: number;
}

/** A batch on a cluster. */
export interface SparkOptions extends BatchCommandOptions {
  readonly master: string;
  readonly python: string;
  /** A folder with titles. */
  readonly titles?: string;
  readonly conf: Readonly<Record<string, string>>;
}

/** What a plan is made of. */
export interface PlanOptions extends CommonOptions {
  readonly saveCount: number;
  readonly pinCount: number;
  readonly boardCount: number;
  readonly cores: number;
}

/** The parts of what a batch is told that stages take. */
export function optionsOf(given: BatchCommandOptions): { options: BatchOptions; bounds: DegreeBounds } {
  const { seed, neighborCount, walkSteps, restartProbability, dimension, layers, relatedCount } = given;
  const names = ['minPinDegree', 'maxPinDegree', 'minBoardDegree', 'maxBoardDegree'] as const;
  const bounds = names.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]));
  const options = { seed, neighborCount, walkSteps, restartProbability, dimension, layers, relatedCount };
  return { options, bounds: Object.fromEntries(bounds) };
}
