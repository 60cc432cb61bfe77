/**
 * A run that other programs show while it trains.
 */
import { run, type RunOptions, type RunResult } from '../run.js';
import { openMlflow } from './mlflow.js';
import { openTensorboard } from './tensorboard.js';

/** Where a run is shown; nowhere by default. */
export interface Tracking {
  /** Folder of TensorBoard's logs. */
  readonly tensorboard?: string | undefined;
  /** MLflow's server. */
  readonly mlflow?: string | undefined;
}

/**
 * Does a run as `run` does and shows it.
 *
 * @throws PinwalkError what `run` throws; a place that cannot show it is said, once, and changes nothing
 */
export async function trackedRun(options: RunOptions, { tensorboard, mlflow }: Tracking): Promise<RunResult> {
  const trackers = [
    ...(tensorboard === undefined ? [] : [openTensorboard(tensorboard, options)]),
    ...(mlflow === undefined ? [] : [openMlflow(mlflow, options)]),
  ];
  try {
    const result = await run({ ...options, onLog: (line) => trackers.forEach(({ log }) => log(line)) });
    for (const tracker of trackers) await (result.stopped ? tracker.close('stopped') : tracker.finish(result.models));
    return result;
  } catch (error) {
    for (const tracker of trackers) await tracker.close('failed');
    throw error;
  }
}
