/**
 * A bipartite graph with the ids and titles that its rows stand for: what functions that take and give ids work on.
 */
import type { Board, Collection, ItemTable, Pin } from '../data/collection.js';
import { PinwalkError, shown } from '../data/errors.js';
import { type BipartiteGraph, buildGraph } from './bipartite-graph.js';

/** Pins, boards and the saves between them; every algorithm on rows takes it as it is. */
export interface PinBoardGraph extends BipartiteGraph {
  /** Ids, titles and attributes by pin row. */
  readonly pins: ItemTable;
  /** The same by board row. */
  readonly boards: ItemTable;
}

/** Pins with a score each: parallel arrays, best first, equal scores in the order of the graph's pins. */
export interface ScoredPins {
  readonly pinIds: readonly string[];
  readonly scores: Float32Array;
}

/**
 * The graph of a collection, as `loadCollection` and `collectionOf` give it.
 *
 * Time and memory O(saves + P + B).
 */
export function graphOfCollection({
  pins,
  boards,
  saves,
}: Pick<Collection, 'pins' | 'boards' | 'saves'>): PinBoardGraph {
  const graph = buildGraph(saves, { pinCount: pins.ids.length, boardCount: boards.ids.length });
  return { ...graph, pins, boards };
}

/** Rows by id, made when a table is first asked. */
const rowsOfTables = new WeakMap<ItemTable, ReadonlyMap<string, number>>();

/**
 * The row of a pin.
 *
 * @throws PinwalkError `NOT_FOUND`
 *
 * O(P) the first time a graph is asked, then O(1).
 */
export function pinRow(graph: PinBoardGraph, pinId: string): Pin {
  return rowIn(graph.pins, 'pin', pinId) as Pin;
}

/**
 * The row of a board.
 *
 * @throws PinwalkError `NOT_FOUND`
 *
 * O(B) the first time a graph is asked, then O(1).
 */
export function boardRow(graph: PinBoardGraph, boardId: string): Board {
  return rowIn(graph.boards, 'board', boardId) as Board;
}

function rowIn(table: ItemTable, kind: 'pin' | 'board', id: string): number {
  let rows = rowsOfTables.get(table);
  if (!rows) {
    rows = new Map(table.ids.map((id, row) => [id, row]));
    rowsOfTables.set(table, rows);
  }
  const row = rows.get(id);
  if (row !== undefined) return row;
  throw new PinwalkError('NOT_FOUND', `${kind}: the id must be in this graph (got ${shown(JSON.stringify(id))})`);
}

/** The best `k` of some rows with scores above 0, under their ids; equal scores put the lower row first. */
export function scoredPins(
  graph: PinBoardGraph,
  reached: Iterable<number>,
  { scores, k, leftOut }: { scores: ArrayLike<number>; k: number; leftOut: ReadonlySet<number> },
): ScoredPins {
  const score = (pin: number): number => scores[pin] as number;
  const best = Array.from(reached)
    .filter((pin) => !leftOut.has(pin) && score(pin) > 0)
    .sort((a, b) => score(b) - score(a) || a - b)
    .slice(0, k);
  return { pinIds: best.map((pin) => graph.pins.ids[pin] as string), scores: Float32Array.from(best, score) };
}
