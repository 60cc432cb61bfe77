/** Worker entry of the prefetcher: draws the batch of a step. */
import { workerData } from 'node:worker_threads';
import type { BatchWorkerData } from './batch-prefetcher.js';
import { BatchSampler, type TrainingBatch } from './batches.js';

const { source } = workerData as BatchWorkerData;
const sampler = new BatchSampler(source);

export default function draw(step: number): TrainingBatch {
  return sampler.draw(step);
}
