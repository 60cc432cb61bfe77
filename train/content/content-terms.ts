/**
 * Content that learns: each pin as a sparse row of terms, whose rows of weights the model sums, and where those rows start.
 *
 * Terms are words and parts of titles, tags, words of texts, links, and the columns of vectors. Products of two pins' rows are the
 * sum of cosines that `content` ranks by, so rows of weights that begin as the strongest singular vectors begin as that score,
 * cut to the length of an embedding.
 *
 * Source: latent semantic indexing (Deerwester et al. 1990) for the start; a sum of learned rows of terms as in fastText (Bojanowski
 * et al. 2017). Differs: terms count by tf-idf, and both sides, queries and targets, have rows of their own.
 */
import type { PinVectors } from '../../data/collection.js';
import { sharedFloats } from '../../data/shared-arrays.js';
import { degree, sharedRows, type CompressedRows } from '../../graph/compressed-rows.js';
import { joinFields, type TermField } from './term-index.js';

/** What the pins' content says to the model; on shared memory. */
export interface ContentTerms {
  /** [P] compressed rows over the terms that are no columns; a field's part of a row has its weight's root as length, or less. */
  readonly rows: CompressedRows;
  /** Of the rows, then one for each column of `vectors`. */
  readonly termCount: number;
  /** How much of each column a pin has, which most pins have of all: a matrix to multiply, where rows would be gathered one by one. */
  readonly vectors?: PinColumns;
}

/** [P, columns] row-major; zeros for pins without. */
export interface PinColumns {
  readonly columns: number;
  readonly values: Float32Array;
}

/** A term of one pin alone would only be another row of that pin. */
const FEWEST_PINS = 2;
/** Of a field; the rows of so many, 256 long, with what Adam keeps, take 300 MB. */
const MOST_TERMS = 50_000;

/** Whether a pin has any term. */
export function hasTerms({ rows, vectors }: ContentTerms, pin: number): boolean {
  if (degree(rows, pin) > 0) return true;
  return (
    vectors?.values.subarray(pin * vectors.columns, (pin + 1) * vectors.columns).some((value) => value !== 0) ?? false
  );
}

/** All terms of some pins as compressed rows, those of columns too. */
export function rowsOfTerms({ rows, termCount, vectors }: ContentTerms, pins: Uint32Array): CompressedRows {
  const columns = vectors?.columns ?? 0;
  const offsets = new Uint32Array(pins.length + 1);
  pins.forEach((pin, n) => (offsets[n + 1] = (offsets[n] as number) + degree(rows, pin) + columns));
  const neighbors = new Uint32Array(offsets[pins.length] as number);
  const weights = new Float32Array(neighbors.length).fill(1);
  const columnTerms = Uint32Array.from({ length: columns }, (_, column) => termCount - columns + column);
  pins.forEach((pin, n) => {
    const [from, to] = [rows.offsets[pin] as number, rows.offsets[pin + 1] as number];
    const at = offsets[n] as number;
    neighbors.set(rows.neighbors.subarray(from, to), at);
    if (rows.weights) weights.set(rows.weights.subarray(from, to), at);
    neighbors.set(columnTerms, at + to - from);
    if (vectors) weights.set(vectors.values.subarray(pin * columns, (pin + 1) * columns), at + to - from);
  });
  return { offsets, neighbors, weights };
}

/**
 * Lays fields and blocks of vectors side by side.
 *
 * @param fields  terms of pins, P rows each; terms of one pin alone are left out, and of more than 50,000 those that fewest pins have
 * @param blocks  vectors of pins; each present one counts at unit length
 * @returns undefined where there is nothing
 *
 * Time and memory O(entries), and 4 bytes a pin and column of vectors.
 */
export function contentTerms(
  fields: readonly TermField[],
  blocks: ReadonlyMap<string, PinVectors>,
  pinCount: number,
): ContentTerms | undefined {
  const { rows, termCount } = joinFields(fields.map(sharedTerms), pinCount);
  const vectors = unitVectors([...blocks.values()], pinCount);
  const total = termCount + (vectors?.columns ?? 0);
  return total > 0 ? { rows: sharedRows(rows), termCount: total, ...(vectors && { vectors }) } : undefined;
}

/** A field less the terms that are left out. */
function sharedTerms(field: TermField): TermField {
  const { rows, termCount } = field;
  const holders = new Uint32Array(termCount);
  for (const term of rows.neighbors) holders[term] = (holders[term] as number) + 1;
  const kept = Array.from(holders.keys()).filter((term) => (holders[term] as number) >= FEWEST_PINS);
  kept.sort((a, b) => (holders[b] as number) - (holders[a] as number) || a - b);
  const numberOf = new Int32Array(termCount).fill(-1);
  kept.slice(0, MOST_TERMS).forEach((term, number) => (numberOf[term] = number));
  const offsets = new Uint32Array(rows.offsets.length);
  const entries = rows.neighbors.reduce((sum, term) => sum + ((numberOf[term] as number) < 0 ? 0 : 1), 0);
  const neighbors = new Uint32Array(entries);
  const weights = new Float32Array(entries);
  for (let pin = 0, at = 0; pin + 1 < offsets.length; offsets[++pin] = at) {
    for (let i = rows.offsets[pin] as number; i < (rows.offsets[pin + 1] as number); i++) {
      const number = numberOf[rows.neighbors[i] as number] as number;
      if (number < 0) continue;
      neighbors[at] = number;
      weights[at++] = rows.weights ? (rows.weights[i] as number) : 1;
    }
  }
  return { ...field, rows: { offsets, neighbors, weights }, termCount: Math.min(kept.length, MOST_TERMS) };
}

/** Blocks side by side, each present vector at unit length. */
function unitVectors(blocks: readonly PinVectors[], pinCount: number): PinColumns | undefined {
  const columns = blocks.reduce((sum, { dimension }) => sum + dimension, 0);
  if (columns === 0) return undefined;
  const values = sharedFloats(pinCount * columns);
  let first = 0;
  for (const { dimension, values: from, present } of blocks) {
    for (let pin = 0; pin < pinCount; pin++) {
      if (present[pin] !== 1) continue;
      const row = from.subarray(pin * dimension, (pin + 1) * dimension);
      const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
      if (length > 0) row.forEach((value, d) => (values[pin * columns + first + d] = value / length));
    }
    first += dimension;
  }
  return { columns, values };
}
