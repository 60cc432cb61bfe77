/**
 * Orthonormal bases of tall matrices by Cholesky-QR: Q = A R^-1 with R^T R = A^T A.
 *
 * Source: Yamamoto et al. 2015 (CholeskyQR2).
 * Differs: a column that depends on those before it becomes a zero column instead of ending the factorization, so a matrix
 * of low rank gives an orthonormal basis of its range and zeros.
 */
import type { Matrix, Workspace } from '../kernels/workspace.js';

/** A column whose squared length outside the ones before it is below this share of its own is float32's rounding. */
const DEPENDENT = 1e-5;
/** Below this share one pass leaves the columns visibly oblique, and another is made. */
const OBLIQUE = 1e-2;

/**
 * Orthonormalizes the columns of `source`.
 *
 * @param given.source  [n, w], n >= w; overwritten
 * @param given.spare  [n, w], overwritten
 * @param given.passes  1 gives columns orthogonal to about 1e-3, 2 to float32's rounding; a second one is added by itself where
 *   the columns are far from orthogonal
 * @returns [the basis, the other buffer]; either may be either argument
 *
 * Cost: 4 n w^2 operations a pass, plus w^3 / 3 in double precision; scratch of 2 w^2 numbers in the workspace.
 */
export function orthonormalize(
  workspace: Workspace,
  given: { source: Matrix; spare: Matrix; passes: 1 | 2 },
): [Matrix, Matrix] {
  let { source, spare } = given;
  const mark = workspace.mark();
  const width = source.columns;
  const gram = workspace.allocate(width, width);
  const turn = workspace.allocate(width, width);
  let passes: number = given.passes;
  for (let pass = 1; pass <= passes; pass++) {
    workspace.matMul(source, source, gram, { transposeA: true });
    const { inverse, weakest } = invertCholesky(gram.values, width);
    turn.values.set(inverse);
    workspace.matMul(source, turn, spare, { transposeB: true });
    [source, spare] = [spare, source];
    if (pass === 1 && weakest < OBLIQUE) passes = 2;
  }
  workspace.reset(mark);
  return [source, spare];
}

/**
 * L^-1 of the Cholesky factor L of a symmetric positive semidefinite matrix.
 *
 * @param gram  [size, size] row-major
 * @returns inverse  [size, size], lower triangular; the rows of dependent columns are zero
 * @returns weakest  smallest share of a squared length left outside the columns before it, dependent ones not counted
 */
function invertCholesky(gram: Float32Array, size: number): { inverse: Float64Array; weakest: number } {
  const lower = new Float64Array(size * size);
  const inverse = new Float64Array(size * size);
  let weakest = 1;
  for (let i = 0; i < size; i++) {
    const row = i * size;
    for (let j = 0; j < i; j++) {
      const pivot = lower[j * size + j] as number;
      if (pivot === 0) continue;
      lower[row + j] = ((gram[row + j] as number) - dot(lower, row, j * size, j)) / pivot;
    }
    const whole = gram[row + i] as number;
    const rest = whole - dot(lower, row, row, i);
    if (!(rest > whole * DEPENDENT)) {
      lower.fill(0, row, row + i);
      continue;
    }
    weakest = Math.min(weakest, rest / whole);
    const pivot = Math.sqrt(rest);
    lower[row + i] = pivot;
    for (let m = 0; m < i; m++) {
      const factor = lower[row + m] as number;
      if (factor === 0) continue;
      for (let j = 0; j <= m; j++) {
        inverse[row + j] = (inverse[row + j] as number) - factor * (inverse[m * size + j] as number);
      }
    }
    for (let j = 0; j < i; j++) inverse[row + j] = (inverse[row + j] as number) / pivot;
    inverse[row + i] = 1 / pivot;
  }
  return { inverse, weakest };
}

/** Sum of products of `length` entries from `a` and from `b` on; four sums, since one would wait for each addition. */
function dot(values: Float64Array, a: number, b: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    s0 += (values[a + i] as number) * (values[b + i] as number);
    s1 += (values[a + i + 1] as number) * (values[b + i + 1] as number);
    s2 += (values[a + i + 2] as number) * (values[b + i + 2] as number);
    s3 += (values[a + i + 3] as number) * (values[b + i + 3] as number);
  }
  for (; i < length; i++) s0 += (values[a + i] as number) * (values[b + i] as number);
  return s0 + s1 + (s2 + s3);
}
