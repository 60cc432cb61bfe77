/** Seeded random saves for oracles, and a small world whose figures can be computed by hand. */
import { randomInteger, randomStream } from '../../../data/random.js';
import { type BipartiteGraph, buildGraph } from '../../../graph/bipartite-graph.js';
import { hasNeighbor } from '../../../graph/compressed-rows.js';
import type { Saves } from '../../../data/collection.js';

export function randomSaves(seed: number, size: { pinCount: number; boardCount: number; saveCount: number }): Saves {
  const random = randomStream(seed, 'spec');
  const draw = (bound: number): Uint32Array =>
    Uint32Array.from({ length: size.saveCount }, () => randomInteger(random, bound));
  return { boards: draw(size.boardCount), pins: draw(size.pinCount) };
}

export function randomGraph(
  seed: number,
  size: { pinCount: number; boardCount: number; saveCount: number },
): BipartiteGraph {
  return buildGraph(randomSaves(seed, size), size);
}

/** Saves from lists of pins, one list a board. */
export function savesOf(boards: readonly (readonly number[])[]): Saves {
  return {
    boards: Uint32Array.from(boards.flatMap((pins, board) => pins.map(() => board))),
    pins: Uint32Array.from(boards.flat()),
  };
}

/** 6 pins, 4 boards: {0 1 2}, {1 2 3}, {3 4}, {2 4}; pin 5 has no saves. Degrees 1 2 3 2 2 0. */
export function sixPins(): BipartiteGraph {
  return buildGraph(
    savesOf([
      [0, 1, 2],
      [1, 2, 3],
      [3, 4],
      [2, 4],
    ]),
    { pinCount: 6, boardCount: 4 },
  );
}

/** Whether the board holds the pin. */
export function holds(graph: BipartiteGraph, board: number, pin: number): boolean {
  return hasNeighbor(graph.pinsOfBoard, board, pin);
}
