/**
 * The first stages on this machine: saves merged, pruned, numbered, as tables in key order. On a cluster Spark makes the same tables
 * by its own joins, counts and sorts (`spark.py`).
 */
import type { Collection, Saves } from '../../data/collection.js';
import { selectSaves } from '../../data/saves.js';
import { type DegreeBounds, pruneSaves } from '../../graph/pruning.js';
import type { Rows } from './table.js';

/** The tables made before any row is walked from. */
export interface PreparedTables {
  readonly saves: Rows;
  readonly pruned: Rows;
  readonly pins: Rows;
  readonly boards: Rows;
  readonly edges: Rows;
}

/**
 * Merged saves of a collection as the first five tables.
 *
 * @param bounds  as of `pruneSaves`
 * @returns every table in key order; pins and boards without saves left are not numbered
 * @throws PinwalkError `OPTION_OUT_OF_RANGE`
 *
 * Time O(saves log saves); memory about 80 bytes a save, ids aside.
 */
export function prepareSaves(collection: Collection, bounds: DegreeBounds): PreparedTables {
  const counts = { pinCount: collection.pins.ids.length, boardCount: collection.boards.ids.length };
  const ranks = { pins: ranksOf(collection.pins.ids), boards: ranksOf(collection.boards.ids) };
  const saves = sorted(collection.saves, ranks);
  const { kept } = pruneSaves(saves, counts, bounds);
  const pins = numbered(kept.pins, ranks.pins);
  const boards = numbered(kept.boards, ranks.boards);
  return {
    saves: tableOf(saves, collection),
    pruned: tableOf(kept, collection),
    pins: itemsOf('pin', pins.rows, collection.pins.ids),
    boards: itemsOf('board', boards.rows, collection.boards.ids),
    edges: {
      rowCount: kept.pins.length,
      columns: {
        board: Int32Array.from(kept.boards, (row) => boards.numbers[row] as number),
        pin: Int32Array.from(kept.pins, (row) => pins.numbers[row] as number),
        weight: kept.weights ?? new Float32Array(kept.pins.length).fill(1),
      },
    },
  };
}

/** Each row's place among all, by the UTF-8 bytes of its id, as Spark sorts text; UTF-16 units would sort some otherwise. */
function ranksOf(ids: readonly string[]): Uint32Array {
  const bytes = ids.map((id) => Buffer.from(id));
  const order = Uint32Array.from(ids.keys()).sort((a, b) => Buffer.compare(bytes[a] as Buffer, bytes[b] as Buffer));
  const ranks = new Uint32Array(ids.length);
  order.forEach((row, rank) => (ranks[row] = rank));
  return ranks;
}

function sorted(saves: Saves, ranks: { pins: Uint32Array; boards: Uint32Array }): Saves {
  const board = saves.boards.map((row) => ranks.boards[row] as number);
  const pin = saves.pins.map((row) => ranks.pins[row] as number);
  const order = Uint32Array.from(board.keys());
  order.sort((a, b) => (board[a] as number) - (board[b] as number) || (pin[a] as number) - (pin[b] as number));
  return selectSaves(saves, order);
}

/** Rows in use, in the order of their ids, and the number of each. */
function numbered(used: Uint32Array, ranks: Uint32Array): { rows: Uint32Array; numbers: Uint32Array } {
  const isUsed = new Uint8Array(ranks.length);
  for (const row of used) isUsed[row] = 1;
  const inOrder = new Uint32Array(ranks.length);
  ranks.forEach((rank, row) => (inOrder[rank] = row));
  const rows = inOrder.filter((row) => isUsed[row] === 1);
  const numbers = new Uint32Array(ranks.length);
  rows.forEach((row, number) => (numbers[row] = number));
  return { rows, numbers };
}

function itemsOf(key: 'pin' | 'board', rows: Uint32Array, ids: readonly string[]): Rows {
  const texts = Array.from(rows, (row) => ids[row] as string);
  return { rowCount: rows.length, columns: { [key]: Int32Array.from(rows.keys()), id: texts } };
}

function tableOf(saves: Saves, { pins, boards }: Collection): Rows {
  const rowCount = saves.pins.length;
  return {
    rowCount,
    columns: {
      board: Array.from(saves.boards, (row) => boards.ids[row] as string),
      pin: Array.from(saves.pins, (row) => pins.ids[row] as string),
      savedAt: saves.savedAt ?? new Float64Array(rowCount).fill(NaN),
      weight: saves.weights ?? new Float32Array(rowCount).fill(1),
    },
  };
}
