/** A scorer out of what pins and boards count on a path: the engine of baselines that are walks. */
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import type { Scorer } from '../evaluation/scorer.js';
import { queriesOf } from '../ranking/query.js';
import { ExactWalk, type WalkFactors } from '../ranking/walk-scores.js';

/** Scores by the exact walk; pins that no path leads to are not reached. */
export function walkScorer(name: string, graph: BipartiteGraph, factors: WalkFactors): Scorer {
  const walk = new ExactWalk(graph, factors);
  const score = (kind: 'boards' | 'pins', rows: Uint32Array): Float32Array => {
    const { pinCount } = graph;
    const scores = new Float32Array(rows.length * pinCount);
    queriesOf(graph, kind, rows).forEach((query, n) =>
      walk.scoreInto(query, scores.subarray(n * pinCount, (n + 1) * pinCount)),
    );
    return scores;
  };
  return {
    name,
    unreached: 0,
    scoreBoards: (boards) => score('boards', boards),
    scorePins: (pins) => score('pins', pins),
  };
}
