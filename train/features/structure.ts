/**
 * Structural features: the strongest spectral factors of the normalized save matrix, and pins of a grown graph in their basis.
 *
 *     N = D_b^-1/2 A D_p^-1/2   [B, P],   A the saves (their weights if they have any), D the row and column sums of A
 *     N ~ U S V^T               S the largest singular values, V [P, k] the pins' factors
 *
 * Source: Halko, Martinsson and Tropp 2011, algorithms 4.4 and 5.1 (subspace iteration, then a small problem); Shen et al.
 * 2021 (GF-CF) for N as a filter; orthonormal bases by Cholesky-QR (Yamamoto et al. 2015).
 * Differs: the start is uniform, not Gaussian; a round is orthonormalized once and not after each half; the last step is an
 * eigenproblem of (N V)^T (N V), so the smallest singular values are known to float32's square root only.
 */
import { PinwalkError } from '../../data/errors.js';
import { randomStream } from '../../data/random.js';
import type { BipartiteGraph, CompressedRows } from '../../graph/bipartite-graph.js';
import type { Matrix, ResidentRows, Workspace } from '../kernels/workspace.js';
import { orthonormalize } from './orthonormalize.js';
import { symmetricEigen } from './symmetric-eigen.js';

/** The strongest singular triples' values and right (pin) vectors. */
export interface SpectralFactors {
  /** k, number of factors; below what was asked for where the graph has fewer that differ from 0. */
  readonly rank: number;
  /** [k], descending, in (0, 1]. */
  readonly singularValues: Float32Array;
  /** V [P, k] row-major, orthonormal columns; the entry of largest magnitude of a column is positive. */
  readonly pinFactors: Float32Array;
}

export interface SpectralOptions {
  /** Factors wanted, from 1 up. */
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

/** Eigenvalues of N^T N below this share of the largest are float32's rounding. */
const NOISE_FLOOR = 1e-5;

/**
 * Finds the `rank` strongest spectral factors of a graph.
 *
 * @param graph  the training graph; P pins, B boards, at least one save
 * @returns factors; a pin without saves has a zero row
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for a bad option, a graph without saves, or one that 4 GiB do not hold
 *
 * Shape: with w = min(rank + oversampling, P, B) the workspace takes 4 w (B + P + max(B, P)) bytes beside 16 a save.
 * Time O(rounds * (saves * w + min(B, P) * w^2) + w^3). Same seed and kernel build, same bytes; builds agree to rounding.
 */
export function spectralFactors(graph: BipartiteGraph, options: SpectralOptions): SpectralFactors {
  const { rank, rounds = 5, oversampling = 32, seed, workspace, onProgress } = options;
  checkCount('rank', rank, 1);
  checkCount('rounds', rounds, 1);
  checkCount('oversampling', oversampling, 0);
  if (graph.saveCount === 0) {
    throw new PinwalkError('OPTION_OUT_OF_RANGE', 'spectralFactors: the graph must have saves (got none)');
  }
  const start = workspace.mark();
  try {
    // The basis lives on the smaller side, where orthonormalizing is cheaper; the other side is one product away.
    const pinsAreNear = graph.pinCount <= graph.boardCount;
    const normalized = normalizedRows(graph);
    const near = workspace.copyRows(pinsAreNear ? normalized.boardsOfPin : normalized.pinsOfBoard);
    const far = workspace.copyRows(pinsAreNear ? normalized.pinsOfBoard : normalized.boardsOfPin);
    const width = Math.min(rank + oversampling, near.rowCount, far.rowCount);
    const farBasis = workspace.allocate(far.rowCount, width);
    const nearHeight = workspace.mark();
    const basis = iterate({ near, far, farBasis, rounds, seed, workspace, onProgress });
    workspace.pool(basis, far, farBasis);
    const { values, vectors, kept } = smallProblem(farBasis, rank, workspace);
    const source = pinsAreNear ? basis : farBasis;
    if (!pinsAreNear) workspace.reset(nearHeight);
    // V = basis W where pins are near, (N^T basis) W S^-1 where they are far
    const turn = workspace.allocate(width, kept);
    const turnValues = turn.values;
    for (let c = 0; c < kept; c++) {
      const scale = pinsAreNear ? 1 : 1 / (values[c] as number);
      for (let r = 0; r < width; r++) turnValues[r * kept + c] = (vectors[c * width + r] as number) * scale;
    }
    const turned = workspace.allocate(source.rows, kept);
    workspace.matMul(source, turn, turned);
    const pinFactors = turned.values.slice();
    fixSigns(pinFactors, kept);
    onProgress?.(rounds + 1, rounds + 1);
    return { rank: kept, singularValues: Float32Array.from(values.subarray(0, kept)), pinFactors };
  } finally {
    workspace.reset(start);
  }
}

/**
 * Places the pins of another graph (the training graph plus later or held-out saves, say) into the basis of `factors`:
 *
 *     V' = N'^T N' V S^-2,   N' = D'_b^-1/2 A' D'_p^-1/2
 *
 * one more half-round of the iteration that found V, under the other graph and without orthonormalizing. For the
 * training graph itself N^T N V S^-2 = V, so its rows come back; a pin that had no saves in training gets its place from
 * the pins it now shares boards with.
 *
 * @param factors  of the training graph; k factors over P pins
 * @param graph  the same P pins; boards may differ, since boards have no part in the basis
 * @param options.workspace  scratch; left as it was found
 * @returns [P, k] row-major; a pin without saves has a zero row
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` when the number of pins differs
 *
 * Time O(saves * k). Columns are no longer exactly orthonormal.
 */
export function foldInPins(
  factors: SpectralFactors,
  graph: BipartiteGraph,
  options: { workspace: Workspace },
): Float32Array {
  const { rank, pinFactors, singularValues } = factors;
  const { workspace } = options;
  if (pinFactors.length !== graph.pinCount * rank) {
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      `foldInPins: the graph must have the factors' ${pinFactors.length / rank} pins (got ${graph.pinCount})`,
    );
  }
  const start = workspace.mark();
  try {
    const normalized = normalizedRows(graph);
    const pins = workspace.copyIn(pinFactors, graph.pinCount, rank);
    const boards = workspace.allocate(graph.boardCount, rank);
    workspace.pool(pins, normalized.pinsOfBoard, boards);
    workspace.pool(boards, normalized.boardsOfPin, pins);
    const folded = pins.values.slice();
    const scales = singularValues.map((value) => 1 / (value * value));
    for (let at = 0; at < folded.length; at++) folded[at] = (folded[at] as number) * (scales[at % rank] as number);
    return folded;
  } finally {
    workspace.reset(start);
  }
}

/** The graph's rows in both directions, weighted by N's entries. */
function normalizedRows(graph: BipartiteGraph): { boardsOfPin: CompressedRows; pinsOfBoard: CompressedRows } {
  const pinScale = inverseRoots(graph.boardsOfPin);
  const boardScale = inverseRoots(graph.pinsOfBoard);
  return {
    boardsOfPin: scaleEntries(graph.boardsOfPin, pinScale, boardScale),
    pinsOfBoard: scaleEntries(graph.pinsOfBoard, boardScale, pinScale),
  };
}

/** 1 / sqrt(sum of a row's weights), 0 for an empty row. */
function inverseRoots(rows: CompressedRows): Float64Array {
  const { offsets, weights } = rows;
  const scales = new Float64Array(offsets.length - 1);
  for (let r = 0; r < scales.length; r++) {
    const from = offsets[r] as number;
    const to = offsets[r + 1] as number;
    let sum = weights ? 0 : to - from;
    if (weights) for (let e = from; e < to; e++) sum += weights[e] as number;
    scales[r] = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  }
  return scales;
}

function scaleEntries(rows: CompressedRows, rowScale: Float64Array, columnScale: Float64Array): CompressedRows {
  const { offsets, neighbors, weights } = rows;
  const scaled = new Float32Array(neighbors.length);
  for (let r = 0; r < rowScale.length; r++) {
    for (let e = offsets[r] as number; e < (offsets[r + 1] as number); e++) {
      const weight = weights ? (weights[e] as number) : 1;
      scaled[e] = weight * (rowScale[r] as number) * (columnScale[neighbors[e] as number] as number);
    }
  }
  return { offsets, neighbors, weights: scaled };
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

function checkCount(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      `spectralFactors: ${name} must be an integer from ${least} up (got ${value})`,
    );
  }
}
