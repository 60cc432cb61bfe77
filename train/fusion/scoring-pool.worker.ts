/** Worker entry of the scoring pool: one `Scoring` for as long as the thread lives. */
import { workerData } from 'node:worker_threads';
import { PinwalkError } from '../../data/errors.js';
import { Scoring, type ScoringParts } from './scoring.js';
import type { ScoringAnswer, ScoringCall } from './scoring-pool.js';

let scoring: Scoring | undefined; // opened by the first call, whose answer then tells what is wrong

export default function run({ method, args }: ScoringCall): ScoringAnswer {
  try {
    scoring ??= new Scoring(workerData as ScoringParts);
    return { result: (scoring[method] as (...args: readonly unknown[]) => unknown).apply(scoring, [...args]) };
  } catch (error) {
    if (!(error instanceof PinwalkError)) throw error;
    return { failure: { code: error.code, message: error.message } }; // its class and code would be lost on the way
  }
}
