/**
 * Runs the slices of a feature in worker threads, in any order, and hands each result to where it belongs.
 */
import { Piscina } from 'piscina';
import { PinwalkError } from '../data/errors.js';

/** What to run, and who hears of it. */
export interface SliceRun<Task, Result> {
  /** The worker's module. */
  readonly worker: URL;
  readonly tasks: readonly Task[];
  /** Threads, from 1 up; never more than tasks. */
  readonly workers: number;
  /** Names the caller in errors. */
  readonly where: string;
  /** Takes a result in; called once a task. */
  readonly take: (result: Result, task: Task) => void;
}

/**
 * Runs every task in a pool of its own, which ends with the last one.
 *
 * @throws PinwalkError `WORKER_FAILED` with the first failure
 */
export async function runSlices<Task, Result>(run: SliceRun<Task, Result>): Promise<void> {
  const { worker, tasks, where, take } = run;
  if (tasks.length === 0) return;
  const threads = Math.max(1, Math.min(run.workers, tasks.length));
  const pool = new Piscina<Task, Result>({ filename: worker.href, minThreads: threads, maxThreads: threads });
  pool.on('error', () => {}); // what a thread says after the pool has ended; the failures that count reject their tasks
  try {
    await Promise.all(tasks.map(async (task) => take(await pool.run(task), task)));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new PinwalkError('WORKER_FAILED', `${where}: a worker ended with an error (got ${reason})`, { cause });
  } finally {
    await pool.destroy();
  }
}

/** From 0 to `length` in steps of `size`. */
export function slices(length: number, size: number): { readonly from: number; readonly to: number }[] {
  const result = [];
  for (let from = 0; from < length; from += size) result.push({ from, to: Math.min(from + size, length) });
  return result;
}
