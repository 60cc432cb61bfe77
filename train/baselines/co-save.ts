/** Co-save kNN: pins are alike when the same boards hold them, a large board counting less. */
import { sharedArray } from '../../data/shared-arrays.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { degree } from '../../graph/compressed-rows.js';
import { walkFactors, type WalkFactors } from '../../graph/exact-walk.js';
import type { Scorer } from '../evaluation/scorer.js';
import { walkScorer } from './walk-scorer.js';

/**
 * `s(i) = sum over the query's pins j of sum over boards v that hold both of idf(v)^2 / sqrt(d_i d_j)`.
 *
 * With `idf(v) = 1 / log2(2 + pins of v)`. Source: item-based collaborative filtering with cosines, Deshpande and Karypis 2004;
 * the falling weight of a shared neighbor, Adamic and Adar 2003. Differs: the norms are those of the plain 0/1 rows, which
 * recommended better on every data set tried than norms that hold the idf, as did this idf than `log(1 + P / pins of v)`;
 * no pin's list of neighbors is cut.
 */
export function coSave(graph: BipartiteGraph): Scorer {
  return walkScorer('coSave', graph, coSaveFactors(graph));
}

/** A sum of cosines is a walk: each path j-v-i counts idf(v)^2 / sqrt(d_i d_j). */
function coSaveFactors(graph: BipartiteGraph): WalkFactors {
  const board = sharedArray(Float64Array, graph.boardCount);
  for (let v = 0; v < board.length; v++) board[v] = 1 / Math.log2(2 + degree(graph.pinsOfBoard, v)) ** 2;
  return { ...walkFactors(graph, { query: 0.5, target: 0.5, power: 1 }), board };
}
