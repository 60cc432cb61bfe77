/**
 * Batches one step ahead: while a step is computed, a thread draws the next batch. The same batches come with or without it.
 */
import { Piscina } from 'piscina';
import { BatchSampler, sharedSource, type BatchSource, type TrainingBatch } from './batches.js';

/** What the thread draws from. */
export interface BatchWorkerData {
  readonly source: BatchSource;
}

/** Draws batches by step number, ahead of time where there is a second thread for it. */
export class BatchPrefetcher {
  readonly stepsPerEpoch: number;
  readonly #sampler: BatchSampler;
  readonly #thread: Piscina | undefined;
  #next: { step: number; batch: Promise<TrainingBatch> } | undefined;

  private constructor(sampler: BatchSampler, thread: Piscina | undefined) {
    this.#sampler = sampler;
    this.#thread = thread;
    this.stepsPerEpoch = sampler.stepsPerEpoch;
  }

  /**
   * @param options.isAhead  whether a thread draws the next one; else it is drawn on this thread, when asked
   * @throws PinwalkError `INPUT_INVALID` as `BatchSampler` does
   */
  static open(given: BatchSource, { isAhead }: { isAhead: boolean }): BatchPrefetcher {
    const source = isAhead ? sharedSource(given) : given;
    const sampler = new BatchSampler(source);
    if (!isAhead) return new BatchPrefetcher(sampler, undefined);
    const filename = new URL('./batch-prefetcher.worker.js', import.meta.url).href;
    const workerData: BatchWorkerData = { source };
    return new BatchPrefetcher(sampler, new Piscina({ filename, workerData, maxThreads: 1, idleTimeout: 600_000 }));
  }

  /** The batch of a step; in most cases it is there already. Rejects with the thread's error. */
  async draw(step: number): Promise<TrainingBatch> {
    const thread = this.#thread;
    if (!thread) return this.#sampler.draw(step);
    const ask = (wanted: number): Promise<TrainingBatch> => {
      const batch = thread.run(wanted) as Promise<TrainingBatch>;
      batch.catch(() => {}); // the last one asked for may never be waited for; whoever waits gets the error all the same
      return batch;
    };
    const batch = this.#next?.step === step ? this.#next.batch : ask(step);
    this.#next = { step: step + 1, batch: ask(step + 1) };
    return batch;
  }

  /** Ends the thread, once the batch it is at is done: a pool that is destroyed before reports the late batch as an error. */
  async close(): Promise<void> {
    await this.#next?.batch.catch(() => {});
    await this.#thread?.destroy();
  }
}
