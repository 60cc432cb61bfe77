/**
 * Saves as columns: grouping by board, merging duplicates, and taking subsets, all in linear time on flat arrays.
 */
import type { Saves } from './collection.js';
import { placesByKey } from './counting-sort.js';

/** Save indexes grouped by board: board b owns `order[offsets[b] .. offsets[b + 1])`, in the order of the saves. */
export interface SavesByBoard {
  readonly offsets: Uint32Array;
  readonly order: Uint32Array;
}

/** Saves without repeats, and what was merged on the way. */
export interface MergedSaves {
  readonly saves: Saves;
  readonly duplicateCount: number;
  /** The first few saves that stood more than once, as [board, pin] rows. */
  readonly firstDuplicates: readonly (readonly [number, number])[];
  /** The first save, as [board, pin] rows, whose weights add up to more than float32 holds. */
  readonly overflow?: readonly [number, number] | undefined;
}

/**
 * Groups saves by board, by counting sort.
 *
 * @param boards  board row of each save, below `boardCount`
 */
export function groupByBoard(boards: Uint32Array, boardCount: number): SavesByBoard {
  const { offsets, places } = placesByKey(boards, boardCount);
  const order = new Uint32Array(boards.length);
  for (let i = 0; i < boards.length; i++) order[places[i] as number] = i;
  return { offsets, order };
}

/**
 * Merges saves of the same pin to the same board into the first of them: the earliest time, the sum of the weights. The one rule for
 * saves that repeat, in files, tables and graphs: a board has a pin from the first time on, so a later save of it can be no
 * question of a test by time.
 *
 * @param saves  rows below the counts; its times and weights may be overwritten
 * @returns the same arrays where nothing had to be merged, shorter copies otherwise
 *
 * Time O(saves + pins + boards); beside the result 5 bytes a save, 8 a pin, 4 a board.
 */
export function mergeDuplicates(saves: Saves, counts: { pinCount: number; boardCount: number }): MergedSaves {
  const { boards, pins, savedAt, weights } = saves;
  const { offsets, order } = groupByBoard(boards, counts.boardCount);
  const seenOnBoard = new Uint32Array(counts.pinCount); // board + 1 that last held the pin
  const firstSave = new Uint32Array(counts.pinCount);
  const isDuplicate = new Uint8Array(boards.length);
  const firstDuplicates: [number, number][] = [];
  let duplicateCount = 0;
  let overflow: [number, number] | undefined;
  for (let board = 0; board < counts.boardCount; board++) {
    for (let at = offsets[board] as number; at < (offsets[board + 1] as number); at++) {
      const save = order[at] as number;
      const pin = pins[save] as number;
      if (seenOnBoard[pin] !== board + 1) {
        seenOnBoard[pin] = board + 1;
        firstSave[pin] = save;
        continue;
      }
      isDuplicate[save] = 1;
      duplicateCount++;
      if (firstDuplicates.length < 5) firstDuplicates.push([board, pin]);
      const first = firstSave[pin] as number;
      if (weights) {
        weights[first] = (weights[first] as number) + (weights[save] as number);
        if (weights[first] === Infinity) overflow ??= [board, pin];
      }
      if (savedAt) savedAt[first] = earlier(savedAt[first] as number, savedAt[save] as number);
    }
  }
  if (duplicateCount === 0) return { saves, duplicateCount, firstDuplicates };
  const kept = new Uint32Array(boards.length - duplicateCount);
  for (let save = 0, at = 0; save < boards.length; save++) if (isDuplicate[save] === 0) kept[at++] = save;
  return { saves: selectSaves(saves, kept), duplicateCount, firstDuplicates, overflow };
}

/** What must hold of the weights of a save that stands several times. */
export const overflowProblem =
  'the weights of a save that stands several times must add up to less than 3.4e38 (got more); divide all weights by one number';

/** The saves at `indexes`, in that order, with their times and weights. */
export function selectSaves(saves: Saves, indexes: Uint32Array): Saves {
  const boards = new Uint32Array(indexes.length);
  const pins = new Uint32Array(indexes.length);
  const savedAt = saves.savedAt && new Float64Array(indexes.length);
  const weights = saves.weights && new Float32Array(indexes.length);
  for (let i = 0; i < indexes.length; i++) {
    const from = indexes[i] as number;
    boards[i] = saves.boards[from] as number;
    pins[i] = saves.pins[from] as number;
    if (savedAt && saves.savedAt) savedAt[i] = saves.savedAt[from] as number;
    if (weights && saves.weights) weights[i] = saves.weights[from] as number;
  }
  return { boards, pins, ...(savedAt && { savedAt }), ...(weights && { weights }) };
}

/** The smaller of two times, of which either may be missing (NaN). */
function earlier(a: number, b: number): number {
  return b < a || Number.isNaN(a) ? b : a;
}

/** All saves of all parts, one after the other; where some part has no times or weights, they are NaN or 1. */
export function joinSaves(...parts: readonly Saves[]): Saves {
  const length = parts.reduce((sum, part) => sum + part.boards.length, 0);
  const join = <Column extends Uint32Array | Float32Array | Float64Array>(
    column: Column,
    of: (part: Saves) => ArrayLike<number> | undefined,
  ): Column => {
    let at = 0;
    for (const part of parts) {
      const own = of(part);
      if (own) column.set(own, at);
      at += part.boards.length;
    }
    return column;
  };
  return {
    boards: join(new Uint32Array(length), (part) => part.boards),
    pins: join(new Uint32Array(length), (part) => part.pins),
    ...(parts.some((part) => part.savedAt) && {
      savedAt: join(new Float64Array(length).fill(NaN), (part) => part.savedAt),
    }),
    ...(parts.some((part) => part.weights) && {
      weights: join(new Float32Array(length).fill(1), (part) => part.weights),
    }),
  };
}
