/**
 * Where else a training is shown while it runs. Nothing of it may slow or fail the training: what fails is said once, then left alone.
 */
import type { Config } from '../config.js';
import type { MetricsTable } from '../evaluation/table.js';
import type { MetricsLog } from '../model/training-loop.js';
import type { RunFolder } from '../run-folder.js';

/** A training that is shown. */
export interface TrackedTraining {
  readonly folder: RunFolder;
  readonly config: Config;
  /** Goes on from a checkpoint. */
  readonly resume: boolean;
  readonly say: (line: string) => void;
}

/** One place that shows a training. None of its functions throws or rejects. */
export interface Tracker {
  /** Told every line of metrics.jsonl. */
  readonly log: MetricsLog;
  /** The run is whole: its figures on test, and everything in its folder. */
  finish(models: MetricsTable): Promise<void>;
  /** The run ended before it was whole. */
  close(how: 'stopped' | 'failed'): Promise<void>;
}
