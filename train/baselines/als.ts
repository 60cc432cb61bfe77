/** Implicit matrix factorization by alternating least squares: what learned vectors without a graph can do. */
import type { StoredMatrix } from '../../data/generation/schema.js';
import { randomNormal, randomStream } from '../../data/random.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import type { CompressedRows } from '../../graph/compressed-rows.js';
import type { Scorer } from '../evaluation/scorer.js';
import { Workspace } from '../kernels/workspace.js';
import { productsOf } from '../ranking/query-products.js';
import { queryScorer } from './query-scorer.js';

const DIMENSION = 64;
const SWEEPS = 6;
/** What a pair without a save counts beside one with: its rating is 0. */
const UNSAVED_WEIGHT = 0.02;
/** Regularization of a row, times what its saved and unsaved pairs count together (Rendle et al. 2022). */
const REGULARIZATION = 0.005;
/** Steps of conjugate gradients a row; the vectors of the sweep before are where they begin. */
const STEPS = 2;
const FOLD_IN_STEPS = 10;

/**
 * Factors of the pins: minimizes `sum over saves (1 - w_u . v_i)^2 + a sum over all pairs (w_u . v_i)^2` with ridges.
 *
 * @returns [P, 64]
 *
 * Source: Hu, Koren and Volinsky 2008; rows solved by conjugate gradients as Takacs et al. 2011; ridges by frequency as Rendle et al.
 * 2022. Cost: 6 sweeps of O((saves * 64 + (P + B) * 64^2) * 3).
 */
export function alsFactors(graph: BipartiteGraph, seed: number): StoredMatrix {
  const random = randomStream(seed, 'als');
  const draw = (rows: number): Float32Array =>
    Float32Array.from({ length: rows * DIMENSION }, () => (0.1 * randomNormal(random)) / Math.sqrt(DIMENSION));
  const pins = draw(graph.pinCount);
  const boards = draw(graph.boardCount);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    solveRows(boards, graph.pinsOfBoard, new NormalEquations(pins));
    solveRows(pins, graph.boardsOfPin, new NormalEquations(boards));
  }
  return { rows: graph.pinCount, columns: DIMENSION, values: pins };
}

/**
 * Scores `w_u . v_i`, with w_u the least squares vector of the query's pins.
 *
 * @param factors  of `alsFactors`
 */
export function als(graph: BipartiteGraph, factors: StoredMatrix): Scorer {
  const { rows: pinCount, columns, values } = factors;
  const equations = new NormalEquations(values);
  const workspace = Workspace.open();
  const pins = workspace.copyIn(values, pinCount, columns);
  return queryScorer('als', graph, (queries) =>
    productsOf(workspace, pins, {
      count: queries.length,
      fill(vectors) {
        vectors.fill(0);
        queries.forEach((query, n) =>
          equations.solve(query.pins, vectors.subarray(n * columns, (n + 1) * columns), FOLD_IN_STEPS),
        );
      },
    }),
  );
}

function solveRows(rows: Float32Array, { offsets, neighbors }: CompressedRows, equations: NormalEquations): void {
  for (let row = 0; row + 1 < offsets.length; row++) {
    const vector = rows.subarray(row * DIMENSION, (row + 1) * DIMENSION);
    if (offsets[row] === offsets[row + 1]) vector.fill(0); // nothing is known of it
    equations.solve(neighbors.subarray(offsets[row], offsets[row + 1]), vector, STEPS);
  }
}

/** The least squares problem of one row against fixed vectors of the other side. */
class NormalEquations {
  readonly #vectors: Float32Array;
  /** [64, 64] a times the Gram matrix of all vectors. */
  readonly #gram = new Float64Array(DIMENSION * DIMENSION);
  readonly #solution = new Float64Array(DIMENSION);
  readonly #residual = new Float64Array(DIMENSION);
  readonly #direction = new Float64Array(DIMENSION);
  readonly #product = new Float64Array(DIMENSION);

  constructor(vectors: Float32Array) {
    this.#vectors = vectors;
    for (let at = 0; at < vectors.length; at += DIMENSION) {
      for (let a = 0; a < DIMENSION; a++) {
        const x = UNSAVED_WEIGHT * (vectors[at + a] as number);
        for (let b = 0; b < DIMENSION; b++)
          this.#gram[a * DIMENSION + b] = (this.#gram[a * DIMENSION + b] as number) + x * (vectors[at + b] as number);
      }
    }
  }

  /** Improves `vector` by conjugate gradients on `(sum v v^T + a V^T V + ridge) w = sum v`, v of the saved rows. */
  solve(saved: Uint32Array, vector: Float32Array, steps: number): void {
    const ridge = REGULARIZATION * (saved.length + (UNSAVED_WEIGHT * this.#vectors.length) / DIMENSION);
    const [solution, residual, direction, product] = [this.#solution, this.#residual, this.#direction, this.#product];
    solution.set(vector);
    this.#apply(solution, saved, ridge);
    for (let d = 0; d < DIMENSION; d++) residual[d] = -(product[d] as number);
    for (let n = 0; n < saved.length; n++) {
      const at = (saved[n] as number) * DIMENSION;
      for (let d = 0; d < DIMENSION; d++) residual[d] = (residual[d] as number) + (this.#vectors[at + d] as number);
    }
    direction.set(residual);
    let length = dot(residual, residual);
    for (let step = 0; step < steps && length > 1e-20; step++) {
      this.#apply(direction, saved, ridge);
      const rate = length / dot(direction, product);
      for (let d = 0; d < DIMENSION; d++) {
        solution[d] = (solution[d] as number) + rate * (direction[d] as number);
        residual[d] = (residual[d] as number) - rate * (product[d] as number);
      }
      const next = dot(residual, residual);
      for (let d = 0; d < DIMENSION; d++)
        direction[d] = (residual[d] as number) + (next / length) * (direction[d] as number);
      length = next;
    }
    vector.set(solution);
  }

  /** product = (sum v v^T + a V^T V + ridge) vector */
  #apply(vector: Float64Array, saved: Uint32Array, ridge: number): void {
    const [product, gram, vectors] = [this.#product, this.#gram, this.#vectors];
    for (let d = 0; d < DIMENSION; d++) product[d] = ridge * (vector[d] as number);
    for (let a = 0; a < DIMENSION; a++) {
      let sum = 0;
      for (let b = 0; b < DIMENSION; b++) sum += (gram[a * DIMENSION + b] as number) * (vector[b] as number);
      product[a] = (product[a] as number) + sum;
    }
    for (let n = 0; n < saved.length; n++) {
      const at = (saved[n] as number) * DIMENSION;
      let sum = 0;
      for (let d = 0; d < DIMENSION; d++) sum += (vectors[at + d] as number) * (vector[d] as number);
      for (let d = 0; d < DIMENSION; d++) product[d] = (product[d] as number) + sum * (vectors[at + d] as number);
    }
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}
