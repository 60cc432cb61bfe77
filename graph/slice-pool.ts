/**
 * The one pool of worker threads: piscina's, ended so that no thread is at work, and none still loading, when it goes.
 *
 * Node ends the whole process, with exit code 134, when a thread is terminated at some moments of loading its module; piscina
 * terminates threads whatever they are at. So here no more tasks reach piscina than it has threads, the rest wait in this pool, and
 * `close` drops those that wait, lets those at work finish, and waits until every thread has loaded what it runs.
 */
import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { PinwalkError } from '../data/errors.js';

/** What the threads of a pool run. */
export interface SlicePoolOptions {
  /** The worker's module; its default export runs a task. */
  readonly worker: URL;
  /** What each thread is started with; arrays on shared memory are not copied. */
  readonly workerData?: unknown;
  /** Threads, from 1 up; all are started at once. */
  readonly threads: number;
  /** Names the caller in errors. */
  readonly where: string;
}

/** Threads that run tasks, in any order. */
export class SlicePool<Task, Result> {
  readonly #where: string;
  readonly #piscina: Piscina<Task, Result>;
  /** Resolves, by thread, when it has loaded its module or has ended. */
  readonly #loaded = new Map<Worker, Promise<void>>();
  readonly #running = new Set<Promise<Result>>();
  /** Begins the tasks that wait for a thread. */
  readonly #waiting: (() => void)[] = [];
  #free: number;
  /** Why no more tasks begin. */
  #ended: Error | undefined;

  constructor({ worker, workerData, threads, where }: SlicePoolOptions) {
    this.#where = where;
    this.#free = threads;
    const size = { minThreads: threads, maxThreads: threads };
    this.#piscina = new Piscina({ filename: worker.href, workerData, ...size });
    this.#piscina.on('error', (ofAThreadWithoutTask: Error) => (this.#ended = ofAThreadWithoutTask));
    this.#piscina.on('workerDestroy', () => {
      // Piscina starts another in its place. A task given to one that fails to load as well would wait for ever: none is.
      this.#ended ??= new Error('another thread has ended');
      queueMicrotask(() => this.#watch());
    });
    this.#watch();
  }

  /**
   * Runs a task in the first thread that is free.
   *
   * @throws PinwalkError `WORKER_FAILED` with what the thread threw, or, before the task begins, when a thread has ended or the pool
   *   is closed
   */
  async run(task: Task): Promise<Result> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((begin) => this.#waiting.push(begin));
    try {
      if (this.#ended) throw this.#ended;
      const result = this.#piscina.run(task);
      this.#running.add(result);
      return await result.finally(() => this.#running.delete(result));
    } catch (cause) {
      const got = cause instanceof Error ? cause.message : String(cause);
      throw new PinwalkError('WORKER_FAILED', `${this.#where}: a worker ended with an error (got ${got})`, { cause });
    } finally {
      const begin = this.#waiting.shift();
      if (begin) begin();
      else this.#free++;
    }
  }

  /** Ends the threads; tasks that have begun are finished first. */
  async close(): Promise<void> {
    this.#ended ??= new Error('the pool was closed');
    for (const begin of this.#waiting.splice(0)) begin();
    await Promise.allSettled(this.#running);
    for (const thread of this.#loaded.keys()) thread.ref(); // an idle thread lets the process end, even one that is waited for
    await Promise.all(this.#loaded.values());
    await this.#piscina.destroy();
  }

  /** Listens to threads that are new. A thread's first message says that it has loaded; results come on another port. */
  #watch(): void {
    for (const thread of this.#piscina.threads) {
      if (this.#loaded.has(thread)) continue;
      const loaded = new Promise<void>((resolve) => thread.once('message', resolve).once('exit', () => resolve()));
      this.#loaded.set(thread, loaded);
    }
  }
}

/** What to run, and who hears of it. */
export interface SliceRun<Task, Result> extends Omit<SlicePoolOptions, 'threads'> {
  readonly tasks: readonly Task[];
  /** Threads, from 1 up; never more than tasks. */
  readonly workers: number;
  /** Takes a result in; called once a task. */
  readonly take: (result: Result, task: Task) => void;
}

/**
 * Runs every task in a pool of its own, which ends with the last one, or with the first that fails.
 *
 * @throws PinwalkError `WORKER_FAILED` with the first failure, and what `take` throws
 */
export async function runSlices<Task, Result>(run: SliceRun<Task, Result>): Promise<void> {
  const { tasks, take } = run;
  if (tasks.length === 0) return;
  const pool = new SlicePool<Task, Result>({ ...run, threads: Math.max(1, Math.min(run.workers, tasks.length)) });
  try {
    await Promise.all(tasks.map(async (task) => take(await pool.run(task), task)));
  } finally {
    await pool.close();
  }
}

/** From 0 to `length` in steps of `size`. */
export function slices(length: number, size: number): { readonly from: number; readonly to: number }[] {
  const result = [];
  for (let from = 0; from < length; from += size) result.push({ from, to: Math.min(from + size, length) });
  return result;
}
