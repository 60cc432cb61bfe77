/** RP3beta: a pin's neighbors by a random walk of two steps, popular ones held back; a board adds up its pins' lists. */
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { walkFactors } from '../../graph/exact-walk.js';
import type { Scorer } from '../evaluation/scorer.js';
import { listScorer, neighborLists } from './neighbor-lists.js';

/**
 * `w(j, i) = d_i^-beta * sum over boards v that hold both of 1/d_j 1/d_v`; each pin j keeps its best `neighborCount` pins i,
 * divided by their sum; `s(i) = sum over the query's pins j of w(j, i)`.
 *
 * @param options.beta  default 0.4
 * @param options.neighborCount  default 200
 *
 * Source: Paudel et al. 2017 with alpha = 1, as Ferrari Dacrema et al. 2021 run it (lists cut and normalized).
 * Memory 8 bytes a neighbor.
 */
export function rp3beta(
  graph: BipartiteGraph,
  { beta = 0.4, neighborCount = 200 }: { readonly beta?: number; readonly neighborCount?: number } = {},
): Scorer {
  const factors = walkFactors(graph, { query: 1, board: 1, target: beta, power: 1 });
  const lists = neighborLists(graph, factors, { count: neighborCount });
  const { offsets, weights } = lists;
  for (let pin = 0; pin < graph.pinCount; pin++) {
    const row = weights.subarray(offsets[pin], offsets[pin + 1]);
    const sum = row.reduce((total, weight) => total + weight, 0);
    row.forEach((weight, n) => (row[n] = weight / sum));
  }
  return listScorer('rp3beta', graph, { lists });
}
