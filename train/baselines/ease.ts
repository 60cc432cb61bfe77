/** EASE: every pin predicted by all others through one matrix, found in closed form. */
import type { StoredMatrix } from '../../data/generation/schema.js';
import { sharedFloats } from '../../data/shared-arrays.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { entriesOf } from '../../graph/compressed-rows.js';
import type { Scorer } from '../evaluation/scorer.js';
import { Workspace, type Matrix } from '../kernels/workspace.js';
import { queryScorer } from './query-scorer.js';

/** What is chosen on validation. */
export interface EaseSettings {
  /** Added to the diagonal of the pins' co-save counts, above 0. */
  readonly regularization: number;
}

/** Where nothing was validated. */
export const easeDefaults: EaseSettings = Object.freeze({ regularization: 100 });

/** The most pins whose matrix is made: 1 GiB of weights, and as much again while they are found. */
export const MOST_EASE_PINS = 16_384;

/** Rows that are taken out at a time. */
const BLOCK = 192;

/**
 * Weights B of the pins on each other, `B_ij = -P_ij / P_jj` with a diagonal of 0, where `P = (X^T X + regularization)^-1`, X the saves.
 *
 * @returns [P, P], on shared memory
 *
 * Source: Steck 2019, "Embarrassingly shallow autoencoders for sparse data", eq. 8. Differs: 32-bit floats.
 * Time: 2 P^3 operations on one thread, two minutes for 13,000 pins; memory 8 P^2 bytes while it works.
 */
export function easeWeights(graph: BipartiteGraph, { regularization }: EaseSettings): StoredMatrix {
  const { pinCount } = graph;
  const workspace = Workspace.open();
  const matrix = workspace.allocate(pinCount, pinCount);
  const cells = matrix.values.fill(0);
  for (let board = 0; board < graph.boardCount; board++) {
    const pins = entriesOf(graph.pinsOfBoard, board);
    for (const a of pins) for (const b of pins) cells[a * pinCount + b] = (cells[a * pinCount + b] as number) + 1;
  }
  for (let pin = 0; pin < pinCount; pin++)
    cells[pin * pinCount + pin] = (cells[pin * pinCount + pin] as number) + regularization;
  invert(matrix, workspace);
  const inverse = matrix.values; // the memory may have grown
  const diagonal = Float64Array.from({ length: pinCount }, (_, pin) => inverse[pin * pinCount + pin] as number);
  const weights = sharedFloats(pinCount * pinCount);
  for (let i = 0; i < pinCount; i++)
    for (let j = 0; j < pinCount; j++)
      weights[i * pinCount + j] = i === j ? 0 : -(inverse[i * pinCount + j] as number) / (diagonal[j] as number);
  return { rows: pinCount, columns: pinCount, values: weights };
}

/** Scores `s(i) = sum over the query's pins j of B_ji`. */
export function ease(graph: BipartiteGraph, { values }: StoredMatrix): Scorer {
  const { pinCount } = graph;
  return queryScorer('ease', graph, (queries) => {
    const scores = new Float32Array(queries.length * pinCount);
    queries.forEach(({ pins }, n) => {
      const row = scores.subarray(n * pinCount, (n + 1) * pinCount);
      for (const pin of pins) {
        const from = pin * pinCount;
        for (let i = 0; i < pinCount; i++) row[i] = (row[i] as number) + (values[from + i] as number);
      }
    });
    return scores;
  });
}

/**
 * Inverts a symmetric matrix of positive eigenvalues in place, by block Gauss-Jordan elimination: such a matrix needs no pivots.
 *
 * A block of rows K is turned into `D [A_K,others, I]`, D the inverse of its diagonal block; every other row loses its part times that.
 */
export function invert(matrix: Matrix, workspace: Workspace): void {
  const n = matrix.rows;
  const start = workspace.mark();
  for (let from = 0; from < n; from += BLOCK) {
    const size = Math.min(BLOCK, n - from);
    const to = from + size;
    const [block, rows, panel, turned] = [
      workspace.allocate(size, size),
      workspace.allocate(n, size),
      workspace.allocate(size, n),
      workspace.allocate(size, n),
    ];
    const [cells, blockCells, parts, panelCells] = [matrix.values, block.values, rows.values, panel.values];
    for (let row = 0; row < n; row++) {
      const own = cells.subarray(row * n + from, row * n + to);
      const isOwn = row >= from && row < to;
      if (isOwn) blockCells.set(own, (row - from) * size);
      else for (let c = 0; c < size; c++) parts[row * size + c] = -(own[c] as number);
      own.fill(0);
      if (isOwn) own[row - from] = 1;
    }
    invertSmall(blockCells, size);
    panelCells.set(cells.subarray(from * n, to * n));
    workspace.matMul(block, panel, turned);
    if (from > 0)
      workspace.matMul(workspace.slice(rows, 0, from), turned, workspace.slice(matrix, 0, from), { add: true });
    if (to < n) workspace.matMul(workspace.slice(rows, to, n), turned, workspace.slice(matrix, to, n), { add: true });
    matrix.values.set(turned.values, from * n);
    workspace.reset(start);
  }
}

/** Gauss-Jordan elimination in doubles, in place. */
function invertSmall(cells: Float32Array, size: number): void {
  const work = Float64Array.from(cells);
  for (let k = 0; k < size; k++) {
    const pivot = 1 / (work[k * size + k] as number);
    work[k * size + k] = 1;
    for (let c = 0; c < size; c++) work[k * size + c] = (work[k * size + c] as number) * pivot;
    for (let row = 0; row < size; row++) {
      if (row === k) continue;
      const share = work[row * size + k] as number;
      work[row * size + k] = 0;
      for (let c = 0; c < size; c++)
        work[row * size + c] = (work[row * size + c] as number) - share * (work[k * size + c] as number);
    }
  }
  cells.set(work);
}
