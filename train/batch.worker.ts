/** Worker entry of the prefetcher: draws the batch of a step. */
import { workerData } from 'piscina';
import { BatchSampler, type BatchSource, type TrainingBatch } from './batches.js';

const sampler = new BatchSampler(workerData as BatchSource);

export default function draw(step: number): TrainingBatch {
  return sampler.draw(step);
}
