/** Worker entry of a trainer: opens a backend of its own, then goes along step by step until the thread is ended. */
import { parentPort, workerData } from 'node:worker_threads';
import { PinwalkError } from '../data/errors.js';
import { openBackend } from './backend.js';
import { arrive, sleepUntilAll, sleepUntilBegun } from './lock-step.js';
import { Trainer } from './trainer.js';
import type { TrainerFailure, TrainerOrder } from './trainers.js';

const { parts, number, backend, firstStep } = workerData as TrainerOrder;
const { counters, boards } = parts;

try {
  await openBackend(backend);
  const trainer = new Trainer(parts, number);
  for (let round = 1; ; round++) {
    sleepUntilBegun(counters, round);
    const step = firstStep + round - 1;
    await trainer.compute(step);
    arrive(counters, 'computed');
    sleepUntilAll(counters, 'computed', round * boards.length);
    trainer.apply(step);
    arrive(counters, 'applied');
  }
} catch (error) {
  if (!(error instanceof PinwalkError)) throw error; // told to the coordinator by the thread's end
  const { code, message } = error;
  parentPort?.postMessage({ code, message } satisfies TrainerFailure);
}
