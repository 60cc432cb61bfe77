/**
 * A ranker's strategies as models of the evaluation: what is judged is the code that serves.
 */
import type { RankTask } from '../ranking/ranker-pool.js';
import type { Strategy } from '../ranking/settings.js';
import type { Scorer } from './scorer.js';

/** A strategy under evaluation; `score` is a pool's, or `scoreTask` of one ranker. */
export function rankedScorer(
  name: string,
  score: (task: RankTask) => Promise<Float32Array> | Float32Array,
  strategy: Strategy,
): Scorer {
  return {
    name,
    scoreBoards: (rows) => score({ kind: 'boards', rows, strategy }),
    scorePins: (rows) => score({ kind: 'pins', rows, strategy }),
  };
}
