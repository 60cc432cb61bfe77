/**
 * Which titles a query asks with: those of its pins, or of its board.
 */
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { degree } from '../../graph/compressed-rows.js';
import type { TitleIndex } from '../content/title-index.js';
import type { Query } from './query.js';

/** The titles of a query's pins. */
export function addPinTitles(titles: TitleIndex, { pins, weights }: Query): void {
  for (let n = 0; n < pins.length; n++)
    titles.add(titles.pins, pins[n] as number, weights ? (weights[n] as number) : 1);
}

/** The own board's title; for a query that is no board the titles of the boards that hold its pins, large boards less. */
export function addBoardTitles(titles: TitleIndex, { pins, weights, ownBoard }: Query, graph: BipartiteGraph): void {
  if (ownBoard !== undefined) {
    titles.add(titles.boards, ownBoard, 1);
    return;
  }
  const { offsets, neighbors } = graph.boardsOfPin;
  for (let n = 0; n < pins.length; n++) {
    const pin = pins[n] as number;
    for (let i = offsets[pin] as number; i < (offsets[pin + 1] as number); i++) {
      const board = neighbors[i] as number;
      titles.add(
        titles.boards,
        board,
        (weights ? (weights[n] as number) : 1) / Math.sqrt(degree(graph.pinsOfBoard, board)),
      );
    }
  }
}
