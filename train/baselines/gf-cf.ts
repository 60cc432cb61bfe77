/** GF-CF: one hop of the normalized save matrix, plus an ideal low-pass filter on its strongest factors. Nothing is trained. */
import type { StoredMatrix } from '../../data/generation/schema.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { degrees } from '../../graph/compressed-rows.js';
import { ExactWalk, walkFactors } from '../../graph/exact-walk.js';
import type { Scorer } from '../evaluation/scorer.js';
import { Workspace, type Matrix } from '../kernels/workspace.js';
import { projectQueries } from '../ranking/query-products.js';
import { addScaled } from '../ranking/ranker.js';
import { queryScorer } from './query-scorer.js';

/** Strongest factors that count, and how much they count beside the hop: the paper's choice on gowalla. */
const RANK = 256;
const LOW_PASS = 0.3;

/**
 * `s = r N^T N + .3 r D^-1/2 V V^T D^1/2`, with N the save matrix over the roots of its degrees.
 *
 * @param factors  [P, k] right singular vectors of N, strongest first; of more than 256 the first 256 count
 *
 * Source: Shen et al. 2021. Differs: the query's own board is no hop, which changes the scores of its own pins alone.
 */
export function gfCf(graph: BipartiteGraph, factors: StoredMatrix): Scorer {
  const { pinCount } = graph;
  const hop = new ExactWalk(graph, walkFactors(graph, { query: 0.5, board: 1, target: 0.5, power: 1 }));
  const root = Float32Array.from(degrees(graph.boardsOfPin), Math.sqrt);
  const workspace = Workspace.open();
  const low = strongest(factors, workspace);
  return queryScorer('gfCf', graph, (queries) => {
    const scores = projectQueries(workspace, low, queries, { factor: (pin) => 1 / Math.max(root[pin] as number, 1) });
    for (let i = 0; i < scores.length; i++)
      scores[i] = (scores[i] as number) * (root[i % pinCount] as number) * LOW_PASS;
    const walked = new Float32Array(pinCount);
    queries.forEach((query, n) => {
      hop.scoreInto(query, walked);
      addScaled(scores.subarray(n * pinCount, (n + 1) * pinCount), walked, 1);
    });
    return scores;
  });
}

function strongest({ rows, columns, values }: StoredMatrix, workspace: Workspace): Matrix {
  const kept = Math.min(RANK, columns);
  const matrix = workspace.allocate(rows, kept);
  const out = matrix.values;
  for (let row = 0; row < rows; row++) out.set(values.subarray(row * columns, row * columns + kept), row * kept);
  return matrix;
}
