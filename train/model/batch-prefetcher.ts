/**
 * Batches one step ahead: while a step is computed, a thread draws the next batch. The same batches come with or without it.
 */
import { SlicePool } from '../../graph/slice-pool.js';
import { BatchSampler, sharedSource, type BatchSource, type TrainingBatch } from './batches.js';

/** What the thread draws from. */
export interface BatchWorkerData {
  readonly source: BatchSource;
}

/** Draws batches by step number, ahead of time where there is a second thread for it. */
export class BatchPrefetcher {
  readonly stepsPerEpoch: number;
  readonly #sampler: BatchSampler;
  readonly #thread: SlicePool<number, TrainingBatch> | undefined;
  #next: { step: number; batch: Promise<TrainingBatch> } | undefined;

  private constructor(sampler: BatchSampler, thread: SlicePool<number, TrainingBatch> | undefined) {
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
    const worker = new URL('./batch-prefetcher.worker.js', import.meta.url);
    const workerData: BatchWorkerData = { source };
    return new BatchPrefetcher(sampler, new SlicePool({ worker, workerData, threads: 1, where: 'train' }));
  }

  /**
   * The batch of a step; in most cases it is there already.
   *
   * @throws PinwalkError `WORKER_FAILED` when the thread does
   */
  async draw(step: number): Promise<TrainingBatch> {
    const thread = this.#thread;
    if (!thread) return this.#sampler.draw(step);
    const ask = (wanted: number): Promise<TrainingBatch> => {
      const batch = thread.run(wanted);
      batch.catch(() => {}); // the last one asked for may never be waited for; whoever waits gets the error all the same
      return batch;
    };
    const batch = this.#next?.step === step ? this.#next.batch : ask(step);
    this.#next = { step: step + 1, batch: ask(step + 1) };
    return batch;
  }

  /** Ends the thread, once the batch it is at is done. */
  async close(): Promise<void> {
    await this.#thread?.close();
  }
}
