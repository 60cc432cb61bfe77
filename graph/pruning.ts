/**
 * Pruning by degree: leaves out pins and boards with too few or too many saves, and counts what went.
 *
 * Maximums go first, by the degrees in the input; minimums are then repeated until every row left has enough saves
 * among the rows left (Batagelj and Zaversnik 2003, generalized cores).
 */
import { checkInteger } from '../data/checks.js';
import type { Saves } from '../data/collection.js';
import { buildGraph } from './bipartite-graph.js';
import { type CompressedRows, degrees } from './compressed-rows.js';

/** Degrees a row must have to stay; absent is no bound. */
export interface DegreeBounds {
  readonly minPinDegree?: number;
  readonly maxPinDegree?: number;
  readonly minBoardDegree?: number;
  readonly maxBoardDegree?: number;
}

/** What pruning left out; rows without saves in the input are not counted. */
export interface PruningCounts {
  readonly pinsBelow: number;
  readonly pinsAbove: number;
  readonly boardsBelow: number;
  readonly boardsAbove: number;
  readonly saves: number;
}

/**
 * Keeps the saves whose pin and board have degrees within the bounds.
 *
 * @param saves  duplicates merged
 * @param counts.pinCount  P, counts.boardCount  B; rows keep their numbers, a pruned row has no saves
 * @param bounds  whole numbers, 0 or more
 * @returns the saves kept, in their order, and what was left out; a row can fall below a minimum only because others went
 * @throws PinwalkError `ROW_OUT_OF_RANGE`, `OPTION_OUT_OF_RANGE`
 *
 * Time and memory O(saves + P + B).
 */
export function pruneSaves(
  saves: Saves,
  counts: { readonly pinCount: number; readonly boardCount: number },
  bounds: DegreeBounds,
): { kept: Saves; dropped: PruningCounts } {
  for (const [name, bound] of Object.entries(bounds) as [string, number | undefined][]) {
    if (bound !== undefined) checkInteger(`pruneSaves: ${name}`, bound, 0, 2 ** 32 - 1);
  }
  const graph = buildGraph(saves, counts);
  const pins = openSide(graph.boardsOfPin, bounds.minPinDegree);
  const boards = openSide(graph.pinsOfBoard, bounds.minBoardDegree);
  const pinsAbove = dropAbove(pins, boards, bounds.maxPinDegree);
  const boardsAbove = dropAbove(boards, pins, bounds.maxBoardDegree);
  const { pinsBelow, boardsBelow } = dropBelow(pins, boards);
  const kept = selectSaves(saves, (i) => {
    return pins.gone[saves.pins[i] as number] === 0 && boards.gone[saves.boards[i] as number] === 0;
  });
  const dropped = { pinsBelow, pinsAbove, boardsBelow, boardsAbove, saves: saves.pins.length - kept.pins.length };
  return { kept, dropped };
}

/** The pins or the boards while they are pruned. */
interface Side {
  readonly rows: CompressedRows;
  readonly inputDegrees: Uint32Array;
  /** Saves to rows of the other side that are not gone. */
  readonly degrees: Uint32Array;
  readonly gone: Uint8Array;
  readonly minimum: number;
}

function openSide(rows: CompressedRows, minimum = 0): Side {
  const inputDegrees = degrees(rows);
  return { rows, inputDegrees, degrees: inputDegrees.slice(), gone: new Uint8Array(inputDegrees.length), minimum };
}

function dropAbove(side: Side, other: Side, maximum = Infinity): number {
  let count = 0;
  for (let row = 0; row < side.gone.length; row++) {
    if ((side.inputDegrees[row] as number) <= maximum) continue;
    drop(row, side, other);
    count++;
  }
  return count;
}

/** Drops rows below their minimum until none is; each save is looked at no more than twice. */
function dropBelow(pins: Side, boards: Side): { pinsBelow: number; boardsBelow: number } {
  const below = (side: Side, row: number) => side.gone[row] === 0 && (side.degrees[row] as number) < side.minimum;
  const allRows = (side: Side) => Array.from(side.gone.keys());
  const counts = [0, 0];
  const sides = [pins, boards];
  let candidates: number[][] = [allRows(pins), allRows(boards)];
  while (candidates.some((rows) => rows.length > 0)) {
    const next: number[][] = [[], []];
    for (const [s, side] of sides.entries()) {
      const other = sides[1 - s] ?? side;
      for (const row of candidates[s] ?? []) {
        if (!below(side, row)) continue;
        for (const neighbor of drop(row, side, other)) if (below(other, neighbor)) next[1 - s]?.push(neighbor);
        if ((side.inputDegrees[row] as number) > 0) counts[s] = (counts[s] ?? 0) + 1;
      }
    }
    candidates = next;
  }
  return { pinsBelow: counts[0] ?? 0, boardsBelow: counts[1] ?? 0 };
}

/** Takes a row out and returns its neighbors, whose degrees fall by one. */
function drop(row: number, side: Side, other: Side): Uint32Array {
  side.gone[row] = 1;
  const neighbors = side.rows.neighbors.subarray(side.rows.offsets[row], side.rows.offsets[row + 1]);
  for (const neighbor of neighbors) (other.degrees[neighbor] as number)--;
  return neighbors;
}

function selectSaves(saves: Saves, isKept: (index: number) => boolean): Saves {
  const indices = Uint32Array.from(saves.pins.keys()).filter(isKept);
  const { savedAt, weights } = saves;
  return {
    boards: indices.map((i) => saves.boards[i] as number),
    pins: indices.map((i) => saves.pins[i] as number),
    ...(savedAt && { savedAt: Float64Array.from(indices, (i) => savedAt[i] as number) }),
    ...(weights && { weights: Float32Array.from(indices, (i) => weights[i] as number) }),
  };
}
