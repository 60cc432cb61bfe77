/** ChebyCF: a polynomial of eight hops whose gain over the spectrum is a plateau, plus an ideal low-pass. Nothing is trained. */
import type { StoredMatrix } from '../../data/generation/schema.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { type CompressedRows, degrees } from '../../graph/compressed-rows.js';
import type { Scorer } from '../evaluation/scorer.js';
import { Workspace, type Matrix, type ResidentRows } from '../kernels/workspace.js';
import { lowPass, plateau } from '../ranking/spectral-filter.js';
import { queryScorer } from './query-scorer.js';

/** The paper's settings on gowalla. */
const ORDER = 8;
const EXPONENT = 0.4;
/** Queries side by side fill whole vectors. */
const LANES = 16;

/**
 * `s = r D^-.4 (sum over k of c_k T_k(L) + .2 V V^T) D^.4` with L the Laplacian of the pins, scaled to [-1, 1], T_k Chebyshev's
 * polynomials and c_k the interpolation of the plateau `1 - sign(x) |x|^1.5` of order 8.
 *
 * @param factors  [P, k] right singular vectors of the normalized save matrix, strongest first
 *
 * Source: Kim et al. 2025. The model's own score `filter` is this with one hop in place of eight.
 * Cost: 16 sparse products a slice of queries, on all saves, whatever the query: 2 ms a board on gowalla in slices of 50.
 */
export function chebyCf(graph: BipartiteGraph, factors: StoredMatrix): Scorer {
  const { pinCount, boardCount } = graph;
  const workspace = Workspace.open();
  const degree = Float32Array.from(degrees(graph.boardsOfPin));
  const toBoards = workspace.copyRows(normalized(graph.pinsOfBoard, degree));
  const toPins = workspace.copyRows(normalized(graph.boardsOfPin, Float32Array.from(degrees(graph.pinsOfBoard))));
  const low = workspace.copyIn(factors.values, factors.rows, factors.columns);
  const coefficients = plateauCoefficients();
  const power = degree.map((d) => d ** EXPONENT);

  return queryScorer('chebyCf', graph, (queries) => {
    const mark = workspace.mark();
    const columns = Math.ceil(queries.length / LANES) * LANES;
    const allocate = (): Matrix => workspace.allocate(pinCount, columns);
    const [signal, hop, sum] = [allocate(), allocate(), allocate()];
    const onBoards = workspace.allocate(boardCount, columns);
    const weak = workspace.allocate(low.columns, columns);
    signal.values.fill(0);
    queries.forEach(({ pins }, n) => {
      for (const pin of pins) if (degree[pin] !== 0) signal.values[pin * columns + n] = 1 / (power[pin] as number);
    });
    workspace.matMul(low, signal, weak, { transposeA: true });
    workspace.matMul(low, weak, sum);
    filter(signal, hop, {
      total: sum.values,
      coefficients,
      multiply: () => hopOver(workspace, { toBoards, toPins }, { signal, onBoards, hop }),
    });
    const scores = new Float32Array(queries.length * pinCount);
    const filtered = sum.values;
    for (let pin = 0; pin < pinCount; pin++)
      for (let n = 0; n < queries.length; n++)
        scores[n * pinCount + pin] = (filtered[pin * columns + n] as number) * (power[pin] as number);
    workspace.reset(mark);
    return scores;
  });
}

/** total = .2 total + sum of c_k T_k(L) x, by T_k = 2 L T_{k-1} - T_{k-2} and L x = x - 2 N^T N x. */
function filter(
  signal: Matrix,
  hop: Matrix,
  { total, coefficients, multiply }: { total: Float32Array; coefficients: readonly number[]; multiply: () => void },
): void {
  const current = signal.values; // `multiply` writes N^T N of it into `hop`
  const hopped = hop.values;
  const before = new Float32Array(current.length);
  coefficients.forEach((coefficient, k) => {
    if (k > 0) {
      multiply();
      for (let i = 0; i < current.length; i++) {
        const x = current[i] as number;
        const applied = x - 2 * (hopped[i] as number);
        current[i] = k === 1 ? applied : 2 * applied - (before[i] as number);
        before[i] = x;
      }
    }
    const scale = k === 0 ? lowPass : 1;
    for (let i = 0; i < current.length; i++)
      total[i] = scale * (total[i] as number) + coefficient * (current[i] as number);
  });
}

function hopOver(
  workspace: Workspace,
  { toBoards, toPins }: { toBoards: ResidentRows; toPins: ResidentRows },
  { signal, onBoards, hop }: { signal: Matrix; onBoards: Matrix; hop: Matrix },
): void {
  workspace.pool(signal, toBoards, onBoards);
  workspace.pool(onBoards, toPins, hop);
}

/** Rows with 1 over the roots of both degrees as weights: N, or N^T. */
function normalized({ offsets, neighbors }: CompressedRows, neighborDegree: Float32Array): CompressedRows {
  const weights = new Float32Array(neighbors.length);
  for (let row = 0; row + 1 < offsets.length; row++) {
    const [from, to] = [offsets[row] as number, offsets[row + 1] as number];
    for (let i = from; i < to; i++)
      weights[i] = 1 / Math.sqrt((to - from) * (neighborDegree[neighbors[i] as number] as number));
  }
  return { offsets, neighbors, weights };
}

/** Chebyshev coefficients that interpolate the plateau at the zeros of T_9. */
function plateauCoefficients(): number[] {
  const count = ORDER + 1;
  const angles = Array.from({ length: count }, (_, j) => (Math.PI * (j + 0.5)) / count);
  return Array.from({ length: count }, (_, k) => {
    const sum = angles.reduce((total, angle) => {
      const x = Math.cos(angle);
      return total + plateau(x) * Math.cos(k * angle);
    }, 0);
    return ((k === 0 ? 1 : 2) * sum) / count;
  });
}
