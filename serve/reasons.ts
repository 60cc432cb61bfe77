/**
 * Why a pin is in a list, in words of the graph: the boards that hold both it and a pin that was asked with.
 */
import type { BipartiteGraph } from '../graph/bipartite-graph.js';
import { degree, entriesOf } from '../graph/compressed-rows.js';

/** Query pins that are looked at; a larger board is thinned evenly, which can only hide shared boards, not invent them. */
const maxPins = 256;

/** Boards a pin shares with the query. */
export interface SharedBoards {
  /** All of them. */
  readonly count: number;
  /** The most telling first: those that hold most query pins, then the smaller board, then the lower row. */
  readonly boards: readonly number[];
}

/**
 * Prepares the explanation of a list.
 *
 * @param graph  pin and board rows
 * @param queryPins  what was asked with
 * @param options.limit  boards to name, default 3
 * @returns a function of a pin's row; O(degree of the pin) a call
 */
export function sharedBoards(
  graph: BipartiteGraph,
  queryPins: Uint32Array,
  { limit = 3 }: { limit?: number } = {},
): (pin: number) => SharedBoards {
  const { boardsOfPin, pinsOfBoard } = graph;
  const held = new Map<number, number>();
  const step = Math.max(1, Math.ceil(queryPins.length / maxPins));
  for (let i = 0; i < queryPins.length; i += step) {
    for (const board of entriesOf(boardsOfPin, queryPins[i] as number)) held.set(board, (held.get(board) ?? 0) + 1);
  }
  const size = (board: number): number => degree(pinsOfBoard, board);
  return (pin) => {
    const shared = Array.from(entriesOf(boardsOfPin, pin)).filter((board) => held.has(board));
    shared.sort((a, b) => (held.get(b) ?? 0) - (held.get(a) ?? 0) || size(a) - size(b) || a - b);
    return { count: shared.length, boards: shared.slice(0, limit) };
  };
}

/**
 * Which pin of the query leads to a pin of the list most, and through which board: the one with the largest sum of 1 / size over the
 * boards that hold both, by the smallest of these; equal ones the lower row.
 *
 * @returns a function of a pin's row, undefined where no board holds both; O(boards of the pin x pins of the query on them) a call
 */
export function leadsTo(
  graph: BipartiteGraph,
  queryPins: Uint32Array,
): (pin: number) => { readonly pin: number; readonly board: number } | undefined {
  const { boardsOfPin, pinsOfBoard } = graph;
  const asked = new Map<number, number[]>();
  const step = Math.max(1, Math.ceil(queryPins.length / maxPins));
  for (let i = 0; i < queryPins.length; i += step) {
    const pin = queryPins[i] as number;
    for (const board of entriesOf(boardsOfPin, pin)) {
      const known = asked.get(board);
      if (known) known.push(pin);
      else asked.set(board, [pin]);
    }
  }
  return (pin) => {
    const found = new Map<number, { sum: number; board: number; size: number }>();
    for (const board of entriesOf(boardsOfPin, pin)) {
      const size = degree(pinsOfBoard, board);
      for (const from of asked.get(board) ?? []) {
        const known = found.get(from) ?? { sum: 0, board, size };
        known.sum += 1 / size;
        if (size < known.size) Object.assign(known, { board, size });
        found.set(from, known);
      }
    }
    const [best] = Array.from(found).sort(([a, x], [b, y]) => y.sum - x.sum || a - b);
    return best && { pin: best[0], board: best[1].board };
  };
}
