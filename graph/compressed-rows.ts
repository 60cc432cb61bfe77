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

/**
 * Rows that may lie anywhere: row r owns `neighbors[offsets[stride * r] .. offsets[stride * r + 1])`, ascending, each at most once.
 * Compressed rows are those of stride 1; `live-rows.ts` has those of stride 2, which change.
 */
export interface RowSlices extends CompressedRows {
  /** Default 1. */
  readonly stride?: 1 | 2;
}

/** How many rows there are. */
export function rowCount({ offsets, stride = 1 }: RowSlices): number {
  return stride === 1 ? offsets.length - 1 : offsets.length / 2;
}

/** Number of entries of row `row`. */
export function degree({ offsets, stride = 1 }: RowSlices, row: number): number {
  return (offsets[stride * row + 1] as number) - (offsets[stride * row] as number);
}

/** The neighbors of a row, a view. */
export function entriesOf({ offsets, neighbors, stride = 1 }: RowSlices, row: number): Uint32Array {
  return neighbors.subarray(offsets[stride * row], offsets[stride * row + 1]);
}

/** Degrees of all rows, as numbers. */
export function degrees(rows: RowSlices): Uint32Array {
  const result = new Uint32Array(rowCount(rows));
  for (let row = 0; row < result.length; row++) result[row] = degree(rows, row);
  return result;
}

/** Whether row `row` holds `neighbor`; O(log degree). */
export function hasNeighbor(rows: RowSlices, row: number, neighbor: number): boolean {
  const place = placeOf(rows, row, neighbor);
  return place < (rows.offsets[(rows.stride ?? 1) * row + 1] as number) && rows.neighbors[place] === neighbor;
}

/** Where `neighbor` stands in row `row`, or would stand; O(log degree). */
export function placeOf({ offsets, neighbors, stride = 1 }: RowSlices, row: number, neighbor: number): number {
  let low = offsets[stride * row] as number;
  let high = offsets[stride * row + 1] as number;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((neighbors[middle] as number) < neighbor) low = middle + 1;
    else high = middle;
  }
  return low;
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
