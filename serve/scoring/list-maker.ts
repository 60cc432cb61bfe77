/**
 * Where lists are made: on the thread that asks, or in threads of their own. Either way by the same code, so the bytes are the same.
 */
import { degree } from '../../graph/compressed-rows.js';
import { explainPins, type ScoreTerms } from '../../train/ranking/explain.js';
import { withFreshPins } from '../../train/ranking/freshness.js';
import type { Query } from '../../train/ranking/query.js';
import { standardizeOnce, type Ranker } from '../../train/ranking/ranker.js';
import {
  answeredBy,
  answerScores,
  recommend,
  type Answer,
  type AnsweringRanker,
} from '../../train/ranking/recommend.js';
import { topPins } from '../../train/ranking/score-rows.js';
import type { ScoreName, Strategy } from '../../train/ranking/settings.js';
import { rowsOfPlaces, standardWalk, withNewcomers, type LivePart } from './newcomers.js';

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
  /** What happened since the generation that matters here; absent where nothing did. */
  readonly live?: LivePart | undefined;
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
  const { kind, strategy, query, vector, k, excluded, freshShare = 0, isExplained = false, live } = task;
  const left = new Set<number>(excluded);
  const { pinCount } = ranker.graph;
  const isExcluded = (pin: number): boolean => left.has(pin);
  // Kept for this query, so that what is asked of it twice is scored once.
  const isAskedTwice = isExplained || freshShare > 0 || live !== undefined;
  const question = { kind, strategy, part: isAskedTwice ? partsOf(ranker, query, live) : undefined };
  const cosines = vector && ranker.vectorScores(vector);
  const best = (isLeftOut: (pin: number) => boolean): Answer => {
    if (cosines) return { ...topPins(cosines, k, isLeftOut), scoreKind: 'embedding', fallback: null };
    if (live) return bestOfLive(ranker, query, { live, question, k, isLeftOut });
    return recommend(ranker, [query], { ...question, k, isExcluded: isLeftOut })[0] as Answer; // one query, one list
  };
  const list = best(isExcluded);
  const isFresh = (pin: number): boolean => pin >= pinCount || degree(ranker.graph.boardsOfPin, pin) === 0;
  const fresh = (): Answer => best((pin) => isExcluded(pin) || !isFresh(pin));
  const made = freshShare > 0 ? { ...list, ...withFreshPins(list, fresh(), freshShare) } : list;
  if (!isExplained || cosines) return made;
  const known = made.pins.filter((pin) => pin < pinCount);
  const terms = explainPins(ranker, query, question, known);
  return { ...made, terms: new Map(terms.map((own, n) => [known[n] as number, own])) };
}

/** Scores by name; the walk's over the saves as they are now where that is known. */
function partsOf(ranker: ListRanker, query: Query, live: LivePart | undefined): (name: ScoreName) => Float32Array {
  const parts = standardizeOnce(ranker, [query]);
  if (!live) return parts;
  const walk = standardWalk(live, ranker.graph.pinCount);
  return (name) => (name === 'walk' ? walk : parts(name));
}

/** As `recommend`, with the pins that came after the training among the others. */
function bestOfLive(
  ranker: ListRanker,
  query: Query,
  {
    live,
    question,
    k,
    isLeftOut,
  }: {
    readonly live: LivePart;
    readonly question: Parameters<typeof answerScores>[2];
    readonly k: number;
    readonly isLeftOut: (pin: number) => boolean;
  },
): Answer {
  const { pinCount } = ranker.graph;
  const answered = answeredBy(ranker, query, question.strategy);
  const scores = answerScores(ranker, [query], question);
  // The most saved pins stand in: who is new has hardly any saves.
  const all = answered.fallback === 'popular' ? scores : withNewcomers(scores, live);
  const { pins: places, scores: bestScores } = topPins(all, k, (place) => place < pinCount && isLeftOut(place));
  return { pins: rowsOfPlaces(places, pinCount, live), scores: bestScores, ...answered };
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
