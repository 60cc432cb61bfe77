/**
 * Pins as sparse vectors over the terms they hold, and the products of all pins with a sum of such vectors.
 *
 * Source: tf-idf with cosine (Salton and Buckley 1988).
 */
import { type CompressedRows, transpose } from '../../graph/compressed-rows.js';

/** What a part of a pin's content says, as rows of terms. */
export interface TermField {
  readonly name: string;
  /** What a cosine of this field counts. */
  readonly weight: number;
  /** Whether its terms count by what they tell of saving; ids do not, of which few pins share one. */
  readonly isWeighedByCoSaves: boolean;
  /** [P] compressed rows of terms below `termCount`, weights at unit length. */
  readonly rows: CompressedRows;
  readonly termCount: number;
}

/** An index of pins by their terms. One instance holds one query at a time, so it serves one thread. */
export class TermIndex {
  /** [P] compressed rows of terms with weights. */
  readonly pins: CompressedRows;
  /** term -> pins */
  readonly #postings: CompressedRows;
  readonly #query: Float32Array;
  readonly #terms: number[] = [];

  /** Time and memory O(entries). */
  constructor(pins: CompressedRows, termCount: number) {
    this.pins = pins;
    this.#postings = transpose(pins, termCount);
    this.#query = new Float32Array(termCount);
  }

  /** Adds `weight` times a row of `rows`, which is over the terms of this index, to the query. */
  add(rows: CompressedRows, row: number, weight: number): void {
    for (let i = rows.offsets[row] as number; i < (rows.offsets[row + 1] as number); i++) {
      const term = rows.neighbors[i] as number;
      if (this.#query[term] === 0) this.#terms.push(term);
      this.#query[term] = (this.#query[term] as number) + weight * (rows.weights?.[i] as number);
    }
  }

  /**
   * Writes the query's products with every pin's row into `out` [P], and empties the query.
   *
   * Cost: the pins that hold each of the query's terms.
   */
  scoreInto(out: Float32Array): void {
    out.fill(0);
    const { offsets, neighbors, weights } = this.#postings;
    for (const term of this.#terms) {
      const share = this.#query[term] as number;
      this.#query[term] = 0;
      for (let i = offsets[term] as number; i < (offsets[term + 1] as number); i++) {
        const pin = neighbors[i] as number;
        out[pin] = (out[pin] as number) + share * ((weights as Float32Array)[i] as number);
      }
    }
    this.#terms.length = 0;
  }
}

/** Counts times rarity, each row at unit length, as compressed rows. */
export function weigh(rows: readonly ReadonlyMap<number, number>[], rarity: Float64Array): CompressedRows {
  const offsets = new Uint32Array(rows.length + 1);
  rows.forEach((terms, row) => (offsets[row + 1] = (offsets[row] as number) + terms.size));
  const neighbors = new Uint32Array(offsets[rows.length] as number);
  const weights = new Float32Array(neighbors.length);
  rows.forEach((terms, row) => {
    const entries = [...terms].map(([term, count]) => [term, count * (rarity[term] as number)] as const);
    const length = Math.sqrt(entries.reduce((sum, [, weight]) => sum + weight * weight, 0)) || 1;
    entries.forEach(([term, weight], n) => {
      neighbors[(offsets[row] as number) + n] = term;
      weights[(offsets[row] as number) + n] = weight / length;
    });
  });
  return { offsets, neighbors, weights };
}

/** log((rows + 1) / rows that hold the term), by term. */
export function rarityOf(rows: readonly ReadonlyMap<number, number>[], termCount: number): Float64Array {
  const counts = new Float64Array(termCount);
  for (const terms of rows) for (const term of terms.keys()) counts[term] = (counts[term] as number) + 1;
  return counts.map((count) => Math.log((rows.length + 1) / count));
}

/**
 * Fields side by side, so that products of rows are the weighted sums of the fields' cosines.
 *
 * @param fields  each of P rows, its terms numbered from 0; their weights not below 0
 */
export function joinFields(
  fields: readonly TermField[],
  pinCount: number,
): { rows: CompressedRows; termCount: number } {
  const offsets = new Uint32Array(pinCount + 1);
  const total = fields.reduce((sum, { rows }) => sum + rows.neighbors.length, 0);
  const neighbors = new Uint32Array(total);
  const weights = new Float32Array(total);
  let at = 0;
  for (let pin = 0; pin < pinCount; pin++) {
    let firstTerm = 0;
    for (const { rows, weight, termCount } of fields) {
      const scale = Math.sqrt(weight);
      for (let i = rows.offsets[pin] as number; i < (rows.offsets[pin + 1] as number); i++, at++) {
        neighbors[at] = firstTerm + (rows.neighbors[i] as number);
        weights[at] = scale * (rows.weights ? (rows.weights[i] as number) : 1);
      }
      firstTerm += termCount;
    }
    offsets[pin + 1] = at;
  }
  return { rows: { offsets, neighbors, weights }, termCount: fields.reduce((sum, field) => sum + field.termCount, 0) };
}
