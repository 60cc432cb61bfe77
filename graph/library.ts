/** `pinwalk/graph`: walks, neighborhoods and communities of pins and boards, to and from graphology. */
export type { Board, ItemTable, Pin, Saves } from '../data/collection.js';
export { randomStream, type Random } from '../data/random.js';
export { buildGraph, type BipartiteGraph, type WalkableGraph } from './bipartite-graph.js';
export { findCommunities, communityDefaults, type Communities, type CommunityOptions } from './communities.js';
export type { CompressedRows, RowSlices } from './compressed-rows.js';
export {
  ExactWalk,
  refreshFactors,
  walkFactors,
  type WalkExponents,
  type WalkFactors,
  type WalkQuery,
} from './exact-walk.js';
export { fromGraphology, fromGraphologyDefaults, type FromGraphologyOptions } from './from-graphology.js';
export { LiveGraph, type LiveGraphOptions } from './live-graph.js';
export { boardRow, graphOfCollection, pinRow, type PinBoardGraph, type ScoredPins } from './pin-board-graph.js';
export { Pixie, pixieDefaults, type PixieQuery, type PixieResult } from './pixie-walk.js';
export { prepareWalk, Walker, type WalkGraph, type WalkOptions } from './random-walk.js';
export { importanceNeighborhoods } from './sampled-neighborhoods.js';
export type { NeighborhoodOptions } from './neighborhood-walks.js';
export { toGraphology, type ToGraphologyOptions } from './to-graphology.js';
export * from './walks.js';
