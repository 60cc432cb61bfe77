/** Progress bars with the time left, on a terminal; silence elsewhere. */
import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from '../../train/progress.js';

/** A display of one stage at a time. */
export interface ProgressDisplay {
  readonly progress: Progress;
  /** Takes the bar off the screen, so that a line can be printed. */
  clear(): void;
}

/** Stages of less than this are over before a bar helps. */
const SHOW_AFTER_MS = 1000;

/** Set to `ipc` for a training that another program of ours has started: it is told how far each stage is. */
export const progressVariable = 'PINWALK_PROGRESS';

/** How far a stage is, as the parent is told. */
export interface StageMessage {
  readonly stage: string;
  /** From 0 to 1. */
  readonly done: number;
}

/** Least time between two messages. */
const TELL_EVERY_MS = 500;

function tellParent(stage: string): ReturnType<Progress> {
  let toldAt = -Infinity;
  return (done, total) => {
    const now = performance.now();
    if (now - toldAt < TELL_EVERY_MS && done < total) return;
    toldAt = now;
    const message: StageMessage = { stage, done: total > 0 ? done / total : 1 };
    if (process.connected) process.send?.(message);
  };
}

/** Opens a display on `stream`. */
export function openProgress(stream: NodeJS.WriteStream = process.stderr): ProgressDisplay {
  let current: SingleBar | undefined;
  const clear = (): void => {
    current?.stop();
    current = undefined;
  };
  const progress: Progress = (stage) => {
    clear();
    if (process.env[progressVariable] === 'ipc') return tellParent(stage);
    if (!stream.isTTY) return () => {};
    const openedAt = Date.now();
    const format = `${stage.padEnd(28)} {bar} {percentage}% | {eta_formatted} left {note}`;
    const bar = new SingleBar({ stream, format, clearOnComplete: true, hideCursor: true, etaBuffer: 30 }, Presets.rect);
    return (done, total, note = '') => {
      if (current !== bar) {
        if (Date.now() - openedAt < SHOW_AFTER_MS || done >= total) return;
        clear();
        current = bar;
        bar.start(total, done, { note });
      }
      bar.setTotal(total);
      bar.update(done, { note });
      if (done >= total) clear();
    };
  };
  return { progress, clear };
}

/** `about 12 min left`, of `total` like parts of which `done` were done since `began` (ms). */
export function timeLeft(began: number, done: number, total: number): string {
  const seconds = (((Date.now() - began) / done) * (total - done)) / 1000;
  return seconds < 90 ? `about ${Math.round(seconds)} s left` : `about ${Math.round(seconds / 60)} min left`;
}
