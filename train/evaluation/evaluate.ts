/**
 * Full-ranking evaluation: streams a task's queries through scorers in batches and keeps every query's result, so that
 * standard errors and paired tests between models come for free.
 */
import { PinwalkError } from '../../data/errors.js';
import { RankedList } from './ranked-list.js';
import {
  coverage,
  estimate,
  listLength,
  metricsOfQuery,
  queryMetrics,
  type Estimate,
  type Metric,
  type QueryMetric,
} from './metrics.js';
import type { Scorer } from './scorer.js';
import type { Task, TaskName } from './tasks.js';

/** How to evaluate. */
export interface EvaluationOptions {
  /** P, the length of a row of scores. */
  readonly pinCount: number;
  /** Queries scored at once; default: as many as make 32 MB of scores, from 16 to 1024. */
  readonly batchSize?: number;
  /** Called after each batch with the queries done, of all tasks together. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** One model's results on one task. */
export interface TaskResult {
  readonly queryCount: number;
  readonly metrics: Readonly<Record<Metric, Estimate>>;
  /** Value of each query, in the task's order: what `pairedBootstrap` compares. */
  readonly perQuery: Readonly<Record<QueryMetric, Float64Array>>;
  /** Seconds that the scorer and the ranking took. */
  readonly seconds: number;
}

/** Results by model, then task. A task without queries is left out. */
export type Evaluation = Readonly<Record<string, Partial<Record<TaskName, TaskResult>>>>;

/**
 * Evaluates scorers on tasks.
 *
 * @param scorers  names must differ; those that work in threads work at the same time, batch by batch
 * @param tasks  each with the same P
 * @returns results by scorer name and task name
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for names that stand twice and rows of scores of a wrong length,
 *   `TRAINING_DIVERGED` for a right answer whose score is NaN
 *
 * Memory: batchSize x P x 4 bytes a scorer. Batches change nothing in the results.
 */
export async function evaluate(
  scorers: readonly Scorer[],
  tasks: readonly Task[],
  options: EvaluationOptions,
): Promise<Evaluation> {
  const names = scorers.map((scorer) => scorer.name);
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
    const meters = scorers.map((scorer) => new Meter(scorer, task, options.pinCount));
    for (const [start, end] of batches(task, options)) {
      await Promise.all(meters.map((meter) => meter.measure(start, end)));
      done += end - start;
      options.onProgress?.(done, total);
    }
    for (const meter of meters) (results[meter.scorer.name] ??= {})[task.name] = meter.result();
  }
  return results;
}

/**
 * Ranks the candidates of every query of a task, for outside scorers and for reading.
 *
 * @param options.k  length of a list
 * @yields query row and its best pins, fewer than k when no more were reached
 */
export async function* rankedLists(
  scorer: Scorer,
  task: Task,
  options: EvaluationOptions & { readonly k: number },
): AsyncGenerator<{ readonly query: number; readonly pins: Uint32Array; readonly scores: Float32Array }> {
  const ranking = new TaskRanking(scorer, task, options.pinCount);
  for (const [start, end] of batches(task, options)) {
    const scores = await ranking.score(start, end);
    for (let q = start; q < end; q++) {
      ranking.rank(q, scores.subarray((q - start) * options.pinCount, (q - start + 1) * options.pinCount), options.k);
      yield { query: task.queries[q] as number, pins: ranking.list.pins.slice(), scores: ranking.list.scores.slice() };
    }
  }
}

function* batches(task: Task, { pinCount, batchSize }: EvaluationOptions): Generator<readonly [number, number]> {
  const size = batchSize ?? Math.min(1024, Math.max(16, Math.floor((8 << 20) / pinCount)));
  for (let start = 0; start < task.queries.length; start += size) {
    yield [start, Math.min(task.queries.length, start + size)];
  }
}

/** One scorer on one task: scores of a range of queries, and the ranking of one of them with what is known taken out. */
class TaskRanking {
  readonly list = new RankedList();
  readonly scorer: Scorer;
  readonly task: Task;
  readonly #pinCount: number;
  readonly #masked: Uint8Array;

  constructor(scorer: Scorer, task: Task, pinCount: number) {
    this.scorer = scorer;
    this.task = task;
    this.#pinCount = pinCount;
    this.#masked = Uint8Array.from({ length: pinCount }, (_, pin) => this.#maskOf(pin));
  }

  #maskOf(pin: number): number {
    return this.task.candidates && this.task.candidates[pin] !== 1 ? 1 : 0;
  }

  async score(start: number, end: number): Promise<Float32Array> {
    const rows = this.task.queries.slice(start, end);
    const scores = await (this.task.kind === 'boards' ? this.scorer.scoreBoards(rows) : this.scorer.scorePins(rows));
    const wanted = rows.length * this.#pinCount;
    if (scores.length !== wanted) {
      const must = `must return ${rows.length} x ${this.#pinCount} scores`;
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `evaluate: model ${this.scorer.name} ${must} (got ${scores.length})`,
      );
    }
    return scores;
  }

  rank(query: number, scores: Float32Array, k: number, relevant?: Uint32Array): void {
    const { offsets, neighbors } = this.task.known;
    const known = neighbors.subarray(offsets[query], offsets[query + 1]);
    for (const pin of known) this.#masked[pin] = 1;
    const { unreached } = this.scorer;
    this.list.rank(scores, { masked: this.#masked, k, unreached, ...(relevant && { relevant }) });
    for (const pin of known) this.#masked[pin] = this.#maskOf(pin);
  }
}

/** Collects one scorer's results on one task. */
class Meter {
  readonly scorer: Scorer;
  readonly #task: Task;
  readonly #pinCount: number;
  readonly #ranking: TaskRanking;
  readonly #perQuery: Record<QueryMetric, Float64Array>;
  readonly #lists: Uint32Array[] = [];
  #seconds = 0;

  constructor(scorer: Scorer, task: Task, pinCount: number) {
    this.scorer = scorer;
    this.#task = task;
    this.#pinCount = pinCount;
    this.#ranking = new TaskRanking(scorer, task, pinCount);
    const column = (): Float64Array => new Float64Array(task.queries.length);
    this.#perQuery = Object.fromEntries(queryMetrics.map((metric) => [metric, column()])) as Record<
      QueryMetric,
      Float64Array
    >;
  }

  async measure(start: number, end: number): Promise<void> {
    const began = performance.now();
    const scores = await this.#ranking.score(start, end);
    const { offsets, neighbors } = this.#task.relevant;
    for (let q = start; q < end; q++) {
      const row = scores.subarray((q - start) * this.#pinCount, (q - start + 1) * this.#pinCount);
      const relevant = neighbors.subarray(offsets[q], offsets[q + 1]);
      if (relevant.some((pin) => Number.isNaN(row[pin]))) {
        const where = `evaluate: model ${this.scorer.name}, task ${this.#task.name}`;
        throw new PinwalkError('TRAINING_DIVERGED', `${where}: scores must be numbers (got NaN for query ${q})`);
      }
      this.#ranking.rank(q, row, listLength, relevant);
      const list = this.#ranking.list.pins.slice();
      const values = metricsOfQuery(list, relevant, this.#ranking.list.firstHit);
      for (const metric of queryMetrics) this.#perQuery[metric][q] = values[metric];
      this.#lists.push(list);
    }
    this.#seconds += (performance.now() - began) / 1000;
  }

  result(): TaskResult {
    const candidateCount = this.#task.candidates?.reduce((sum, is) => sum + is, 0) ?? this.#pinCount;
    const estimates = queryMetrics.map((metric) => [metric, estimate(this.#perQuery[metric])] as const);
    return {
      queryCount: this.#task.queries.length,
      metrics: {
        ...(Object.fromEntries(estimates) as Record<QueryMetric, Estimate>),
        'coverage@20': coverage(this.#lists, candidateCount, this.#pinCount),
      },
      perQuery: this.#perQuery,
      seconds: this.#seconds,
    };
  }
}
