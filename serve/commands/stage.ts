/** The child that a task of Spark starts; the task is JSON in the environment, rows come and go as Arrow. */
import { type ChildTask, runChild } from '../../train/stages/child.js';

/** Sets the exit status: 0, or 3 after a failure that standard error tells. */
export async function stage(): Promise<void> {
  const task = JSON.parse(process.env['PINWALK_CHILD'] ?? '{}') as ChildTask; // written by train/stages/spark.py
  process.exitCode = await runChild(task, process);
}
