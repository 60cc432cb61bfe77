/** Implicit matrix factorization by alternating least squares: what learned vectors without a graph can do. */
import type { StoredMatrix } from '../../data/generation/schema.js';
import { randomNormal, randomStream } from '../../data/random.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import type { CompressedRows } from '../../graph/compressed-rows.js';
import type { Scorer } from '../evaluation/scorer.js';
import { Workspace } from '../kernels/workspace.js';
import { productsOf } from '../ranking/query-products.js';
import { queryScorer } from './query-scorer.js';

/** What is chosen on validation. */
export interface AlsSettings {
  /** Length of the vectors. */
  readonly dimension: number;
  /** What a pair without a save counts beside one with: its rating is 0. */
  readonly unsavedWeight: number;
  /** Of a row, times what its saved and unsaved pairs count together (Rendle et al. 2022). */
  readonly regularization: number;
}

/** Where nothing was validated. */
export const alsDefaults: AlsSettings = Object.freeze({ dimension: 64, unsavedWeight: 0.02, regularization: 0.005 });

const SWEEPS = 6;
/** Steps of conjugate gradients a row; the vectors of the sweep before are where they begin. */
const STEPS = 2;
const FOLD_IN_STEPS = 10;

/**
 * Factors of the pins: minimizes `sum over saves (1 - w_u . v_i)^2 + a sum over all pairs (w_u . v_i)^2` with ridges.
 *
 * @returns [P, dimension]
 *
 * Source: Hu, Koren and Volinsky 2008; rows solved by conjugate gradients as Takacs et al. 2011; ridges by frequency as Rendle et al.
 * 2022. Cost: 6 sweeps of O((saves * d + (P + B) * d^2) * 3), d the dimension.
 */
export function alsFactors(graph: BipartiteGraph, seed: number, settings: AlsSettings = alsDefaults): StoredMatrix {
  const { dimension } = settings;
  const random = randomStream(seed, 'als');
  const draw = (rows: number): Float32Array =>
    Float32Array.from({ length: rows * dimension }, () => (0.1 * randomNormal(random)) / Math.sqrt(dimension));
  const pins = draw(graph.pinCount);
  const boards = draw(graph.boardCount);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    solveRows(boards, graph.pinsOfBoard, new NormalEquations(pins, settings));
    solveRows(pins, graph.boardsOfPin, new NormalEquations(boards, settings));
  }
  return { rows: graph.pinCount, columns: dimension, values: pins };
}

/**
 * Scores `w_u . v_i`, with w_u the least squares vector of the query's pins.
 *
 * @param factors  of `alsFactors`
 * @param settings  that they were found under
 */
export function als(graph: BipartiteGraph, factors: StoredMatrix, settings: AlsSettings = alsDefaults): Scorer {
  const { rows: pinCount, columns, values } = factors;
  const equations = new NormalEquations(values, settings);
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
    const vector = rows.subarray(row * equations.dimension, (row + 1) * equations.dimension);
    if (offsets[row] === offsets[row + 1]) vector.fill(0); // nothing is known of it
    equations.solve(neighbors.subarray(offsets[row], offsets[row + 1]), vector, STEPS);
  }
}

/** The least squares problem of one row against fixed vectors of the other side. */
class NormalEquations {
  readonly dimension: number;
  readonly #settings: AlsSettings;
  readonly #vectors: Float32Array;
  /** [dimension, dimension] a times the Gram matrix of all vectors. */
  readonly #gram: Float64Array;
  readonly #solution: Float64Array;
  readonly #residual: Float64Array;
  readonly #direction: Float64Array;
  readonly #product: Float64Array;

  constructor(vectors: Float32Array, settings: AlsSettings) {
    const { dimension, unsavedWeight } = settings;
    this.dimension = dimension;
    this.#settings = settings;
    this.#vectors = vectors;
    this.#gram = new Float64Array(dimension * dimension);
    this.#solution = new Float64Array(dimension);
    this.#residual = new Float64Array(dimension);
    this.#direction = new Float64Array(dimension);
    this.#product = new Float64Array(dimension);
    for (let at = 0; at < vectors.length; at += dimension) {
      for (let a = 0; a < dimension; a++) {
        const x = unsavedWeight * (vectors[at + a] as number);
        for (let b = 0; b < dimension; b++)
          this.#gram[a * dimension + b] = (this.#gram[a * dimension + b] as number) + x * (vectors[at + b] as number);
      }
    }
  }

  /** Improves `vector` by conjugate gradients on `(sum v v^T + a V^T V + ridge) w = sum v`, v of the saved rows. */
  solve(saved: Uint32Array, vector: Float32Array, steps: number): void {
    const { dimension, unsavedWeight, regularization } = this.#settings;
    const ridge = regularization * (saved.length + (unsavedWeight * this.#vectors.length) / dimension);
    const [solution, residual, direction, product] = [this.#solution, this.#residual, this.#direction, this.#product];
    solution.set(vector);
    this.#apply(solution, saved, ridge);
    for (let d = 0; d < dimension; d++) residual[d] = -(product[d] as number);
    for (let n = 0; n < saved.length; n++) {
      const at = (saved[n] as number) * dimension;
      for (let d = 0; d < dimension; d++) residual[d] = (residual[d] as number) + (this.#vectors[at + d] as number);
    }
    direction.set(residual);
    let length = dot(residual, residual);
    for (let step = 0; step < steps && length > 1e-20; step++) {
      this.#apply(direction, saved, ridge);
      const rate = length / dot(direction, product);
      for (let d = 0; d < dimension; d++) {
        solution[d] = (solution[d] as number) + rate * (direction[d] as number);
        residual[d] = (residual[d] as number) - rate * (product[d] as number);
      }
      const next = dot(residual, residual);
      for (let d = 0; d < dimension; d++)
        direction[d] = (residual[d] as number) + (next / length) * (direction[d] as number);
      length = next;
    }
    vector.set(solution);
  }

  /** product = (sum v v^T + a V^T V + ridge) vector */
  #apply(vector: Float64Array, saved: Uint32Array, ridge: number): void {
    const dimension = this.dimension;
    const [product, gram, vectors] = [this.#product, this.#gram, this.#vectors];
    for (let d = 0; d < dimension; d++) product[d] = ridge * (vector[d] as number);
    for (let a = 0; a < dimension; a++) {
      let sum = 0;
      for (let b = 0; b < dimension; b++) sum += (gram[a * dimension + b] as number) * (vector[b] as number);
      product[a] = (product[a] as number) + sum;
    }
    for (let n = 0; n < saved.length; n++) {
      const at = (saved[n] as number) * dimension;
      let sum = 0;
      for (let d = 0; d < dimension; d++) sum += (vectors[at + d] as number) * (vector[d] as number);
      for (let d = 0; d < dimension; d++) product[d] = (product[d] as number) + sum * (vectors[at + d] as number);
    }
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}
