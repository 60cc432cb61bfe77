/**
 * How long-running parts tell how far they are, without knowing who listens.
 */

/** Told how much of a stage is done; `note` is a figure worth seeing, such as the loss. */
export type StageProgress = (done: number, total: number, note?: string) => void;

/** Opens a stage by its name; a stage ends when `done` reaches `total` or the next one opens. */
export type Progress = (stage: string) => StageProgress;

/** For callers that do not want to know. */
export const silent: Progress = () => () => {};

/** For parts that name their stage with every report: a stage opens when its name first comes up. */
export function byStage(progress: Progress): (stage: string, done: number, total: number) => void {
  let current = { stage: '', report: silent('') };
  return (stage, done, total) => {
    if (current.stage !== stage) current = { stage, report: progress(stage) };
    current.report(done, total);
  };
}

/** The same progress, with the name of the part at work before the name of each stage. */
export function within(part: string, progress: Progress): Progress {
  return (stage) => progress(`${part} ${stage}`);
}
