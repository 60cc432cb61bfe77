/**
 * Kernel threads, started for a training and ended with it.
 */
import { Worker } from 'node:worker_threads';
import { PinwalkError } from '../../data/errors.js';
import type { JobInputs } from './jobs.js';
import type { KernelBuild } from './module.js';
import { jobBoard, type JobBoard } from './parallel-for.js';
import type { Parameter } from './parameters.js';
import type { WasmHeap } from './wasm-heap.js';

/** What a thread is started with. */
export interface KernelThreadData {
  readonly place: JobInputs;
  readonly build: KernelBuild;
  readonly board: JobBoard;
  /** From 1. */
  readonly thread: number;
}

interface StartedThread {
  readonly worker: Worker;
  /** Resolves when it waits for jobs, or has ended. */
  readonly isUp: Promise<void>;
}

/** Threads that take part in the kernels of a heap. */
export class KernelThreads {
  readonly #heap: WasmHeap;
  readonly #threads: readonly StartedThread[];
  #isClosing = false;

  /**
   * Starts the threads; each takes part once it is up.
   *
   * @param options.count  threads, the main thread included
   * @param options.tables  that optimizers step on; with their arrays in shared memory, as all parameters have them
   * @param options.sources  other matrices that rows are taken of, in shared memory
   */
  constructor(
    heap: WasmHeap,
    { count, tables, sources }: { count: number; tables: readonly Parameter[]; sources: readonly Float32Array[] },
  ) {
    this.#heap = heap;
    const all = [...sources, ...tables.map(({ values }) => values)];
    const place = heap.prepare({ threads: count, tables, sources: all });
    const board = jobBoard();
    this.#threads = Array.from({ length: count - 1 }, (_, n) =>
      this.#start({ place, build: heap.build, board, thread: n + 1 }),
    );
    heap.parallelFor.attach(this.#threads.length > 0 ? board : undefined);
  }

  /**
   * Ends the threads; the main thread goes on alone.
   *
   * Waits until all are up: Node ends the whole process when a thread is terminated at some moments of loading its modules.
   */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#heap.parallelFor.attach(undefined);
    this.#heap.prepare({ threads: 1, tables: [], sources: [] });
    await Promise.all(this.#threads.map(({ worker, isUp }) => isUp.then(() => worker.terminate())));
  }

  #start(workerData: KernelThreadData): StartedThread {
    const worker = new Worker(new URL('./kernel-threads.worker.js', import.meta.url), { workerData });
    const fail = (got: string, cause?: unknown): void => {
      if (this.#isClosing) return;
      const must = `train: a kernel's thread must go on until the end (got ${got})`;
      this.#heap.parallelFor.fail(new PinwalkError('WORKER_FAILED', must, { cause }));
    };
    worker.on('error', (error) => fail(String(error), error));
    worker.on('exit', (code) => fail(`exit code ${code}`));
    const isUp = new Promise<void>((resolve) => worker.once('message', () => resolve()).once('exit', () => resolve()));
    return { worker, isUp };
  }
}
