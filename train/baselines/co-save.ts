/** Co-save kNN: pins are alike when the same boards hold them, a large board counting less. */
import { degree, type BipartiteGraph } from '../../graph/bipartite-graph.js';
import type { Scorer } from '../evaluation/scorer.js';
import type { WalkPool } from '../ranking/walk-pool.js';
import { sharedFloat64, type WalkFactors } from '../ranking/walk-scores.js';
import { walkScorer } from './walk.js';

/**
 * `s(i) = sum over the query's pins j of cos(x_i, x_j)`, where x_i has one entry a board: its idf where it holds i, else 0.
 *
 * `idf(v) = log(1 + P / pins of v)`. Source: item-based collaborative filtering, Sarwar et al. 2001, Deshpande and Karypis 2004.
 * Differs: idf, as in text retrieval; the lists of neighbors are not cut; a board's own column counts in the norms but not
 * on the paths.
 */
export function coSave(pool: WalkPool): Scorer {
  return walkScorer('coSave', pool, coSaveFactors(pool.graph));
}

/** A sum of cosines is a walk: a path i-v-j counts idf(v)^2 / (|x_i| |x_j|). */
export function coSaveFactors(graph: BipartiteGraph): WalkFactors {
  const board = sharedFloat64(graph.boardCount);
  for (let v = 0; v < board.length; v++) {
    const size = degree(graph.pinsOfBoard, v);
    board[v] = size === 0 ? 0 : Math.log(1 + graph.pinCount / size) ** 2;
  }
  const { offsets, neighbors } = graph.boardsOfPin;
  const pin = sharedFloat64(graph.pinCount);
  for (let i = 0; i < pin.length; i++) {
    let squares = 0;
    for (let e = offsets[i] as number; e < (offsets[i + 1] as number); e++)
      squares += board[neighbors[e] as number] as number;
    pin[i] = squares === 0 ? 0 : 1 / Math.sqrt(squares);
  }
  return { query: pin, board, target: pin, power: 1 };
}
