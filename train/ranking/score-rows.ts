/**
 * Rows of scores, one number a pin: their sums, their standard deviation, and the best of them.
 */
import { TopPins } from '../../graph/top-pins.js';

/** A list of pins, best first. */
export interface RankedPins {
  readonly pins: Uint32Array;
  readonly scores: Float32Array;
}

/** Divides scores by their standard deviation, in place; zeros where there is none. */
export function standardize(scores: Float32Array): void {
  const { deviation } = momentsOf(scores);
  const scale = deviation > 0 ? 1 / deviation : 0;
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) * scale;
}

/** sum += weight * scores */
export function addScaled(sum: Float32Array, scores: Float32Array, weight: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (scores[i] as number);
}

/**
 * Whether a score says anything of its pin. 0 is what every score gives a pin that it does not reach: one without saves has no
 * path and no factor, one without content no term. NaN and -Infinity say nothing either.
 */
export function isReached(score: number): boolean {
  return score !== 0 && score > -Infinity;
}

/**
 * The best k pins of one query's scores.
 *
 * @param scores  [P]
 * @param k  length of the list; it is shorter when fewer pins are allowed and reached, never padded
 * @param isExcluded  pins that may not be in the list
 * @returns best first, equal scores put the lower row first
 */
export function topPins(scores: Float32Array, k: number, isExcluded: (pin: number) => boolean): RankedPins {
  const best = new TopPins(Math.min(k, scores.length));
  let floor = -Infinity;
  for (let pin = 0; pin < scores.length; pin++) {
    const score = scores[pin] as number;
    if (score < floor || !isReached(score) || isExcluded(pin)) continue;
    best.offer(pin, score);
    if (best.length === best.capacity) floor = best.scores[best.capacity - 1] as number;
  }
  return { pins: best.pins.slice(0, best.length), scores: Float32Array.from(best.scores.subarray(0, best.length)) };
}

/** Parts of the largest value below which a deviation is the rounding of 32-bit floats alone. */
const rounding = 2 ** -20;

/** Mean and standard deviation; values that are equal, rounding aside, have a deviation of exactly 0. */
export function momentsOf(values: Float32Array): { mean: number; deviation: number } {
  const first = values[0] ?? 0; // taken off, so that equal scores have a deviation of exactly 0
  let sum = 0;
  let squares = 0;
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const own = values[i] as number;
    if (own > largest) largest = own;
    else if (-own > largest) largest = -own;
    const value = own - first;
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  const deviation = Math.sqrt(Math.max(squares / values.length - mean * mean, 0));
  return { mean: first + mean, deviation: deviation > largest * rounding ? deviation : 0 };
}
