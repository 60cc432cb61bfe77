/**
 * Compressed sparse rows: lists of row numbers, one after the other, with optional weights. Graphs, neighborhoods and lists of terms
 * are made of them.
 */
import { placesByKey } from '../data/counting-sort.js';
import { shared, sharedFloats, sharedIntegers } from '../data/shared-arrays.js';

/**
 * Row r owns `neighbors[offsets[r] .. offsets[r + 1])`, ascending, each at most once.
 * The last offset is the number of entries written.
 */
export interface CompressedRows {
  readonly offsets: Uint32Array;
  readonly neighbors: Uint32Array;
  /** Parallel to `neighbors`; absent when every weight is 1. */
  readonly weights?: Float32Array;
}

/** Number of entries of row `row`. */
export function degree(rows: CompressedRows, row: number): number {
  return (rows.offsets[row + 1] as number) - (rows.offsets[row] as number);
}

/** The neighbors of a row, a view. */
export function entriesOf({ offsets, neighbors }: CompressedRows, row: number): Uint32Array {
  return neighbors.subarray(offsets[row], offsets[row + 1]);
}

/** Degrees of all rows, as numbers. */
export function degrees(rows: CompressedRows): Uint32Array {
  const result = new Uint32Array(rows.offsets.length - 1);
  for (let row = 0; row < result.length; row++) result[row] = degree(rows, row);
  return result;
}

/** Whether row `row` holds `neighbor`; O(log degree). */
export function hasNeighbor(rows: CompressedRows, row: number, neighbor: number): boolean {
  let low = rows.offsets[row] as number;
  let high = rows.offsets[row + 1] as number;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows.neighbors[middle] as number) < neighbor) low = middle + 1;
    else high = middle;
  }
  return low < (rows.offsets[row + 1] as number) && rows.neighbors[low] === neighbor;
}

/**
 * Turns rows around: the result's row n lists every row that holds n, ascending.
 *
 * @param rows  R rows of neighbors below `columnCount`
 * @returns `columnCount` rows of neighbors below R
 */
export function transpose(rows: CompressedRows, columnCount: number): CompressedRows {
  const owners = new Uint32Array(rows.neighbors.length);
  for (let row = 0; row + 1 < rows.offsets.length; row++) {
    owners.fill(row, rows.offsets[row], rows.offsets[row + 1]);
  }
  return sortByRow(rows.neighbors, { ...rows, neighbors: owners }, columnCount);
}

/** What stands in an entry of compressed rows, column by column. */
type Entries = Omit<CompressedRows, 'offsets'>;

/** Stable counting sort of entries into compressed rows by key; column by column, so each is read in order. */
export function sortByRow(keys: Uint32Array, entries: Entries, rowCount: number): CompressedRows {
  const { offsets, places } = placesByKey(keys, rowCount);
  const { neighbors, weights } = entries;
  return {
    offsets,
    neighbors: scatter(neighbors, places, sharedIntegers(keys.length)),
    ...(weights && { weights: scatter(weights, places, sharedFloats(keys.length)) }),
  };
}

function scatter<Column extends Uint32Array | Float32Array>(values: Column, places: Uint32Array, into: Column): Column {
  for (let i = 0; i < places.length; i++) into[places[i] as number] = values[i] as number;
  return into;
}

/** Some rows of compressed rows, in the order given; weights of 1 where they have none. */
export function rowsOf(rows: CompressedRows, wanted: Uint32Array): CompressedRows {
  const offsets = new Uint32Array(wanted.length + 1);
  wanted.forEach((row, n) => (offsets[n + 1] = (offsets[n] as number) + degree(rows, row)));
  const neighbors = new Uint32Array(offsets[wanted.length] as number);
  const weights = new Float32Array(neighbors.length).fill(1);
  wanted.forEach((row, n) => {
    const [from, to] = [rows.offsets[row] as number, rows.offsets[row + 1] as number];
    neighbors.set(rows.neighbors.subarray(from, to), offsets[n]);
    if (rows.weights) weights.set(rows.weights.subarray(from, to), offsets[n]);
  });
  return { offsets, neighbors, weights };
}

/** Compressed rows over shared arrays. */
export function sharedRows({ offsets, neighbors, weights }: CompressedRows): CompressedRows {
  return { offsets: shared(offsets), neighbors: shared(neighbors), ...(weights && { weights: shared(weights) }) };
}
