/** A scorer out of a function of queries: what baselines that know boards and pins alike have in common. */
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import type { Scorer } from '../evaluation/scorer.js';
import { queriesOf, type Query } from '../ranking/query.js';

/**
 * A board asks by its own pins as `graph` knows them, a pin by itself.
 *
 * @param score  scores of every pin, [queries, P]; a score of exactly 0 says that a pin is not reached
 */
export function queryScorer(
  name: string,
  graph: BipartiteGraph,
  score: (queries: readonly Query[]) => Float32Array,
): Scorer {
  return {
    name,
    scoreBoards: (boards) => score(queriesOf(graph, 'boards', boards)),
    scorePins: (pins) => score(queriesOf(graph, 'pins', pins)),
  };
}
