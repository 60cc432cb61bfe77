/**
 * The pin-board bipartite graph as compressed sparse rows, in both directions, on shared memory.
 *
 * One typed array a column; workers map the same bytes. 8 bytes a save, 4 a pin and 4 a board; weights add 8 bytes a
 * save, times 16.
 */
import { PinwalkError } from '../data/errors.js';
import type { Saves } from '../data/collection.js';

/**
 * One direction of the graph: row r owns `neighbors[offsets[r] .. offsets[r + 1])`, ascending, each at most once.
 * The last offset is the number of entries written.
 */
export interface CompressedRows {
  readonly offsets: Uint32Array;
  readonly neighbors: Uint32Array;
  /** Parallel to `neighbors`; absent when every weight is 1. */
  readonly weights?: Float32Array;
  /** Parallel to `neighbors`, milliseconds since 1970, NaN where a save has no time; absent when no save has one. */
  readonly savedAt?: Float64Array;
}

/** A finished bipartite graph; nothing in it changes. */
export interface BipartiteGraph {
  readonly pinCount: number;
  readonly boardCount: number;
  /** Distinct board-pin pairs. */
  readonly saveCount: number;
  /** pin row -> boards that hold it */
  readonly boardsOfPin: CompressedRows;
  /** board row -> pins it holds */
  readonly pinsOfBoard: CompressedRows;
}

/**
 * Builds the graph of some saves.
 *
 * @param saves  rows below the counts; a pair that stands twice is merged: weights are added, the latest time stays
 * @param counts.pinCount  P, number of pin rows, those without saves included
 * @param counts.boardCount  B, number of board rows
 * @throws PinwalkError `ROW_OUT_OF_RANGE`, `OPTION_OUT_OF_RANGE` for columns of unequal length or a weight not above 0
 *
 * Time and memory O(saves + P + B), by counting sort; the result does not depend on the order of the saves (weights of
 * a pair that stands three times or more: but for rounding).
 */
export function buildGraph(saves: Saves, counts: { pinCount: number; boardCount: number }): BipartiteGraph {
  const { pinCount, boardCount } = counts;
  checkColumns(saves);
  checkRows('pin', saves.pins, pinCount);
  checkRows('board', saves.boards, boardCount);
  // Sorting by pin and then, stably, by board gives ascending pins within each board; merging happens on the way back.
  const byPin = sortByRow(saves.pins, { ...saves, neighbors: saves.boards }, pinCount);
  const pinsOfBoard = mergeRepeats(transpose(byPin, boardCount));
  const boardsOfPin = transpose(pinsOfBoard, pinCount);
  return { pinCount, boardCount, saveCount: pinsOfBoard.neighbors.length, boardsOfPin, pinsOfBoard };
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
function sortByRow(keys: Uint32Array, entries: Entries, rowCount: number): CompressedRows {
  const offsets = sharedUint32(rowCount + 1);
  for (let i = 0; i < keys.length; i++) (offsets[(keys[i] as number) + 1] as number)++;
  for (let row = 0; row < rowCount; row++) offsets[row + 1] = (offsets[row + 1] as number) + (offsets[row] as number);
  const next = offsets.slice(0, rowCount);
  const places = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    const place = next[key] as number;
    next[key] = place + 1;
    places[i] = place;
  }
  const { neighbors, weights, savedAt } = entries;
  return {
    offsets,
    neighbors: scatter(neighbors, places, sharedUint32(keys.length)),
    ...(weights && { weights: scatter(weights, places, sharedFloat32(keys.length)) }),
    ...(savedAt && { savedAt: scatter(savedAt, places, sharedFloat64(keys.length)) }),
  };
}

function scatter<Column extends Uint32Array | Float32Array | Float64Array>(
  values: Column,
  places: Uint32Array,
  into: Column,
): Column {
  for (let i = 0; i < places.length; i++) into[places[i] as number] = values[i] as number;
  return into;
}

/** Merges equal neighbors of a row, which stand side by side: weights add up, the latest time stays. */
function mergeRepeats(rows: CompressedRows): CompressedRows {
  const rowCount = rows.offsets.length - 1;
  const offsets = sharedUint32(rowCount + 1);
  // Written over in place: an entry never moves to the right.
  const { neighbors, weights, savedAt } = rows;
  let written = 0;
  for (let row = 0; row < rowCount; row++) {
    const start = written;
    for (let i = rows.offsets[row] as number; i < (rows.offsets[row + 1] as number); i++) {
      const isRepeat = written > start && neighbors[written - 1] === neighbors[i];
      const at = isRepeat ? written - 1 : written;
      neighbors[at] = neighbors[i] as number;
      if (weights) weights[at] = (isRepeat ? (weights[at] as number) : 0) + (weights[i] as number);
      if (savedAt) savedAt[at] = isRepeat ? later(savedAt[at] as number, savedAt[i] as number) : (savedAt[i] as number);
      if (!isRepeat) written++;
    }
    offsets[row + 1] = written;
  }
  if (written === neighbors.length) return rows;
  return {
    offsets,
    neighbors: copyFirst(neighbors, sharedUint32(written)),
    ...(weights && { weights: copyFirst(weights, sharedFloat32(written)) }),
    ...(savedAt && { savedAt: copyFirst(savedAt, sharedFloat64(written)) }),
  };
}

/** The later of two times; one that is unknown, NaN, gives way. */
function later(a: number, b: number): number {
  return a >= b || Number.isNaN(b) ? a : b;
}

function copyFirst<Column extends Uint32Array | Float32Array | Float64Array>(from: Column, into: Column): Column {
  into.set(from.subarray(0, into.length));
  return into;
}

function checkColumns(saves: Saves): void {
  const { pins, boards, weights, savedAt } = saves;
  const lengths = [pins, boards, weights ?? pins, savedAt ?? pins].map((column) => column.length);
  if (lengths.some((length) => length !== pins.length)) {
    const got = lengths.join(', ');
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `buildGraph: the columns of saves must be equally long (got ${got})`);
  }
  if (!weights) return;
  for (let i = 0; i < weights.length; i++) {
    if ((weights[i] as number) > 0 && (weights[i] as number) < Infinity) continue;
    const got = `${weights[i]} in save ${i}`;
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `buildGraph: a weight must be above 0 and finite (got ${got})`);
  }
}

function checkRows(kind: string, rows: Uint32Array, count: number): void {
  for (let i = 0; i < rows.length; i++) {
    if ((rows[i] as number) >= count) {
      throw new PinwalkError(
        'ROW_OUT_OF_RANGE',
        `buildGraph: a ${kind} row must be below ${count} (got ${rows[i]} in save ${i})`,
      );
    }
  }
}

function sharedUint32(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * 4));
}

function sharedFloat32(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * 4));
}

function sharedFloat64(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * 8));
}
