/**
 * Lists of boards out of the graph: boards like a board, and boards that would suit a pin. Nothing of it is trained.
 *
 * A pin speaks for every board that holds it, with its own weight; what a board gathers is divided by the root of its size, so that
 * large boards do not win by size alone.
 */
import type { BipartiteGraph } from '../graph/bipartite-graph.js';
import { degree, entriesOf } from '../graph/compressed-rows.js';

/** Pins that speak; of a larger board an even part does. */
const mostPins = 256;
/** A pin on more boards than this says next to nothing of any one of them, and would cost the most. */
const mostBoards = 2000;

/** Boards, best first, each with the pins that speak for it most. */
export interface RankedBoards {
  readonly boards: readonly number[];
  readonly scores: readonly number[];
  readonly pins: readonly (readonly number[])[];
}

/**
 * Boards that share pins with a board, never the board itself.
 *
 * A shared pin counts 1 / (boards that hold it), so that two boards with a rare pin in common are more alike than two with a common one.
 * Cost: the boards of its pins, at most 512,000.
 */
export function similarBoards(graph: BipartiteGraph, board: number, k: number): RankedBoards {
  const pins = entriesOf(graph.pinsOfBoard, board);
  const weights = Array.from(pins, (pin): [number, number] => [pin, 1 / degree(graph.boardsOfPin, pin)]);
  return boardsOf(graph, weights, { k, isLeftOut: (other) => other === board });
}

/**
 * Boards that hold pins related to a pin, never one that holds the pin.
 *
 * @param related  pins with scores, best first; those that are not above 0 say nothing
 */
export function boardsForPin(
  graph: BipartiteGraph,
  pin: number,
  {
    related,
    k,
  }: { readonly related: { readonly pins: Uint32Array; readonly scores: Float32Array }; readonly k: number },
): RankedBoards {
  const own = new Set(entriesOf(graph.boardsOfPin, pin));
  const weights = Array.from(related.pins, (other, n): [number, number] => [other, related.scores[n] as number]);
  return boardsOf(
    graph,
    weights.filter(([, weight]) => weight > 0),
    { k, isLeftOut: (board) => own.has(board) },
  );
}

function boardsOf(
  graph: BipartiteGraph,
  weights: readonly (readonly [number, number])[],
  { k, isLeftOut }: { readonly k: number; readonly isLeftOut: (board: number) => boolean },
): RankedBoards {
  const found = new Map<number, { sum: number; pins: [number, number][] }>();
  const step = Math.max(1, Math.ceil(weights.length / mostPins));
  for (let i = 0; i < weights.length; i += step) {
    const [pin, weight] = weights[i] as readonly [number, number];
    if (degree(graph.boardsOfPin, pin) > mostBoards) continue;
    for (const board of entriesOf(graph.boardsOfPin, pin)) {
      if (isLeftOut(board)) continue;
      const known = found.get(board) ?? { sum: 0, pins: [] };
      known.sum += weight;
      known.pins.push([pin, weight]);
      found.set(board, known);
    }
  }
  const ranked = Array.from(found, ([board, { sum, pins }]) => {
    return { board, score: sum / Math.sqrt(degree(graph.pinsOfBoard, board)), pins };
  });
  ranked.sort((a, b) => b.score - a.score || a.board - b.board);
  const best = ranked.slice(0, k);
  return {
    boards: best.map(({ board }) => board),
    scores: best.map(({ score }) => score),
    pins: best.map(({ pins }) => pins.sort(([a, x], [b, y]) => y - x || a - b).map(([pin]) => pin)),
  };
}
