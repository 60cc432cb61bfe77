/**
 * The pin-board bipartite graph as compressed sparse rows, in both directions, on shared memory.
 *
 * One typed array a column; workers map the same bytes. 9.6 bytes a save without weights.
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
 * @param saves  rows below the counts; a pair that stands twice is merged, its weights added
 * @param counts.pinCount  P, number of pin rows, those without saves included
 * @param counts.boardCount  B, number of board rows
 * @throws PinwalkError `ROW_OUT_OF_RANGE`
 *
 * Time and memory O(saves + P + B), by counting sort; the result does not depend on the order of the saves.
 */
export function buildGraph(saves: Saves, counts: { pinCount: number; boardCount: number }): BipartiteGraph {
  const { pinCount, boardCount } = counts;
  checkRows('pin', saves.pins, pinCount);
  checkRows('board', saves.boards, boardCount);
  // Sorting by pin and then, stably, by board gives ascending pins within each board; merging happens on the way back.
  const byPin = sortByRow(saves.pins, saves.boards, saves.weights, pinCount);
  const pinsOfBoard = mergeRepeats(transpose(byPin, boardCount));
  const boardsOfPin = transpose(pinsOfBoard, pinCount);
  return { pinCount, boardCount, saveCount: pinsOfBoard.neighbors.length, boardsOfPin, pinsOfBoard };
}

/** Number of entries of row `row`. */
export function degree(rows: CompressedRows, row: number): number {
  return (rows.offsets[row + 1] as number) - (rows.offsets[row] as number);
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
  return sortByRow(rows.neighbors, owners, rows.weights, columnCount);
}

/** Stable counting sort of (key, value) entries into compressed rows of values by key. */
function sortByRow(
  keys: Uint32Array,
  values: Uint32Array,
  weights: Float32Array | undefined,
  rowCount: number,
): CompressedRows {
  const offsets = sharedUint32(rowCount + 1);
  for (let i = 0; i < keys.length; i++) (offsets[(keys[i] as number) + 1] as number)++;
  for (let row = 0; row < rowCount; row++) offsets[row + 1] = (offsets[row + 1] as number) + (offsets[row] as number);
  const next = offsets.slice(0, rowCount);
  const neighbors = sharedUint32(keys.length);
  const sorted = weights && sharedFloat32(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    const at = next[key] as number;
    next[key] = at + 1;
    neighbors[at] = values[i] as number;
    if (sorted && weights) sorted[at] = weights[i] as number;
  }
  return { offsets, neighbors, ...(sorted && { weights: sorted }) };
}

/** Merges equal neighbors of a row, which stand side by side; weights add up. */
function mergeRepeats(rows: CompressedRows): CompressedRows {
  const rowCount = rows.offsets.length - 1;
  const offsets = sharedUint32(rowCount + 1);
  const neighbors = rows.neighbors.slice();
  const weights = rows.weights?.slice();
  let written = 0;
  for (let row = 0; row < rowCount; row++) {
    const start = written;
    for (let i = rows.offsets[row] as number; i < (rows.offsets[row + 1] as number); i++) {
      const neighbor = rows.neighbors[i] as number;
      if (written > start && neighbors[written - 1] === neighbor) {
        if (weights && rows.weights) weights[written - 1] = (weights[written - 1] as number) + (rows.weights[i] as number);
        continue;
      }
      neighbors[written] = neighbor;
      if (weights && rows.weights) weights[written] = rows.weights[i] as number;
      written++;
    }
    offsets[row + 1] = written;
  }
  const kept = sharedUint32(written);
  kept.set(neighbors.subarray(0, written));
  if (!weights) return { offsets, neighbors: kept };
  const keptWeights = sharedFloat32(written);
  keptWeights.set(weights.subarray(0, written));
  return { offsets, neighbors: kept, weights: keptWeights };
}

function checkRows(kind: string, rows: Uint32Array, count: number): void {
  for (let i = 0; i < rows.length; i++) {
    if ((rows[i] as number) >= count) {
      throw new PinwalkError('ROW_OUT_OF_RANGE', `buildGraph: a ${kind} row must be below ${count} (got ${rows[i]} in save ${i})`);
    }
  }
}

function sharedUint32(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * 4));
}

function sharedFloat32(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * 4));
}
