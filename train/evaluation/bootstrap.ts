/**
 * Paired bootstrap: is one model better than another on the same queries, or is it the luck of the draw of queries?
 *
 * Source: Efron and Tibshirani 1993, chapters 13 and 16. Differs: none.
 */
import { checkInteger } from '../../data/checks.js';
import { PinwalkError } from '../../data/errors.js';
import { randomStream } from '../../data/random.js';

/** The difference of two models' means over the same queries. */
export interface PairedDifference {
  /** Mean of a - b. */
  readonly difference: number;
  readonly standardError: number;
  /** 95 % interval by percentiles of the resampled differences. */
  readonly low: number;
  readonly high: number;
  /** Two-sided: twice the share of resampled differences on the other side of 0, at least 1 / (resamples + 1), at most 1. */
  readonly pValue: number;
}

/**
 * Resamples queries with replacement and compares the means of two models.
 *
 * @param a  one value a query
 * @param b  the other model's, same queries in the same order
 * @param options.resamples  default 2000
 * @throws PinwalkError `OPTION_OUT_OF_RANGE`
 *
 * Cost: queries x resamples draws, 5 ns each. Same seed, same numbers.
 */
export function pairedBootstrap(
  a: Float64Array,
  b: Float64Array,
  { seed, resamples = 2000 }: { readonly seed: number; readonly resamples?: number },
): PairedDifference {
  const n = a.length;
  if (n === 0 || b.length !== n) {
    const got = `${n} and ${b.length}`;
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      `pairedBootstrap: both models need the same queries, at least one (got ${got})`,
    );
  }
  checkInteger('pairedBootstrap: resamples', resamples, 1);
  const differences = a.map((value, q) => value - (b[q] as number));
  const random = randomStream(seed, 'pairedBootstrap');
  const means = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    let sum = 0;
    for (let q = 0; q < n; q++) sum += differences[Math.floor(random() * n)] as number;
    means[r] = sum / n;
  }
  means.sort();
  const difference = differences.reduce((sum, value) => sum + value, 0) / n;
  const center = means.reduce((sum, value) => sum + value, 0) / resamples;
  const variance = means.reduce((sum, value) => sum + (value - center) ** 2, 0) / resamples;
  const atOrBelow = means.reduce((count, value) => count + (value <= 0 ? 1 : 0), 0);
  const atOrAbove = means.reduce((count, value) => count + (value >= 0 ? 1 : 0), 0);
  return {
    difference,
    standardError: Math.sqrt(variance),
    low: quantile(means, 0.025),
    high: quantile(means, 0.975),
    pValue: Math.min(1, (2 * Math.min(atOrBelow, atOrAbove) + 1) / (resamples + 1)),
  };
}

/** The value at share `q` of ascending values, rounded to the nearest one. */
function quantile(values: Float64Array, q: number): number {
  return values[Math.round(q * (values.length - 1))] ?? NaN;
}
