/**
 * Full-ranking evaluation: sends a task's queries through models slice by slice and keeps every query's result, so that
 * standard errors and paired tests between models come for free.
 */
import { PinwalkError } from '../../data/errors.js';
import type { CompressedRows } from '../../graph/compressed-rows.js';
import { measure, type Measured } from './measure.js';
import { coverage, estimate, queryMetrics, type Estimate, type Metric, type QueryMetric } from './metrics.js';
import type { Scorer } from './scorer.js';
import { slicesOf, type Task, type TaskName } from './tasks.js';

/** Models that are measured side by side, here or in threads. */
export interface Models {
  readonly names: readonly string[];
  /** Measures each model on a slice of a task, in the order of `names`. */
  measure(slice: Task): Promise<readonly Measured[]>;
}

/** How to evaluate. */
export interface EvaluationOptions {
  /** P, the length of a row of scores. */
  readonly pinCount: number;
  /** Queries in a slice; default: as many as make 8 MB of scores, from 16 to 512. */
  readonly batchSize?: number;
  /** Called after each slice with the queries done, of all tasks together. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** One model's results on one task. */
export interface TaskResult extends Measured {
  readonly queryCount: number;
  readonly metrics: Readonly<Record<Metric, Estimate>>;
}

/** Results by model, then task. A task without queries is left out. */
export type Evaluation = Readonly<Record<string, Partial<Record<TaskName, TaskResult>>>>;

/** Scorers that are measured on this thread. */
export function onThisThread(scorers: readonly Scorer[], pinCount: number): Models {
  return {
    names: scorers.map(({ name }) => name),
    async measure(slice) {
      await new Promise((resolve) => setImmediate(resolve)); // lets a signal in
      return scorers.map((scorer) => measure(scorer, slice, pinCount));
    },
  };
}

/**
 * Evaluates models on tasks.
 *
 * @param models  names must differ
 * @param tasks  each with the same P
 * @returns results by model name and task name
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for names that stand twice, and what `measure` throws
 *
 * Slices change nothing in the results.
 */
export async function evaluate(
  models: Models,
  tasks: readonly Task[],
  options: EvaluationOptions,
): Promise<Evaluation> {
  const { names } = models;
  const { pinCount, onProgress, batchSize = defaultBatch(pinCount) } = options;
  if (new Set(names).size < names.length) {
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      `evaluate: models must have different names (got ${names.join(', ')})`,
    );
  }
  const total = tasks.reduce((sum, task) => sum + task.queries.length, 0);
  const results: Record<string, Partial<Record<TaskName, TaskResult>>> = {};
  for (const name of names) results[name] = {};
  let done = 0;
  for (const task of tasks) {
    if (task.queries.length === 0) continue;
    const measured = await Promise.all(
      slicesOf(task, batchSize).map(async (slice) => {
        const parts = await models.measure(slice);
        done += slice.queries.length;
        onProgress?.(done, total);
        return parts;
      }),
    );
    names.forEach((name, model) => {
      const parts = measured.map((slice) => slice[model] as Measured);
      (results[name] ??= {})[task.name] = resultOf(task, joined(parts), pinCount);
    });
  }
  return results;
}

/** The most slices that `evaluate` has at work at once: more threads find nothing to do. */
export function mostSlices(tasks: readonly Task[], pinCount: number): number {
  return Math.max(0, ...tasks.map(({ queries }) => Math.ceil(queries.length / defaultBatch(pinCount))));
}

/** Queries that make 8 MB of scores, from 16 to 512. */
function defaultBatch(pinCount: number): number {
  return Math.min(512, Math.max(16, Math.floor((2 << 20) / pinCount)));
}

/** Slices of one model's results, one after the other. */
function joined(parts: readonly Measured[]): Measured {
  const column = (metric: QueryMetric): Float64Array =>
    Float64Array.from(parts.flatMap(({ perQuery }) => Array.from(perQuery[metric])));
  const offsets = [0];
  let before = 0;
  for (const { lists } of parts) {
    for (let q = 1; q < lists.offsets.length; q++) offsets.push(before + (lists.offsets[q] as number));
    before += lists.neighbors.length;
  }
  return {
    perQuery: Object.fromEntries(queryMetrics.map((metric) => [metric, column(metric)])) as Measured['perQuery'],
    lists: {
      offsets: Uint32Array.from(offsets),
      neighbors: Uint32Array.from(parts.flatMap(({ lists }) => Array.from(lists.neighbors))),
    },
    hits: Uint8Array.from(parts.flatMap(({ hits }) => Array.from(hits))),
    fallbacks: parts.flatMap(({ fallbacks }) => fallbacks),
    seconds: parts.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

function resultOf(task: Task, measured: Measured, pinCount: number): TaskResult {
  const candidateCount = task.candidates?.reduce((sum, is) => sum + is, 0) ?? pinCount;
  const estimates = queryMetrics.map((metric) => [metric, estimate(measured.perQuery[metric])] as const);
  return {
    ...measured,
    queryCount: task.queries.length,
    metrics: {
      ...(Object.fromEntries(estimates) as Record<QueryMetric, Estimate>),
      'coverage@20': coverage(listsOf(measured.lists), candidateCount, pinCount),
    },
  };
}

function listsOf({ offsets, neighbors }: CompressedRows): Uint32Array[] {
  return Array.from({ length: offsets.length - 1 }, (_, q) => neighbors.subarray(offsets[q], offsets[q + 1]));
}
