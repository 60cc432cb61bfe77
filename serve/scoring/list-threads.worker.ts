/** Worker entry of the threads that make lists: one ranker for as long as the thread lives. */
import { workerData } from 'node:worker_threads';
import { PinwalkError, type ErrorCode } from '../../data/errors.js';
import { Ranker, type RankerParts } from '../../train/ranking/ranker.js';
import { makeList, type ListTask, type MadeList } from './list-maker.js';

/** What came of a task; a failure is one that a user can act on, whose class and code would be lost on the way. */
export type ListOutcome =
  { readonly answer: MadeList } | { readonly failure: { readonly code: ErrorCode; readonly message: string } };

const nothing: MadeList = { pins: new Uint32Array(), scores: new Float32Array(), scoreKind: 'saves', fallback: null };
const ranker = openRanker();

function openRanker(): Ranker | PinwalkError {
  try {
    return Ranker.open(workerData as RankerParts); // given by `ListThreads`
  } catch (error) {
    if (error instanceof PinwalkError) return error;
    throw error;
  }
}

/** Makes a list; `load` only says whether the thread could. */
export default function run(task: ListTask | 'load'): ListOutcome {
  try {
    if (ranker instanceof PinwalkError) throw ranker;
    if (task === 'load') return { answer: nothing };
    return { answer: makeList(ranker, task) };
  } catch (error) {
    if (!(error instanceof PinwalkError)) throw error;
    return { failure: { code: error.code, message: error.message } };
  }
}
