/**
 * A pin-board graph, or a part of it, as a graphology graph: for its algorithms, its layouts and for sigma.
 */
import { UndirectedGraph } from 'graphology';
import { PinwalkError } from '../data/errors.js';
import type { Communities } from './communities.js';
import { attributesOf } from './export/json.js';
import {
  communityGraph,
  edgesOf,
  type GraphView,
  nearbyGraph,
  nodesOf,
  ownColumns,
  wholeGraph,
} from './export/subgraph.js';
import { type PinBoardGraph, pinRow } from './pin-board-graph.js';

/** Options of `toGraphology`. */
export interface ToGraphologyOptions {
  /** Of `findCommunities`: nodes get `community` and `communityTitle`. */
  readonly communities?: Pick<Communities, 'pinCommunity' | 'boardCommunity' | 'titles'>;
  /** Only the pins and boards of this community. */
  readonly community?: number;
  /** Only what lies within some hops of a pin: 1 its boards, 2 (default) their pins, and so on, at most 16. */
  readonly near?: { readonly pin: string; readonly hops?: number };
}

/**
 * Makes a graphology graph: a node a pin (key `p` and its row) or board (`b` and its row), an edge a save with its `weight`.
 *
 * Nodes have the attributes of `npm run export -- --format json`: `kind`, `externalId`, `label`, `degree`, and where there are any
 * `title`, `community` (-1 without saves), `communityTitle`; beside them the attributes of the pin or board, under `own NAME` where a name is taken.
 *
 * @throws PinwalkError `NOT_FOUND`, `OPTION_OUT_OF_RANGE`
 *
 * About 300 bytes a save: a tenth of a million saves take a second. `fromGraphology` reads it back.
 */
export function toGraphology(graph: PinBoardGraph, options: ToGraphologyOptions = {}): UndirectedGraph {
  const { community, near, communities } = options;
  const { pins, boards } = graph;
  const view: GraphView = {
    ...{ graph, pins, boards },
    pinCommunity: communities?.pinCommunity ?? new Uint32Array(graph.pinCount),
    boardCommunity: communities?.boardCommunity ?? new Uint32Array(graph.boardCount),
    communityTitles: communities?.titles ?? [],
  };
  if (community !== undefined && near !== undefined) {
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      'toGraphology: community and near must not both be given; choose one',
    );
  }
  const part =
    community !== undefined
      ? communityGraph(view, community)
      : near !== undefined
        ? nearbyGraph(view, pinRow(graph, near.pin), near.hops ?? 2)
        : wholeGraph(view);
  const result = new UndirectedGraph();
  const own = ownColumns(part);
  for (const node of nodesOf(part)) result.addNode(node.key, attributesOf(node, own));
  for (const { source, target, weight } of edgesOf(part)) result.addEdge(source, target, { weight });
  return result;
}
