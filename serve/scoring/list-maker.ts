/**
 * Where lists are made: on the thread that asks, or in threads of their own. Either way by the same code, so the bytes are the same.
 */
import { degree } from '../../graph/compressed-rows.js';
import { explainPins, type ScoreTerms } from '../../train/ranking/explain.js';
import { withFreshPins } from '../../train/ranking/freshness.js';
import type { Query } from '../../train/ranking/query.js';
import { standardizeOnce, type Ranker } from '../../train/ranking/ranker.js';
import { recommend, type Answer, type AnsweringRanker } from '../../train/ranking/recommend.js';
import { topPins } from '../../train/ranking/score-rows.js';
import type { Strategy } from '../../train/ranking/settings.js';

/** One list to be made, in rows: all that a thread has to be told. */
export interface ListTask {
  /** By which weights pins are fused: for a board (or several pins), or for a single pin. */
  readonly kind: 'boards' | 'pins';
  readonly strategy: Strategy;
  readonly query: Query;
  /** In place of a query: pins by the cosine of their vectors with this one. */
  readonly vector?: Float32Array | undefined;
  /** Longest list, at least 1. */
  readonly k: number;
  /** Rows of pins that may not be in it, each once. */
  readonly excluded: Uint32Array;
  /** Least share of the places for pins without saves, 0 to 1. */
  readonly freshShare?: number | undefined;
  /** Whether the list says what each score gives its pins. */
  readonly isExplained?: boolean | undefined;
}

/** A list, explained if that was asked. */
export interface MadeList extends Answer {
  readonly terms?: ReadonlyMap<number, ScoreTerms>;
}

/** Makes lists of one generation. */
export interface ListMaker {
  /**
   * @param signal  whoever asked has gone: what has not begun is left out
   * @throws the signal's reason; PinwalkError `OVERLOADED`, `WORKER_FAILED`, and what the ranker throws
   */
  make(task: ListTask, signal?: AbortSignal): Promise<MadeList>;
  /** Ends threads, if any; what has begun is finished first. */
  close(): Promise<void>;
}

/** What making lists needs of a ranker. */
export type ListRanker = AnsweringRanker & Pick<Ranker, 'coldPins' | 'standardScores' | 'vectorScores'>;

/** The list of a task; cost: scoring all pins. */
export function makeList(ranker: ListRanker, task: ListTask): MadeList {
  const { kind, strategy, query, vector, k, excluded, freshShare = 0, isExplained = false } = task;
  const left = new Set<number>(excluded);
  const isExcluded = (pin: number): boolean => left.has(pin);
  // Kept for this query, so that what is asked of it twice is scored once.
  const question = {
    kind,
    strategy,
    part: isExplained || freshShare > 0 ? standardizeOnce(ranker, [query]) : undefined,
  };
  const cosines = vector && ranker.vectorScores(vector);
  const best = (isLeftOut: (pin: number) => boolean): Answer =>
    cosines
      ? { ...topPins(cosines, k, isLeftOut), scoreKind: 'embedding', fallback: null }
      : (recommend(ranker, [query], { ...question, k, isExcluded: isLeftOut })[0] as Answer); // one query, one list
  const list = best(isExcluded);
  const isFresh = (pin: number): boolean => degree(ranker.graph.boardsOfPin, pin) === 0;
  const fresh = (): Answer => best((pin) => isExcluded(pin) || !isFresh(pin));
  const made = freshShare > 0 ? { ...list, ...withFreshPins(list, fresh(), freshShare) } : list;
  if (!isExplained || cosines) return made;
  const terms = explainPins(ranker, query, question, made.pins);
  return { ...made, terms: new Map(terms.map((own, n) => [made.pins[n] as number, own])) };
}

/** Makes lists on the thread that asks, which does nothing else meanwhile. */
export function onThisThread(ranker: ListRanker): ListMaker {
  return {
    // Asynchronous, so that what the ranker throws is a promise's rejection here as with threads.
    // oxlint-disable-next-line typescript/require-await
    async make(task, signal) {
      signal?.throwIfAborted();
      return makeList(ranker, task);
    },
    close: () => Promise.resolve(),
  };
}
