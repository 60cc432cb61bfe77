/** A scorer out of what pins and boards count on a path: the engine of baselines that are walks. */
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { ExactWalk, type WalkFactors } from '../../graph/exact-walk.js';
import type { Scorer } from '../evaluation/scorer.js';
import { queryScorer } from './query-scorer.js';

/** Scores by the exact walk; pins that no path leads to are not reached. */
export function walkScorer(name: string, graph: BipartiteGraph, factors: WalkFactors): Scorer {
  const walk = new ExactWalk(graph, factors);
  return queryScorer(name, graph, (queries) => {
    const { pinCount } = graph;
    const scores = new Float32Array(queries.length * pinCount);
    queries.forEach((query, n) => walk.scoreInto(query, scores.subarray(n * pinCount, (n + 1) * pinCount)));
    return scores;
  });
}
