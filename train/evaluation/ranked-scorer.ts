/**
 * A ranker's strategies as models of the evaluation: what is evaluated is the code that serves, stand-ins included.
 */
import { queriesOf, queryOf } from '../ranking/query.js';
import { standardizeOnce, type Ranker } from '../ranking/ranker.js';
import { answeredBy, answerScores } from '../ranking/recommend.js';
import type { Strategy } from '../ranking/settings.js';
import type { Scorer } from './scorer.js';

/**
 * Strategies of one ranker under evaluation, by the names that tables have for them.
 *
 * The parts that several strategies fuse are computed once for the same rows, asked for one strategy after the other.
 */
export function rankedScorers(ranker: Ranker, strategies: Readonly<Record<string, Strategy>>): Scorer[] {
  const parts = new PartsOfRows(ranker);
  return Object.entries(strategies).map(([name, strategy]) => ({
    name,
    scoreBoards: (rows) => parts.score('boards', rows, strategy),
    scorePins: (rows) => parts.score('pins', rows, strategy),
    fallbackOf: (kind, row) => answeredBy(ranker, queryOf(ranker.graph, kind, row), strategy).fallback,
  }));
}

/** Keeps the standardized scores of the rows it was asked for last. */
class PartsOfRows {
  readonly #ranker: Ranker;
  #kind: 'boards' | 'pins' = 'boards';
  #rows: Uint32Array = new Uint32Array(0);
  #part: ReturnType<typeof standardizeOnce> | undefined;

  constructor(ranker: Ranker) {
    this.#ranker = ranker;
  }

  score(kind: 'boards' | 'pins', rows: Uint32Array, strategy: Strategy): Float32Array {
    const queries = queriesOf(this.#ranker.graph, kind, rows);
    if (kind !== this.#kind || rows !== this.#rows) {
      this.#kind = kind;
      this.#rows = rows;
      this.#part = standardizeOnce(this.#ranker, queries);
    }
    return answerScores(this.#ranker, queries, { kind, strategy, part: this.#part });
  }
}
