/**
 * From a question to its list: the one set of rules that the evaluation measures by and that the server, `related`, `export` and
 * the report answer by.
 *
 * - A strategy that has nothing to go by for a query is stood in for by one that has, and where nothing is known of the query at
 *   all, by the most saved pins. The answer says so.
 * - A pin is in the list only if its score reaches it (`isReached`), so lists are never padded.
 * - Higher scores first, equal scores put the lower row first; what is excluded leaves no gap.
 */
import { degree } from '../../graph/compressed-rows.js';
import type { Query } from './query.js';
import type { Ranker, standardizeOnce } from './ranker.js';
import { topPins, type RankedPins } from './score-rows.js';
import type { Strategy } from './settings.js';

/** What stood in for the strategy that was asked for: another one, or plainly the most saved pins. */
export const fallbacks = ['embedding', 'walk', 'popular'] as const;
export type Fallback = (typeof fallbacks)[number];

/** How a query is answered. */
export interface AnsweredBy {
  /** What the scores are: of a strategy, or the number of saves. */
  readonly scoreKind: Strategy | 'saves';
  /** Null where the strategy asked for answers itself. */
  readonly fallback: Fallback | null;
}

/** A query's list. */
export interface Answer extends RankedPins, AnsweredBy {}

/** What answering needs of a ranker. */
export type AnsweringRanker = Pick<Ranker, 'graph' | 'popularity' | 'isEmbedded' | 'weightsOf' | 'score'>;

/** What is asked: boards (or several pins as one query) and single pins are weighed apart. */
export interface Question {
  readonly kind: 'boards' | 'pins';
  readonly strategy: Strategy;
  /** As in `Ranker.score`: for callers who ask several strategies about the same queries. */
  readonly part?: ReturnType<typeof standardizeOnce> | undefined;
}

/** Which pins a list is of. */
export interface ListRules {
  /** Longest list, at least 1. */
  readonly k: number;
  /** Pins that may not be in the list of the query with this number: what it asks with, and what the caller does not want. */
  readonly isExcluded: (pin: number, query: number) => boolean;
}

/**
 * The strategy itself where the query gives it something to go by, else one that has.
 *
 * Embeddings need one liked pin that has one, everything else a liked pin with saves. Cost: O(1) for most queries.
 */
export function answeredBy(
  ranker: Pick<AnsweringRanker, 'graph' | 'isEmbedded'>,
  query: Query,
  strategy: Strategy,
): AnsweredBy {
  const isLiked = (n: number): boolean => !query.weights || (query.weights[n] as number) > 0;
  const isSaved = query.pins.some((pin, n) => isLiked(n) && degree(ranker.graph.boardsOfPin, pin) > 0);
  const isEmbedded = (): boolean => query.pins.some((pin, n) => isLiked(n) && ranker.isEmbedded(pin));
  if (strategy === 'embedding' ? isEmbedded() : isSaved) return { scoreKind: strategy, fallback: null };
  if (isEmbedded()) return { scoreKind: 'embedding', fallback: 'embedding' };
  if (isSaved) return { scoreKind: 'walk', fallback: 'walk' };
  return { scoreKind: 'saves', fallback: 'popular' };
}

/**
 * Scores of every pin for queries, each by what answers it.
 *
 * @returns [queries, P], not to be changed; a query's scores do not depend on the queries beside it
 */
export function answerScores(ranker: AnsweringRanker, queries: readonly Query[], question: Question): Float32Array {
  const { kind, strategy, part } = question;
  const { pinCount } = ranker.graph;
  const used = queries.map((query) => answeredBy(ranker, query, strategy));
  const own = (): Float32Array => ranker.score(queries, ranker.weightsOf(kind, strategy), part);
  const ownCount = used.filter(({ fallback }) => fallback === null).length;
  if (ownCount === queries.length) return own();
  const scores = ownCount > 0 ? own().slice() : new Float32Array(queries.length * pinCount);
  used.forEach(({ scoreKind, fallback }, n) => {
    if (fallback === null) return;
    const standIn =
      scoreKind === 'saves'
        ? ranker.popularity
        : ranker.score(queries.slice(n, n + 1), ranker.weightsOf(kind, scoreKind));
    scores.set(standIn, n * pinCount);
  });
  return scores;
}

/**
 * The lists of queries.
 *
 * @returns one a query; fewer than k pins where no more are allowed and reached
 *
 * Cost: scoring (`Ranker.score`), and O(P) a list. Memory: queries x P x 4 bytes.
 */
export function recommend(
  ranker: AnsweringRanker,
  queries: readonly Query[],
  { k, isExcluded, ...question }: Question & ListRules,
): Answer[] {
  const { pinCount } = ranker.graph;
  const scores = answerScores(ranker, queries, question);
  return queries.map((query, n) => ({
    ...topPins(scores.subarray(n * pinCount, (n + 1) * pinCount), k, (pin) => isExcluded(pin, n)),
    ...answeredBy(ranker, query, question.strategy),
  }));
}
