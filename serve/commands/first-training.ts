/**
 * The training that `npm start` runs beside the server: a process of its own at low priority, which is stopped with the server and
 * goes on where it was the next time.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { RunFolder } from '../../train/run-folder.js';
import { existsSync } from 'node:fs';
import type { TrainingState } from '../generations/generations.js';
import { progressVariable, type StageMessage } from './progress.js';

/** A training at work. */
export interface FirstTraining {
  /** Asks it to save where it is, and waits until it has ended. */
  stop(): Promise<void>;
}

/**
 * Trains on the shipped data.
 *
 * @param folder  of the run; one that was begun is gone on with
 * @param options.tell  told whenever something is new
 */
export function startFirstTraining(
  { name, checkpoints }: RunFolder,
  { tell, overrides = [] }: { readonly tell: (state: TrainingState) => void; readonly overrides?: readonly string[] },
): FirstTraining {
  const program = fileURLToPath(new URL('../cli.js', import.meta.url));
  const isBegun = existsSync(checkpoints);
  const argv = ['train', '--run', name, ...(isBegun ? ['--resume'] : []), ...overrides];
  const child = fork(program, argv, {
    env: { ...process.env, [progressVariable]: 'ipc' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  lowerPriority(child);
  const last: { stage: string; done: number; began: number } = { stage: 'starting', done: 0, began: Date.now() };
  const say = (state: TrainingState['state']): void => {
    const { stage, done, began } = last;
    const secondsLeft = done > 0 ? Math.round((((Date.now() - began) / 1000) * (1 - done)) / done) : null;
    tell({ state, stage, done, secondsLeft });
  };
  say('running');
  child.on('message', ({ stage, done }: StageMessage) => {
    if (stage !== last.stage) last.began = Date.now();
    Object.assign(last, { stage, done });
    say('running');
  });
  let hasEnded = false;
  const ended = once(child, 'exit').then(([code]) => {
    hasEnded = true;
    if (code === 0) Object.assign(last, { stage: 'done', done: 1 });
    say(code === 0 ? 'finished' : 'failed');
  });
  return {
    async stop() {
      if (!hasEnded) child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Answers come before training; where a system does not know priorities both are alike. */
function lowerPriority({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // Nothing to do about it.
  }
}
