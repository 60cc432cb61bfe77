/**
 * Answers of the server as state of a component, kept for a while so that going back shows at once what was there.
 */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ask, AskError, type List, type Problem } from './api.js';

/** Answers that are kept, the least lately used first; a list grows here as more of it is asked for. */
const kept = new Map<string, unknown>();
const keptCount = 40;

/** An answer on its way, here, or failed. */
export interface Answer<T> {
  /** What is known; while `isStale`, the answer to the address before. */
  readonly data: T | undefined;
  readonly isStale: boolean;
  readonly problem: Problem | undefined;
  readonly retry: () => void;
}

/** A list, and a way to more of it. */
export interface ListAnswer extends Answer<List> {
  readonly more: {
    readonly isLoading: boolean;
    readonly problem: Problem | undefined;
    readonly load: () => void;
  };
}

/** What has become of the question last asked; the data itself is among the kept. */
interface Outcome {
  readonly url: string;
  readonly problem?: Problem;
}

/** Asks whenever `url` changes; an answer that comes after a newer question is dropped. */
export function useAnswer<T>(url: string): Answer<T> & { readonly keep: (url: string, data: T) => void } {
  const [outcome, setOutcome] = useState<Outcome>({ url });
  const [attempt, setAttempt] = useState(0);
  const known = recall<T>(url);

  useEffect(() => {
    if (recall(url) !== undefined) return;
    const abort = new AbortController();
    ask<T>(url, abort.signal).then(
      (data) => {
        remember(url, data);
        setOutcome({ url });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) setOutcome({ url, problem: problemOf(error) });
      },
    );
    return () => abort.abort();
  }, [url, attempt]);

  // The last answer shown stays in view, marked stale, until the next one is here.
  const shown = useRef<T>(undefined);
  const problem = outcome.url === url && known === undefined ? outcome.problem : undefined;
  if (known !== undefined || problem) shown.current = known;

  const retry = useCallback(() => {
    kept.delete(url);
    setOutcome({ url });
    setAttempt((count) => count + 1);
  }, [url]);
  const keep = useCallback((url: string, data: T) => {
    remember(url, data);
    setOutcome({ url });
  }, []);
  return { data: known ?? shown.current, isStale: known === undefined, problem, retry, keep };
}

/** Asks for a list, page by page. */
export function useList(url: string): ListAnswer {
  const { keep, ...answer } = useAnswer<List>(url);
  const [held, setHeld] = useState<{ url: string; isLoading: boolean; problem?: Problem }>({ url, isLoading: false });
  const { data, isStale, retry } = answer;
  const { isLoading, problem } = held.url === url ? held : { isLoading: false };

  const abort = useRef<AbortController>(undefined);
  useEffect(() => () => abort.current?.abort(), [url]);

  const load = useCallback(() => {
    if (!data?.nextCursor || isStale || isLoading) return;
    const { signal } = (abort.current = new AbortController());
    setHeld({ url, isLoading: true });
    ask<List>(`${url}&cursor=${encodeURIComponent(data.nextCursor)}`, signal).then(
      (next) => {
        keep(url, { ...data, items: [...data.items, ...next.items], nextCursor: next.nextCursor });
        setHeld({ url, isLoading: false });
      },
      (error: unknown) => {
        if (signal.aborted) return;
        const problem = problemOf(error);
        // A cursor that is refused is of contents that the server has replaced: the list must be begun again.
        const isOutdated = problem.status === 400;
        setHeld({ url, isLoading: false, ...(!isOutdated && { problem }) });
        if (isOutdated) retry();
      },
    );
  }, [url, data, isStale, isLoading, keep, retry]);
  return { ...answer, more: { isLoading, problem, load } };
}

function recall<T>(url: string): T | undefined {
  return kept.get(url) as T | undefined; // an address is always asked for with the same type
}

function remember(url: string, data: unknown): void {
  kept.delete(url);
  kept.set(url, data);
  for (const oldest of kept.keys()) {
    if (kept.size <= keptCount) break;
    kept.delete(oldest);
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof AskError) return error.problem;
  return { status: 0, title: 'The page failed', detail: String(error) };
}
