/**
 * A ranker's strategies as models of the evaluation: what is judged is the code that serves.
 */
import { boardQuery, type Ranker } from '../ranking/ranker.js';
import type { Strategy } from '../ranking/settings.js';
import type { Scorer } from './scorer.js';

/** A strategy under evaluation. */
export function rankedScorer(name: string, ranker: Ranker, strategy: Strategy): Scorer {
  return {
    name,
    scoreBoards: (boards) =>
      ranker.scoreBoards(
        Array.from(boards, (board) => boardQuery(ranker.graph, board)),
        strategy,
      ),
    scorePins: (pins) => ranker.scorePins(pins, strategy),
  };
}
