/**
 * How long-running parts tell how far they are, without knowing who listens.
 */

/** Told how much of a stage is done; `note` is a figure worth seeing, such as the loss. */
export type StageProgress = (done: number, total: number, note?: string) => void;

/** Opens a stage by its name; a stage ends when `done` reaches `total` or the next one opens. */
export type Progress = (stage: string) => StageProgress;

/** For callers that do not want to know. */
export const silent: Progress = () => () => {};
