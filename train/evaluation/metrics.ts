/**
 * Ranking metrics of one query: each a formula over the ranked list and the set of relevant pins.
 *
 * Definitions as in LightGCN's evaluation (recall, NDCG) and PinSage section 4.2 (hit rate, scaled MRR). Lists are best first,
 * may be shorter than k, and are never padded. Relevant pins are ascending rows, at least one.
 */

/** Metrics with a value for every query, in the order that tables show them. */
export const queryMetrics = ['recall@20', 'ndcg@20', 'hitRate@10', 'hitRate@500', 'mrr', 'scaledMrr'] as const;

/** A metric with a value for every query. */
export type QueryMetric = (typeof queryMetrics)[number];

/** Every metric of a task; coverage is one number for all queries together. */
export type Metric = QueryMetric | 'coverage@20';

/** Length of the lists that recall, NDCG and coverage look at. */
export const listLength = 20;

/**
 * All metrics of one query.
 *
 * @param list  the best {@link listLength} pins, or all that were reached when they are fewer
 * @param relevant  ascending pin rows, at least one
 * @param firstHit  rank of the first relevant pin in the full ranking, from 1; Infinity when it was not reached
 */
export function metricsOfQuery(
  list: Uint32Array,
  relevant: Uint32Array,
  firstHit: number,
): Record<QueryMetric, number> {
  return {
    'recall@20': recallAt(list, relevant, 20),
    'ndcg@20': ndcgAt(list, relevant, 20),
    'hitRate@10': hitRateAt(firstHit, 10),
    'hitRate@500': hitRateAt(firstHit, 500),
    mrr: reciprocalRank(firstHit),
    scaledMrr: scaledReciprocalRank(firstHit),
  };
}

/** recall@k = hits among the first k / number of relevant pins. */
export function recallAt(list: Uint32Array, relevant: Uint32Array, k: number): number {
  let hits = 0;
  for (let n = 0; n < Math.min(k, list.length); n++) if (includesSorted(relevant, list[n] as number)) hits++;
  return hits / relevant.length;
}

/** NDCG@k = sum over hits of 1/log2(rank + 1), over the same sum for min(k, relevant) perfect hits. */
export function ndcgAt(list: Uint32Array, relevant: Uint32Array, k: number): number {
  let gain = 0;
  for (let n = 0; n < Math.min(k, list.length); n++)
    if (includesSorted(relevant, list[n] as number)) gain += discount(n + 1);
  let ideal = 0;
  for (let n = 0; n < Math.min(k, relevant.length); n++) ideal += discount(n + 1);
  return gain / ideal;
}

/** Hit rate@k = 1 if the first relevant pin stands at rank k or better, else 0. `firstHit` is its rank from 1, or Infinity. */
export function hitRateAt(firstHit: number, k: number): number {
  return firstHit <= k ? 1 : 0;
}

/** Reciprocal rank = 1 / rank of the first relevant pin in the full ranking; 0 when it is in no list. Its mean is MRR. */
export function reciprocalRank(firstHit: number): number {
  return 1 / firstHit;
}

/** PinSage's scaled reciprocal rank = 1 / ceil(rank / 100), since among millions of pins rank 1000 still says something. */
export function scaledReciprocalRank(firstHit: number): number {
  return 1 / Math.ceil(firstHit / 100);
}

function discount(rank: number): number {
  return 1 / Math.log2(rank + 1);
}

/** Whether ascending rows hold `row`; O(log length). */
export function includesSorted(rows: Uint32Array, row: number): boolean {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle] as number) < row) low = middle + 1;
    else high = middle;
  }
  return low < rows.length && rows[low] === row;
}

/** A mean over queries with its standard error. */
export interface Estimate {
  readonly mean: number;
  readonly standardError: number;
}

/** Mean and standard error sqrt(mean squared deviation / n) of values of independent queries; no queries give NaN and NaN. */
export function estimate(values: Float64Array): Estimate {
  const n = values.length;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / n;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, standardError: Math.sqrt(squares / n / n) };
}

/**
 * Coverage@k = distinct pins over all lists / candidate pins.
 *
 * The standard error is the jackknife's that leaves one query out at a time (Efron and Stein 1981): without query q the lists
 * lose the pins that only q shows.
 */
export function coverage(lists: readonly Uint32Array[], candidateCount: number, pinCount: number): Estimate {
  const shown = new Uint32Array(pinCount);
  for (const list of lists) for (const pin of list) shown[pin] = (shown[pin] ?? 0) + 1;
  let distinct = 0;
  for (const count of shown) if (count > 0) distinct++;
  const onlyHere = Float64Array.from(lists, (list) => list.reduce((sum, pin) => sum + (shown[pin] === 1 ? 1 : 0), 0));
  const n = lists.length;
  // estimate() gives sd / sqrt(n); the jackknife's variance is (n - 1) times the variance of the leave-one-out values.
  const { standardError } = estimate(onlyHere);
  return { mean: distinct / candidateCount, standardError: (standardError * Math.sqrt(n * (n - 1))) / candidateCount };
}
