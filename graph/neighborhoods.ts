/**
 * Collects importance neighborhoods, row after row, into compressed rows.
 */
import { sharedFloats, sharedIntegers } from '../data/shared-arrays.js';
import type { CompressedRows } from './compressed-rows.js';
import type { TopPins } from './top-pins.js';

/** Neighborhoods of successive pins: lengths by pin, then neighbors and weights end to end. */
export interface NeighborhoodRows {
  readonly lengths: Uint32Array;
  readonly neighbors: Uint32Array;
  readonly weights: Float32Array;
}

/** Writes neighborhoods of `rowCount` successive pins, at most `neighborCount` neighbors each. */
export class NeighborhoodWriter {
  readonly #lengths: Uint32Array;
  readonly #neighbors: Uint32Array;
  readonly #weights: Float32Array;
  #rows = 0;
  #written = 0;

  constructor(rowCount: number, neighborCount: number) {
    this.#lengths = new Uint32Array(rowCount);
    this.#neighbors = new Uint32Array(rowCount * neighborCount);
    this.#weights = new Float32Array(rowCount * neighborCount);
  }

  /** Adds the next pin's neighborhood, its weights the scores divided by their sum. */
  add(top: TopPins): void {
    let sum = 0;
    for (let i = 0; i < top.length; i++) sum += top.scores[i] as number;
    for (let i = 0; i < top.length; i++) {
      this.#neighbors[this.#written] = top.pins[i] as number;
      this.#weights[this.#written] = (top.scores[i] as number) / sum;
      this.#written++;
    }
    this.#lengths[this.#rows++] = top.length;
  }

  /** The rows written, in arrays of their own that can be handed to another thread. */
  finish(): NeighborhoodRows {
    return {
      lengths: this.#lengths,
      neighbors: this.#neighbors.slice(0, this.#written),
      weights: this.#weights.slice(0, this.#written),
    };
  }
}

/** Joins runs of successive pins into compressed rows on shared memory, neighbors best first. */
export function joinRows(runs: readonly NeighborhoodRows[]): CompressedRows & { readonly weights: Float32Array } {
  const rowCount = runs.reduce((sum, run) => sum + run.lengths.length, 0);
  const entryCount = runs.reduce((sum, run) => sum + run.neighbors.length, 0);
  const offsets = sharedIntegers(rowCount + 1);
  const neighbors = sharedIntegers(entryCount);
  const weights = sharedFloats(entryCount);
  let row = 0;
  let entry = 0;
  for (const run of runs) {
    for (const length of run.lengths) {
      offsets[row + 1] = (offsets[row] as number) + length;
      row++;
    }
    neighbors.set(run.neighbors, entry);
    weights.set(run.weights, entry);
    entry += run.neighbors.length;
  }
  return { offsets, neighbors, weights };
}
