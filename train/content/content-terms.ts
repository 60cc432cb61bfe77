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
import { sharedRows, type CompressedRows } from '../../graph/compressed-rows.js';
import { joinFields, type TermField } from './term-index.js';

/** What the pins' content says to the model. */
export interface ContentTerms {
  /** [P] compressed rows over the terms, on shared memory; a field's part of a row has its weight's root as length, or less. */
  readonly rows: CompressedRows;
  readonly termCount: number;
}

/** A term of one pin alone would only be another row of that pin. */
const FEWEST_PINS = 2;
/** Of a field; the rows of so many, 256 long, with what Adam keeps, take 300 MB. */
const MOST_TERMS = 50_000;

/**
 * Lays fields and blocks of vectors side by side.
 *
 * @param fields  terms of pins, P rows each; terms of one pin alone are left out, and of more than 50,000 those that fewest pins have
 * @param blocks  vectors of pins; each present one counts at unit length
 * @returns undefined where there is nothing
 *
 * Time and memory O(entries), a vector having one a column.
 */
export function contentTerms(
  fields: readonly TermField[],
  blocks: ReadonlyMap<string, PinVectors>,
  pinCount: number,
): ContentTerms | undefined {
  const vectors = [...blocks].map(([name, block]) => fieldOfVectors(name, block));
  const { rows, termCount } = joinFields([...fields.map(sharedTerms), ...vectors], pinCount);
  return termCount > 0 ? { rows: sharedRows(rows), termCount } : undefined;
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

/** Vectors as rows that hold every column. */
function fieldOfVectors(name: string, { dimension, values, present }: PinVectors): TermField {
  const lengths = Float64Array.from(present, (isPresent, pin) => {
    const row = values.subarray(pin * dimension, (pin + 1) * dimension);
    return isPresent === 1 ? Math.sqrt(row.reduce((sum, value) => sum + value * value, 0)) : 0;
  });
  const offsets = new Uint32Array(present.length + 1);
  lengths.forEach((length, pin) => (offsets[pin + 1] = (offsets[pin] as number) + (length > 0 ? dimension : 0)));
  const neighbors = new Uint32Array(offsets[present.length] as number);
  const weights = new Float32Array(neighbors.length);
  lengths.forEach((length, pin) => {
    for (let at = offsets[pin] as number, column = 0; at < (offsets[pin + 1] as number); at++, column++) {
      neighbors[at] = column;
      weights[at] = (values[pin * dimension + column] as number) / length;
    }
  });
  return { name, weight: 1, isWeighedByCoSaves: false, rows: { offsets, neighbors, weights }, termCount: dimension };
}
