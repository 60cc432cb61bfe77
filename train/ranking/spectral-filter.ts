/**
 * A long walk over pins and boards, folded into one hop and the strongest spectral factors.
 *
 * ChebyCF (Kim et al. 2025) filters a board's saves by a polynomial of eight hops whose gain over the spectrum is a plateau. On
 * factors with eigenvalue l = s^2 the gain can be applied as it is; below the weakest factor the plateau is all but a straight
 * line, and a straight line is one hop. So: `gain(N^T N) = slope N^T N + V (gain(S^2) - slope S^2) V^T`.
 * Differs: no Chebyshev polynomial, so no rounding of the plateau; 1 hop instead of 8, at a correlation of .9998 with it on
 * gowalla's boards (spec/decisions.md). The identity that a filter may hold is left out: it scores the query's own pins alone.
 */

import type { WalkExponents } from '../../graph/exact-walk.js';

/** Saves are filtered as `r D^-.4`, and what comes out is taken times `D^.4`; ChebyCF's power of the degree. */
export const filterExponent = 0.4;

/** `D^-.4 N^T N D^.4` as a walk: N^T N brings another half of either pin's degree, and all of the board's size. */
export const filterHop: WalkExponents = {
  query: 0.5 + filterExponent,
  board: 1,
  target: 0.5 - filterExponent,
  power: 1,
};

/** What one hop and each factor count. */
export interface FoldedFilter {
  readonly hop: number;
  /** [k], parallel to the singular values. */
  readonly factors: Float32Array;
}

/** How flat the plateau is; ChebyCF's choice on gowalla. */
const FLATNESS = 1.5;
/** Added to every factor: the ideal low-pass filter that ChebyCF adds. */
export const lowPass = 0.2;

/**
 * Folds the plateau `1 - sign(x) |x|^1.5`, `x = 1 - 2 s^2`, over singular values s from 0 to 1, plus a low-pass of .2.
 *
 * @param singularValues  [k] of D_b^-1/2 R D_p^-1/2, falling; none leaves the hop alone
 */
export function foldFilter(singularValues: Float32Array): FoldedFilter {
  const weakest = (singularValues.at(-1) ?? 0) ** 2;
  const slope = weakest > 0 ? gain(weakest) / weakest : 2 * FLATNESS; // the plateau's slope at 0
  return {
    hop: slope,
    factors: singularValues.map((value) => gain(value * value) - slope * value * value + lowPass),
  };
}

/** The plateau at an eigenvalue `s^2` of the pins' normalized co-saves. */
function gain(eigenvalue: number): number {
  return plateau(1 - 2 * eigenvalue);
}

/** `1 - sign(x) |x|^1.5`: the gain over the spectrum, 2 at x = -1, where a signal is smooth on the graph, 0 at x = 1. */
export function plateau(x: number): number {
  return 1 - Math.sign(x) * Math.abs(x) ** FLATNESS;
}
