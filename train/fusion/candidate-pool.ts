/**
 * A query's candidate pool: the few pins that could be among the best 20 whatever the weights, with every score they have, so that a
 * setting of the fusion is measured by a look at some hundred pins instead of all.
 */
import { entriesOf } from '../../graph/compressed-rows.js';
import { TopPins } from '../../graph/top-pins.js';
import type { Task } from '../evaluation/tasks.js';
import { queriesOf } from '../ranking/query.js';
import type { Ranker } from '../ranking/ranker.js';
import { momentsOf } from '../ranking/score-rows.js';
import type { ScoreName } from '../ranking/settings.js';

/** Scores of a query's pooled pins, and which of them are right. */
export interface CandidatePool {
  /** [pooled pins, scores] in standard deviations. */
  readonly values: Float32Array;
  /** Rows of `values` of right pins. */
  readonly relevant: Uint32Array;
  /** Right pins, those no score can reach included. */
  readonly relevantCount: number;
}

/** A pin that no score has among its best so many is not going to be among the best 20 of their sum. */
const POOLED_PER_SCORE = 100;

/**
 * Scores a task's queries and pools, for each, the best pins of every score and the right ones.
 *
 * Pins with saves and pins without are weighed apart, so they do not meet here: candidates of the task, which are pins without,
 * stand among themselves, in standard deviations of their own; a task without candidates is about the others.
 */
export function candidatePoolsOf(ranker: Ranker, task: Task, names: readonly ScoreName[]): CandidatePool[] {
  const { pinCount } = ranker.graph;
  const queries = queriesOf(ranker.graph, task.kind, task.queries);
  const cold = new Set(ranker.coldPins);
  const isAsked = (pin: number): boolean => (task.candidates ? task.candidates[pin] === 1 : !cold.has(pin));
  const scores = names.map((name) => {
    const standardized = ranker.standardScores(queries, name);
    return task.candidates ? standardizeAmong(standardized, pinCount, isAsked) : standardized;
  });
  const excluded = Uint8Array.from({ length: pinCount }, (_, pin) => (isAsked(pin) ? 0 : 1));
  return queries.map((_, n) => {
    const own = entriesOf(task.known, n).filter((pin) => excluded[pin] === 0);
    for (const pin of own) excluded[pin] = 1;
    const row = scores.map((values) => values.subarray(n * pinCount, (n + 1) * pinCount));
    const pool = poolOf(row, entriesOf(task.relevant, n), excluded);
    for (const pin of own) excluded[pin] = 0;
    return pool;
  });
}

/** Rows divided by their standard deviation over some pins; zeros where there is none. */
function standardizeAmong(scores: Float32Array, pinCount: number, isAmong: (pin: number) => boolean): Float32Array {
  const result = new Float32Array(scores.length);
  for (let at = 0; at < scores.length; at += pinCount) {
    const row = scores.subarray(at, at + pinCount);
    const { deviation } = momentsOf(row.filter((_, pin) => isAmong(pin)));
    if (deviation > 0) row.forEach((score, pin) => (result[at + pin] = score / deviation));
  }
  return result;
}

function poolOf(scores: readonly Float32Array[], relevant: Uint32Array, excluded: Uint8Array): CandidatePool {
  const pooled = new Set<number>();
  for (const values of scores) {
    const best = new TopPins(POOLED_PER_SCORE);
    let floor = -Infinity;
    for (let pin = 0; pin < values.length; pin++) {
      const value = values[pin] as number;
      if (value === 0 || value <= floor || excluded[pin] === 1) continue; // 0: the score does not reach the pin
      best.offer(pin, value);
      if (best.length === POOLED_PER_SCORE) floor = best.scores[POOLED_PER_SCORE - 1] as number;
    }
    for (const pin of best.pins.subarray(0, best.length)) pooled.add(pin);
  }
  for (const pin of relevant) if (excluded[pin] === 0) pooled.add(pin);
  const pins = [...pooled];
  const values = new Float32Array(pins.length * scores.length);
  pins.forEach((pin, row) => scores.forEach((score, s) => (values[row * scores.length + s] = score[pin] as number)));
  const right = new Set(relevant);
  return {
    values,
    relevant: Uint32Array.from([...pins.keys()].filter((row) => right.has(pins[row] as number))),
    relevantCount: relevant.length,
  };
}

/**
 * Sums of a pool's scores under some weights: [pooled pins].
 *
 * @param weights  parallel to the scores of the pool
 */
export function fuse({ values }: CandidatePool, weights: readonly number[]): Float64Array {
  const fused = new Float64Array(values.length / weights.length);
  for (let row = 0, at = 0; row < fused.length; row++) {
    let sum = 0;
    for (let s = 0; s < weights.length; s++, at++) sum += (weights[s] as number) * (values[at] as number);
    fused[row] = sum;
  }
  return fused;
}

/** One score more of a sum, and what it counts. */
export interface MovedScore {
  /** Which of the pool's scores. */
  readonly score: number;
  /** How many there are. */
  readonly scoreCount: number;
  readonly weight: number;
}

/** Sums with one score more; memory for one thread, grown as needed. */
let moved = new Float64Array(1024);

/**
 * Ranks of the right pins by sums of scores, 1-based; of equal sums the right pin comes last.
 *
 * @param fused  of `fuse`
 * @param more  added to it: so a weight that is tried costs one score and not all
 */
export function ranksOf({ values, relevant }: CandidatePool, fused: Float64Array, more?: MovedScore): number[] {
  let sums = fused;
  if (more) {
    const { score, scoreCount, weight } = more;
    if (moved.length < fused.length) moved = new Float64Array(2 * fused.length);
    sums = moved;
    for (let row = 0, at = score; row < fused.length; row++, at += scoreCount)
      sums[row] = (fused[row] as number) + weight * (values[at] as number);
  }
  const ranks: number[] = [];
  for (const row of relevant) {
    const own = sums[row] as number;
    let rank = 0;
    for (let other = 0; other < fused.length; other++) if ((sums[other] as number) >= own) rank++;
    ranks.push(rank);
  }
  return ranks;
}
