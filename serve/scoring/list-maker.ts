/**
 * Where lists are made: on the thread that asks, or in threads of their own. Either way by the same code, so the bytes are the same.
 */
import { recommend, type Answer, type AnsweringRanker } from '../../train/ranking/recommend.js';
import type { Query } from '../../train/ranking/query.js';
import type { Strategy } from '../../train/ranking/settings.js';

/** One list to be made, in rows: all that a thread has to be told. */
export interface ListTask {
  /** By which weights pins are fused: for a board (or several pins), or for a single pin. */
  readonly kind: 'boards' | 'pins';
  readonly strategy: Strategy;
  readonly query: Query;
  /** Longest list, at least 1. */
  readonly k: number;
  /** Rows of pins that may not be in it, each once. */
  readonly excluded: Uint32Array;
}

/** Makes lists of one generation. */
export interface ListMaker {
  /**
   * @param signal  whoever asked has gone: what has not begun is left out
   * @throws the signal's reason; PinwalkError `OVERLOADED`, `WORKER_FAILED`, and what the ranker throws
   */
  make(task: ListTask, signal?: AbortSignal): Promise<Answer>;
  /** Ends threads, if any; what has begun is finished first. */
  close(): Promise<void>;
}

/** The list of a task; cost: scoring all pins. */
export function makeList(ranker: AnsweringRanker, { kind, strategy, query, k, excluded }: ListTask): Answer {
  const left = new Set<number>(excluded);
  const [list] = recommend(ranker, [query], { kind, strategy, k, isExcluded: (pin) => left.has(pin) });
  return list as Answer; // one query, one list
}

/** Makes lists on the thread that asks, which does nothing else meanwhile. */
export function onThisThread(ranker: AnsweringRanker): ListMaker {
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
