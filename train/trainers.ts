/**
 * Data-parallel training: every step is shared by trainers that go in lock-step, this thread's and others in threads of their own.
 *
 * Each has a TF.js backend of its own and computes gradients of its shard of the batch; gradients are summed in the order of
 * trainers, and each trainer updates a fixed part of the rows. So equal seeds and equal numbers of trainers give equal bytes.
 */
import { Worker } from 'node:worker_threads';
import { PinwalkError, type ErrorCode } from '../data/errors.js';
import type { BackendName } from './backend.js';
import { sharedSource, type BatchSource } from './batches.js';
import type { Config } from './config.js';
import { gradientBoard } from './gradient-exchange.js';
import { arrive, begin, lockStep, waitForAll, wake } from './lock-step.js';
import { touchesWhole, type ModelShape, type Weights } from './model.js';
import { shared } from './shared-memory.js';
import { figureNames, Trainer, type Figures, type Rates, type TrainerParts } from './trainer.js';

/** What a trainer's thread is started with. */
export interface TrainerOrder {
  readonly parts: TrainerParts;
  readonly number: number;
  readonly backend: BackendName;
  readonly firstStep: number;
}

/** What a trainer's thread says when it cannot go on. */
export interface TrainerFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** A step as all trainers together did it: sums over trainers; times are this thread's, `waitMs` what it waited for the others. */
export type StepReport = Figures & { readonly waitMs: number };

/** Queries that a shard must keep: its negatives are pooled whatever the number of queries, and must be worth it. */
const LEAST_QUERIES = 128;

/**
 * How many trainers share a step: as many as there are workers, but each has at least 128 queries. On backends that use
 * all cores or a GPU by themselves it is one.
 */
export function trainerCount(
  config: Pick<Config, 'workers' | 'batchBoards' | 'batchPairs'>,
  backend: BackendName,
): number {
  if (backend !== 'wasm' && backend !== 'cpu') return 1;
  const { workers, batchBoards, batchPairs } = config;
  return Math.max(1, Math.min(workers, Math.floor((batchBoards + batchPairs) / LEAST_QUERIES)));
}

/** All trainers of a run; this thread's is the first. */
export class Trainers {
  readonly #parts: TrainerParts;
  readonly #own: Trainer;
  readonly #threads: readonly Worker[];
  #rounds = 0;
  #failure: Error | undefined;

  /**
   * Starts the threads; they open their backends while the first step is computed.
   *
   * @param run.weights  changed in place, step by step; read them between steps only
   * @param options.count  trainers, this thread's included
   * @param options.backend  which each opens; the one that is active on this thread
   * @param options.firstStep  number of the first step to come, 0-based
   * @param options.drawAhead  whether each has another thread that draws its next batch
   * @throws PinwalkError `INPUT_INVALID` when there is nothing to learn from
   */
  constructor(
    run: {
      shape: ModelShape;
      source: BatchSource;
      features: Float32Array;
      weights: Weights;
      rates: Rates;
      epochs: number;
    },
    options: { count: number; backend: BackendName; firstStep: number; drawAhead: boolean },
  ) {
    const { count, backend, firstStep, drawAhead } = options;
    this.#parts = {
      ...run,
      source: sharedSource(run.source),
      features: shared(run.features),
      drawAhead,
      counters: lockStep(),
      boards: Array.from({ length: count }, () => (count > 1 ? gradientBoard(run.weights, touchesWhole) : new Map())),
      figures: Array.from({ length: count }, () => new Float64Array(new SharedArrayBuffer(8 * figureNames.length))),
    };
    this.#own = new Trainer(this.#parts, 0);
    this.#threads = Array.from({ length: count - 1 }, (_, n) =>
      this.#start({ parts: this.#parts, number: n + 1, backend, firstStep }),
    );
  }

  get stepsPerEpoch(): number {
    return this.#own.stepsPerEpoch;
  }

  /**
   * One step of all trainers.
   *
   * @param step  0-based, one more than the last
   * @returns the step's loss and the rest of the report
   * @throws PinwalkError what a trainer throws, on whichever thread; `WORKER_FAILED` when a thread ends
   *
   * A loss that is no number is for the caller to find; the weights are spoilt by then.
   */
  async step(step: number): Promise<StepReport> {
    const { counters, boards, figures } = this.#parts;
    const arrivals = ++this.#rounds * boards.length;
    const failure = (): Error | undefined => this.#failure;
    begin(counters);
    await this.#own.compute(step);
    arrive(counters, 'computed');
    const computed = performance.now();
    await waitForAll(counters, 'computed', { arrivals, failure });
    const waited = performance.now() - computed;
    this.#own.apply(step);
    arrive(counters, 'applied');
    const applied = performance.now();
    await waitForAll(counters, 'applied', { arrivals, failure });
    const waitMs = waited + performance.now() - applied;
    const sum = (n: number): number => figures.reduce((total, row) => total + (row[n] as number), 0);
    const own = figures[0] as Float64Array;
    const report = figureNames.map((name, n) => [name, name.endsWith('Ms') ? (own[n] as number) : sum(n)] as const);
    return { ...(Object.fromEntries(report) as Figures), waitMs };
  }

  /** Ends all threads, wherever they are. */
  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
    await this.#own.close();
  }

  #start(workerData: TrainerOrder): Worker {
    const thread = new Worker(new URL('./trainer.worker.js', import.meta.url), { workerData });
    const fail = (error: Error): void => {
      this.#failure ??= error;
      wake(this.#parts.counters);
    };
    const ended = (got: string, cause?: unknown): PinwalkError =>
      new PinwalkError('WORKER_FAILED', `train: a trainer's thread must go on until the end (got ${got})`, { cause });
    thread.on('message', ({ code, message }: TrainerFailure) => fail(new PinwalkError(code, message)));
    thread.on('error', (error) => fail(ended(String(error), error)));
    thread.on('exit', (code) => fail(ended(`exit code ${code}`)));
    return thread;
  }
}
