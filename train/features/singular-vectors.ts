/**
 * The strongest singular values of a sparse matrix and its right singular vectors.
 *
 * Source: Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1 (subspace iteration, then a small problem); orthonormal bases
 * by Cholesky-QR (Yamamoto et al. 2015).
 * Differs: the start is uniform, not Gaussian; a round is orthonormalized once and not after each half; the last step is an
 * eigenproblem of (N V)^T (N V), so the smallest singular values are known to float32's square root only.
 */
import { checkInteger } from '../../data/checks.js';
import { randomStream } from '../../data/random.js';
import type { CompressedRows } from '../../graph/compressed-rows.js';
import { workspaceBytes, type Matrix, type ResidentRows, type Workspace } from '../kernels/workspace.js';
import { orthonormalize } from './orthonormalize.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** N ~ U S V^T cut to its k strongest singular values. */
export interface SingularVectors {
  /** k; below what was asked for where fewer differ from 0. */
  readonly rank: number;
  /** S: [k], descending, above 0. */
  readonly values: Float32Array;
  /** V: [columns, k] row-major, orthonormal columns; the entry of largest magnitude of a column is positive. */
  readonly vectors: Float32Array;
}

export interface SingularOptions {
  /** Vectors wanted, from 1 up. */
  readonly rank: number;
  /** Rounds of subspace iteration, from 1 up; default 5. More sharpen the weakest factors. */
  readonly rounds?: number;
  /** Columns carried beyond `rank` and dropped at the end, from 0 up; default 32. */
  readonly oversampling?: number;
  readonly seed: number;
  /** Scratch; left as it was found. */
  readonly workspace: Workspace;
  /** Called after each round and after the last step. */
  readonly onProgress?: (done: number, total: number) => void;
}

const OVERSAMPLING = 32;
/** Eigenvalues of N^T N below this share of the largest are float32's rounding. */
const NOISE_FLOOR = 1e-5;

/**
 * Finds the `rank` strongest singular vectors of a sparse matrix N [R, C].
 *
 * @param matrix.columns  C compressed rows over R: the matrix by its columns
 * @param matrix.rows  R compressed rows over C: the same entries by rows
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for a bad option, or a matrix that 4 GiB do not hold
 *
 * Shape: with w = min(rank + oversampling, R, C) the workspace takes at most 4 w (max(R, C) + 3 min(R, C)) bytes, 16 an entry and
 * 16 w^2; `mostRank` is the largest rank for which that fits.
 * Time O(rounds * (entries * w + min(R, C) * w^2) + w^3). Same seed and kernel build, same bytes; builds agree to rounding.
 */
export function singularVectors(
  { columns, rows }: { columns: CompressedRows; rows: CompressedRows },
  options: SingularOptions,
): SingularVectors {
  const { rank, rounds = 5, oversampling = OVERSAMPLING, seed, workspace, onProgress } = options;
  checkInteger('singularVectors: rank', rank, 1);
  checkInteger('singularVectors: rounds', rounds, 1);
  checkInteger('singularVectors: oversampling', oversampling, 0);
  const start = workspace.mark();
  try {
    // The basis lives on the smaller side, where orthonormalizing is cheaper; the other side is one product away.
    const columnsAreNear = columns.offsets.length <= rows.offsets.length;
    const near = workspace.copyRows(columnsAreNear ? columns : rows);
    const far = workspace.copyRows(columnsAreNear ? rows : columns);
    const width = Math.min(rank + oversampling, near.rowCount, far.rowCount);
    const farBasis = workspace.allocate(far.rowCount, width);
    const nearHeight = workspace.mark();
    const basis = iterate({ near, far, farBasis, rounds, seed, workspace, onProgress });
    workspace.pool(basis, far, farBasis);
    const { values, vectors, kept } = smallProblem(farBasis, rank, workspace);
    const source = columnsAreNear ? basis : farBasis;
    if (!columnsAreNear) workspace.reset(nearHeight);
    // V = basis W where columns are near, (N^T basis) W S^-1 where they are far
    const turn = workspace.allocate(width, kept);
    const turnValues = turn.values;
    for (let c = 0; c < kept; c++) {
      const scale = columnsAreNear ? 1 : 1 / (values[c] as number);
      for (let r = 0; r < width; r++) turnValues[r * kept + c] = (vectors[c * width + r] as number) * scale;
    }
    const turned = workspace.allocate(source.rows, kept);
    workspace.matMul(source, turn, turned);
    const found = turned.values.slice();
    fixSigns(found, kept);
    onProgress?.(rounds + 1, rounds + 1);
    return { rank: kept, values: Float32Array.from(values.subarray(0, kept)), vectors: found };
  } finally {
    workspace.reset(start);
  }
}

/**
 * The most vectors of a matrix [rows, columns] that a workspace has room to find, with the usual oversampling; 0 where there is none.
 *
 * @param entries  that differ from 0
 */
export function mostRank({ rows, columns, entries }: { rows: number; columns: number; entries: number }): number {
  const [near, far] = [Math.min(rows, columns), Math.max(rows, columns)];
  const free = workspaceBytes - 16 * entries - 8 * (rows + columns);
  // 16 w^2 + 4 w (far + 3 near) <= free
  const half = (far + 3 * near) / 8;
  const width = free > 0 ? Math.floor(Math.sqrt(half * half + free / 16) - half) : 0;
  return Math.max(0, width - OVERSAMPLING);
}

/** Subspace iteration on the near side: basis <- orth(N^T N basis). Returns an orthonormal [near rows, width]. */
function iterate(given: {
  near: ResidentRows;
  far: ResidentRows;
  farBasis: Matrix;
  rounds: number;
  seed: number;
  workspace: Workspace;
  onProgress: ((done: number, total: number) => void) | undefined;
}): Matrix {
  const { near, far, farBasis, rounds, workspace } = given;
  let basis = workspace.allocate(near.rowCount, farBasis.columns);
  let spare = workspace.allocate(near.rowCount, farBasis.columns);
  const random = randomStream(given.seed, 'structure');
  const values = basis.values;
  for (let i = 0; i < values.length; i++) values[i] = random() - 0.5;
  for (let round = 1; round <= rounds; round++) {
    workspace.pool(basis, far, farBasis);
    workspace.pool(farBasis, near, spare);
    // Between rounds only a well-conditioned basis is needed; the last one has to be orthonormal.
    const passes = round === rounds ? 2 : 1;
    [basis, spare] = orthonormalize(workspace, { source: spare, spare: basis, passes });
    given.onProgress?.(round, rounds + 1);
  }
  return basis;
}

/** Singular values and right vectors (as rows) of a tall matrix, through the eigenproblem of its Gram matrix. */
function smallProblem(
  tall: Matrix,
  rank: number,
  workspace: Workspace,
): { values: Float64Array; vectors: Float64Array; kept: number } {
  const mark = workspace.mark();
  const gram = workspace.allocate(tall.columns, tall.columns);
  workspace.matMul(tall, tall, gram, { transposeA: true });
  const { values: squares, vectors } = symmetricEigen(gram.values);
  workspace.reset(mark);
  const floor = (squares[0] as number) * NOISE_FLOOR;
  let kept = 0;
  while (kept < Math.min(rank, squares.length) && (squares[kept] as number) > floor) kept++;
  return { values: squares.map((square) => Math.sqrt(Math.max(square, 0))), vectors, kept };
}

/** Turns each column so that its entry of largest magnitude (the first of equal ones) is positive. */
function fixSigns(values: Float32Array, columns: number): void {
  const largest = new Float32Array(columns);
  for (let at = 0; at < values.length; at++) {
    const value = values[at] as number;
    if (Math.abs(value) > Math.abs(largest[at % columns] as number)) largest[at % columns] = value;
  }
  for (let at = 0; at < values.length; at++) {
    if ((largest[at % columns] as number) < 0) values[at] = -(values[at] as number);
  }
}
