/**
 * Lists made in threads, so that the thread that speaks HTTP never scores.
 *
 * What waits is bounded by time and not by number: a list that would not be begun within the deadline, by the time that lists have
 * taken lately, is refused at once, before anything waits for it in vain.
 */
import { PinwalkError } from '../../data/errors.js';
import { SlicePool } from '../../graph/slice-pool.js';
import type { RankerParts } from '../../train/ranking/ranker.js';
import type { ListMaker, ListTask, MadeList } from './list-maker.js';
import type { ListOutcome } from './list-threads.worker.js';

/** How many threads, and how long a list may take. */
export interface ListThreadsOptions {
  /** From 1 up; all are started at once and load beside each other. */
  readonly threads: number;
  /** Milliseconds from asking to the list; above 0. */
  readonly deadlineMs: number;
}

/** A list that waits for a thread. */
interface Waiting {
  readonly task: ListTask;
  readonly resolve: (answer: MadeList) => void;
  readonly reject: (error: Error) => void;
}

/** How much the newest list counts in what lists take on average. */
const newestShare = 0.1;

/** Threads of one generation. */
export class ListThreads implements ListMaker {
  readonly #parts: RankerParts;
  readonly #options: ListThreadsOptions;
  readonly #waiting = new Set<Waiting>();
  #pool: SlicePool<ListTask | 'load', ListOutcome>;
  #busy = 0;
  /** Moving average of what a list takes of a thread; 0 before the first. */
  #averageMs = 0;
  #isClosed = false;

  /** @param parts  arrays on shared memory are not copied; each thread keeps its own copy of what it multiplies */
  constructor(parts: RankerParts, options: ListThreadsOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#pool = this.#open();
  }

  make(task: ListTask, signal?: AbortSignal): Promise<MadeList> {
    const { threads, deadlineMs } = this.#options;
    const expected = (this.#averageMs * (this.#waiting.size + this.#busy)) / threads;
    if (expected > deadlineMs) return Promise.reject(overloaded(`about ${Math.round(expected)} ms`, deadlineMs));
    return new Promise<MadeList>((resolve, reject) => {
      signal?.throwIfAborted(); // rejects with the reason
      const settle = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#waiting.delete(waiting);
      };
      const waiting: Waiting = {
        task,
        resolve: (answer) => (settle(), resolve(answer)),
        reject: (error) => (settle(), reject(error)),
      };
      const onAbort = (): void => waiting.reject(signal?.reason as Error);
      const timer = setTimeout(() => waiting.reject(overloaded('longer', deadlineMs)), deadlineMs);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(waiting);
      this.#beginNext();
    });
  }

  /** Waits until every thread has loaded. @throws PinwalkError what a list would be refused with */
  async ready(): Promise<void> {
    const nothing = Array.from({ length: this.#options.threads }, () => this.#pool.run('load'));
    for (const outcome of await Promise.all(nothing)) {
      if ('failure' in outcome) throw new PinwalkError(outcome.failure.code, outcome.failure.message);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const closed = new PinwalkError('WORKER_FAILED', 'recommend: the threads of this generation must run (got closed)');
    for (const { reject } of this.#waiting) reject(closed);
    await this.#pool.close();
  }

  #open(): SlicePool<ListTask | 'load', ListOutcome> {
    const worker = new URL('./list-threads.worker.js', import.meta.url);
    return new SlicePool({ worker, workerData: this.#parts, threads: this.#options.threads, where: 'recommend' });
  }

  #beginNext(): void {
    while (this.#busy < this.#options.threads) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      this.#waiting.delete(next);
      this.#busy++;
      void this.#run(next);
    }
  }

  async #run({ task, resolve, reject }: Waiting): Promise<void> {
    const pool = this.#pool;
    const began = performance.now();
    try {
      const outcome = await pool.run(task);
      const took = performance.now() - began;
      this.#averageMs = this.#averageMs === 0 ? took : this.#averageMs + newestShare * (took - this.#averageMs);
      if ('failure' in outcome) reject(new PinwalkError(outcome.failure.code, outcome.failure.message));
      else resolve(outcome.answer);
    } catch (error) {
      reject(error as Error); // the pool rejects with a PinwalkError
      this.#replace(pool);
    } finally {
      this.#busy--;
      this.#beginNext();
    }
  }

  /** A thread that died takes its pool with it; the next list finds a new one. */
  #replace(pool: SlicePool<ListTask | 'load', ListOutcome>): void {
    if (this.#isClosed || this.#pool !== pool) return;
    this.#pool = this.#open();
    void pool.close();
  }
}

function overloaded(got: string, deadlineMs: number): PinwalkError {
  const must = `recommend: a list must be ready within ${deadlineMs} ms`;
  return new PinwalkError('OVERLOADED', `${must} (got ${got}, with all that waits before it); ask again after a while`);
}
