/**
 * Measures one model on some queries of a task: full ranking, and every query's result kept.
 */
import { PinwalkError } from '../../data/errors.js';
import { type CompressedRows, entriesOf } from '../../graph/compressed-rows.js';
import type { Fallback } from '../ranking/recommend.js';
import { includesSorted, listLength, metricsOfQuery, queryMetrics, type QueryMetric } from './metrics.js';
import { RankedList } from './ranked-list.js';
import type { Scorer } from './scorer.js';
import type { Task } from './tasks.js';

/** One model's results on a task or a part of it, query by query. */
export interface Measured {
  readonly perQuery: Readonly<Record<QueryMetric, Float64Array>>;
  /** [queries] the best {@link listLength} pins of each, fewer where fewer were reached. */
  readonly lists: CompressedRows;
  /** Parallel to the task's `relevant.neighbors`: 1 for right pins in the list. */
  readonly hits: Uint8Array;
  /** [queries] what stood in for the model; null where it answered itself. */
  readonly fallbacks: readonly (Fallback | null)[];
  /** Seconds that scoring and ranking took. */
  readonly seconds: number;
}

/**
 * Measures a scorer.
 *
 * @param pinCount  P, the length of a row of scores
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for rows of scores of a wrong length, `TRAINING_DIVERGED` for a right answer whose
 *   score is NaN
 *
 * Memory: queries x P x 4 bytes.
 */
export function measure(scorer: Scorer, task: Task, pinCount: number): Measured {
  const began = performance.now();
  const scores = scoresOf(scorer, task, pinCount);
  const column = (): Float64Array => new Float64Array(task.queries.length);
  const perQuery = Object.fromEntries(queryMetrics.map((metric) => [metric, column()])) as Record<
    QueryMetric,
    Float64Array
  >;
  const maskOf = (pin: number): number => (task.candidates && task.candidates[pin] !== 1 ? 1 : 0);
  const masked = Uint8Array.from({ length: pinCount }, (_, pin) => maskOf(pin));
  const ranking = new RankedList();
  const offsets = new Uint32Array(task.queries.length + 1);
  const neighbors = new Uint32Array(task.queries.length * listLength);
  const hits = new Uint8Array(task.relevant.neighbors.length);
  for (let q = 0; q < task.queries.length; q++) {
    const row = scores.subarray(q * pinCount, (q + 1) * pinCount);
    const relevant = entriesOf(task.relevant, q);
    if (relevant.some((pin) => Number.isNaN(row[pin]))) {
      const where = `evaluate: model ${scorer.name}, task ${task.name}`;
      const what = `${task.kind === 'boards' ? 'board' : 'pin'} ${String(task.queries[q])}`;
      throw new PinwalkError('TRAINING_DIVERGED', `${where}: scores must be numbers (got NaN for ${what})`);
    }
    const known = entriesOf(task.known, q);
    for (const pin of known) masked[pin] = 1;
    ranking.rank(row, { masked, k: listLength, relevant });
    for (const pin of known) masked[pin] = maskOf(pin);
    const values = metricsOfQuery(ranking.pins, relevant, ranking.firstHit);
    for (const metric of queryMetrics) perQuery[metric][q] = values[metric];
    const from = task.relevant.offsets[q] as number;
    const listed = ranking.pins.slice().sort();
    relevant.forEach((pin, n) => (hits[from + n] = includesSorted(listed, pin) ? 1 : 0));
    neighbors.set(ranking.pins, offsets[q]);
    offsets[q + 1] = (offsets[q] as number) + ranking.pins.length;
  }
  const lists = { offsets, neighbors: neighbors.slice(0, offsets.at(-1)) };
  const fallbacks = Array.from(task.queries, (row) => scorer.fallbackOf?.(task.kind, row) ?? null);
  return { perQuery, lists, hits, fallbacks, seconds: (performance.now() - began) / 1000 };
}

function scoresOf(scorer: Scorer, { kind, queries }: Task, pinCount: number): Float32Array {
  const scores = kind === 'boards' ? scorer.scoreBoards(queries) : scorer.scorePins(queries);
  if (scores.length === queries.length * pinCount) return scores;
  const must = `must return ${queries.length} x ${pinCount} scores`;
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `evaluate: model ${scorer.name} ${must} (got ${scores.length})`);
}
