/**
 * How far apart target vectors stand: a histogram of cosines of pins drawn at random. Embeddings that collapsed to nearly one
 * direction pile up at 1.
 */
import type { StoredMatrix } from '../../data/generation/schema.js';
import { randomInteger, randomStream } from '../../data/random.js';

/** Cosines of sampled pairs. */
export interface CosineDistribution {
  readonly pairCount: number;
  readonly mean: number;
  readonly standardDeviation: number;
  /** Pairs in each of equal bins from -1 to 1. */
  readonly bins: readonly number[];
}

const binCount = 40;

/**
 * Samples pairs of two different pins, with replacement.
 *
 * @param vectors  [P, d], rows of unit length; rows of zeros (pins that nothing is known of) are left out
 * @returns `undefined` when fewer than two pins have a vector
 *
 * Cost: pairCount x d. Same seed, same pairs.
 */
export function cosineDistribution(
  vectors: StoredMatrix,
  { seed, pairCount = 20_000 }: { readonly seed: number; readonly pairCount?: number },
): CosineDistribution | undefined {
  const { columns, values } = vectors;
  const row = (pin: number): Float32Array => values.subarray(pin * columns, (pin + 1) * columns);
  const pins = Array.from({ length: vectors.rows }, (_, pin) => pin).filter((pin) => row(pin).some((x) => x !== 0));
  if (pins.length < 2) return undefined;
  const random = randomStream(seed, 'cosineDistribution');
  const cosines = Float64Array.from({ length: pairCount }, () => {
    const first = randomInteger(random, pins.length);
    const second = (first + 1 + randomInteger(random, pins.length - 1)) % pins.length;
    return dot(row(pins[first] as number), row(pins[second] as number));
  });
  const mean = cosines.reduce((sum, cosine) => sum + cosine, 0) / pairCount;
  const variance = cosines.reduce((sum, cosine) => sum + (cosine - mean) ** 2, 0) / pairCount;
  const bins = new Array<number>(binCount).fill(0);
  for (const cosine of cosines) {
    const bin = Math.min(binCount - 1, Math.max(0, Math.floor(((cosine + 1) / 2) * binCount)));
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return { pairCount, mean, standardDeviation: Math.sqrt(variance), bins };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}
