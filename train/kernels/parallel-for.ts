/**
 * Threads that share the work of a kernel: the main thread puts up a job, and all of them, the main thread too, take blocks of it
 * until none is left.
 *
 * A block has the same result whoever does it, so the number of threads changes no bit. The board lies in shared memory. Its claim
 * word holds the number of the job beside how many blocks are left: a thread that wakes late finds none left, or another job's
 * number, and takes nothing. Threads sleep in `Atomics.wait`; the main thread, which has nothing else to do until the job is done,
 * first looks for a while and then sleeps too.
 */
import { PinwalkError } from '../../data/errors.js';

/**
 * Does entries `from` to `to` (exclusive) of a job.
 *
 * @param thread  whose scratch to use; 0 is the main thread's
 * @returns what the kernel complains of, a number from 0 up, if it does; the job's result is the smallest
 */
export type Job = (args: readonly number[], from: number, to: number, thread: number) => number | undefined;

/** What a job is of: `total` entries in blocks of `size`. */
export interface Extent {
  readonly total: number;
  readonly size: number;
}

/** Room in the memory that kernels work in, for a while. */
export type Borrow = <Result>(bytes: number, use: (at: number) => Result) => Result;

/** A job's place in memory that threads share. */
export interface JobBoard {
  readonly words: Int32Array;
  readonly args: Float64Array;
}

/** Words of the board. */
const [CLAIM, POSTED, FINISHED, RESULT, FAILED, JOB, TOTAL, SIZE, ARGS] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
const BLOCK_BITS = 12;
const BLOCK_MASK = (1 << BLOCK_BITS) - 1;
const MOST_ARGS = 24;
const NO_COMPLAINT = 2 ** 31 - 1;
/** Looks at the board before a thread goes to sleep: some 200 microseconds, a few times what waking it takes. */
const LOOKS = 20_000;
/** A block takes milliseconds; a thread that is at one for so long will not come back. */
const LONGEST_BLOCK_MS = 60_000;

/** An empty board. */
export function jobBoard(): JobBoard {
  return {
    words: new Int32Array(new SharedArrayBuffer(4 * 16)),
    args: new Float64Array(new SharedArrayBuffer(8 * MOST_ARGS)),
  };
}

/** The main thread's side: does jobs, with the threads at the board where there is one. */
export class ParallelFor {
  #jobs: readonly Job[] = [];
  #board: JobBoard | undefined;
  #failure: Error | undefined;

  /** Sets the jobs, by their numbers; while no thread takes part. */
  setJobs(jobs: readonly Job[]): void {
    this.#jobs = jobs;
  }

  /** Lets threads that `workAt` this board take part from now on; undefined: the main thread is alone. */
  attach(board: JobBoard | undefined): void {
    this.#board = board;
    this.#failure = undefined;
  }

  /** From now on `run` throws this: a thread has ended. */
  fail(error: Error): void {
    this.#failure ??= error;
  }

  /**
   * Does a job. Blocks are the same with and without threads.
   *
   * @param job  its place among the jobs; `args` are numbers, addresses for example
   * @returns the smallest complaint, or -1
   * @throws PinwalkError `WORKER_FAILED` when a thread failed or has ended; what a block throws on this thread
   *
   * Cost beside the work: 1 microsecond, and 10 to 50 until the first thread wakes.
   */
  run(job: number, args: readonly number[], { total, size }: Extent): number {
    if (this.#failure) throw this.#failure;
    const board = this.#board;
    const blocks = Math.ceil(total / size);
    const work = this.#jobs[job] as Job;
    if (!board || blocks < 2 || blocks > BLOCK_MASK) {
      let result = NO_COMPLAINT;
      let from = 0;
      do result = Math.min(result, work(args, from, Math.min(total, from + size), 0) ?? NO_COMPLAINT);
      while ((from += size) < total); // a job of nothing is done once: it may have zeros to write
      return result === NO_COMPLAINT ? -1 : result;
    }
    post(board, job, args, { total, size });
    takeBlocks(board, this.#jobs, 0);
    waitUntilFinished(board, blocks);
    if (Atomics.load(board.words, FAILED) !== 0) {
      throw this.#failure ?? new PinwalkError('WORKER_FAILED', 'train: a kernel must not fail on a thread (one did)');
    }
    const result = Atomics.load(board.words, RESULT);
    return result === NO_COMPLAINT ? -1 : result;
  }
}

/**
 * A thread's side: takes blocks of all jobs to come; never returns.
 *
 * @param jobs  the same as the main thread's
 * @param thread  from 1
 * @throws what a block throws, after the main thread was told
 */
export function workAt(board: JobBoard, jobs: readonly Job[], thread: number): never {
  for (let seen = 0; ;) {
    for (let look = 0; look < LOOKS && Atomics.load(board.words, POSTED) === seen; look++);
    Atomics.wait(board.words, POSTED, seen);
    seen = Atomics.load(board.words, POSTED);
    takeBlocks(board, jobs, thread);
  }
}

function post({ words, args: place }: JobBoard, job: number, args: readonly number[], { total, size }: Extent): void {
  const number = (Atomics.load(words, CLAIM) >>> BLOCK_BITS) + 1;
  words[JOB] = job;
  words[TOTAL] = total;
  words[SIZE] = size;
  words[ARGS] = args.length;
  place.set(args);
  Atomics.store(words, FINISHED, 0);
  Atomics.store(words, RESULT, NO_COMPLAINT);
  Atomics.store(words, CLAIM, (number << BLOCK_BITS) | Math.ceil(total / size)); // the job is up
  Atomics.add(words, POSTED, 1);
  Atomics.notify(words, POSTED);
}

function takeBlocks({ words, args: place }: JobBoard, jobs: readonly Job[], thread: number): void {
  const number = Atomics.load(words, CLAIM) >>> BLOCK_BITS;
  // These may be half another job's, if one comes up while they are read; then no claim of a block succeeds.
  const [job, total, size] = [words[JOB] as number, words[TOTAL] as number, words[SIZE] as number];
  const args = Array.from({ length: words[ARGS] as number }, (_, n) => place[n] as number);
  for (;;) {
    const claim = Atomics.load(words, CLAIM);
    const left = claim & BLOCK_MASK;
    if (claim >>> BLOCK_BITS !== number || left === 0) return;
    if (Atomics.compareExchange(words, CLAIM, claim, claim - 1) !== claim) continue;
    const from = (left - 1) * size;
    try {
      const complaint = jobs[job]?.(args, from, Math.min(total, from + size), thread);
      if (complaint !== undefined) lower(words, RESULT, complaint);
    } catch (error) {
      Atomics.store(words, FAILED, 1);
      throw error;
    } finally {
      Atomics.add(words, FINISHED, 1);
      if (thread > 0) Atomics.notify(words, FINISHED);
    }
  }
}

function waitUntilFinished({ words }: JobBoard, blocks: number): void {
  for (let looks = 0; ; looks++) {
    const finished = Atomics.load(words, FINISHED);
    if (finished >= blocks) return;
    if (looks < LOOKS) continue;
    if (Atomics.wait(words, FINISHED, finished, LONGEST_BLOCK_MS) === 'timed-out') {
      throw new PinwalkError(
        'WORKER_FAILED',
        `train: a thread must finish its block of a kernel (got nothing for ${LONGEST_BLOCK_MS / 1000} s)`,
      );
    }
  }
}

/** Leaves the smaller of a word and a value. */
function lower(words: Int32Array, word: number, value: number): void {
  for (let seen = Atomics.load(words, word); value < seen;) {
    const before = Atomics.compareExchange(words, word, seen, value);
    if (before === seen) return;
    seen = before;
  }
}
