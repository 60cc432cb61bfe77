/**
 * The pin-board bipartite graph as compressed sparse rows, in both directions, on shared memory.
 *
 * One typed array a column; workers map the same bytes. 8 bytes a save, 4 a pin and 4 a board; weights add 8 bytes
 * a save.
 */
import { checkPositive, checkRow } from '../data/checks.js';
import type { Saves } from '../data/collection.js';
import { PinwalkError } from '../data/errors.js';
import { mergeDuplicates, overflowProblem } from '../data/saves.js';
import { sharedRows, sortByRow, transpose, type CompressedRows, type RowSlices } from './compressed-rows.js';

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

/** What walks read: a graph that is finished, or one that takes saves (`live-graph.ts`). */
export interface WalkableGraph {
  readonly pinCount: number;
  readonly boardCount: number;
  /** pin row -> boards that hold it */
  readonly boardsOfPin: RowSlices;
  /** board row -> pins it holds */
  readonly pinsOfBoard: RowSlices;
}

/**
 * Builds the graph of some saves.
 *
 * @param saves  rows below the counts; a pair that stands twice is merged as `mergeDuplicates` does; times have no part in a graph
 * @param counts.pinCount  P, number of pin rows, those without saves included
 * @param counts.boardCount  B, number of board rows
 * @throws PinwalkError `ROW_OUT_OF_RANGE`, `OPTION_OUT_OF_RANGE` for columns of unequal length or a weight not above 0
 *
 * Time and memory O(saves + P + B), by counting sort, twice where pairs repeat; the result does not depend on the order of the
 * saves (weights of a pair that stands three times or more: but for rounding).
 */
export function buildGraph(saves: Saves, counts: { pinCount: number; boardCount: number }): BipartiteGraph {
  const { pinCount, boardCount } = counts;
  checkColumns(saves);
  checkRows('pin', saves.pins, pinCount);
  checkRows('board', saves.boards, boardCount);
  // Sorting by pin and then, stably, by board gives ascending pins within each board.
  const byPin = sortByRow(
    saves.pins,
    { neighbors: saves.boards, ...(saves.weights && { weights: saves.weights }) },
    pinCount,
  );
  const pinsOfBoard = transpose(byPin, boardCount);
  if (hasRepeats(pinsOfBoard)) {
    const { saves: merged, overflow } = mergeDuplicates(withOwnWeights(saves), counts);
    if (!overflow) return buildGraph(merged, counts);
    const message = `buildGraph: board row ${overflow[0]}, pin row ${overflow[1]}: ${overflowProblem}`;
    throw new PinwalkError('OPTION_OUT_OF_RANGE', message);
  }
  const boardsOfPin = transpose(pinsOfBoard, pinCount);
  return { pinCount, boardCount, saveCount: pinsOfBoard.neighbors.length, boardsOfPin, pinsOfBoard };
}

/** Merging writes over weights, and these are the caller's; times have no part in a graph. */
function withOwnWeights({ boards, pins, weights }: Saves): Saves {
  return { boards, pins, ...(weights && { weights: weights.slice() }) };
}

/** Equal neighbors of a row stand side by side. */
function hasRepeats({ offsets, neighbors }: CompressedRows): boolean {
  for (let row = 0; row + 1 < offsets.length; row++) {
    for (let i = (offsets[row] as number) + 1; i < (offsets[row + 1] as number); i++) {
      if (neighbors[i] === neighbors[i - 1]) return true;
    }
  }
  return false;
}

function checkColumns(saves: Saves): void {
  const { pins, boards, weights, savedAt } = saves;
  const lengths = [pins, boards, weights ?? pins, savedAt ?? pins].map((column) => column.length);
  if (lengths.some((length) => length !== pins.length)) {
    const got = lengths.join(', ');
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `buildGraph: the columns of saves must be equally long (got ${got})`);
  }
  if (!weights) return;
  const wrong = weights.findIndex((weight) => !(weight > 0 && weight < Infinity));
  if (wrong >= 0) checkPositive('buildGraph: a weight', NaN, `${weights[wrong]} in save ${wrong}`);
}

function checkRows(kind: string, rows: Uint32Array, count: number): void {
  const wrong = rows.findIndex((row) => row >= count);
  if (wrong >= 0) checkRow(`buildGraph: a ${kind} row`, NaN, count, `${rows[wrong]} in save ${wrong}`);
}

/** A graph over shared arrays. */
export function sharedGraph(graph: BipartiteGraph): BipartiteGraph {
  return { ...graph, boardsOfPin: sharedRows(graph.boardsOfPin), pinsOfBoard: sharedRows(graph.pinsOfBoard) };
}
