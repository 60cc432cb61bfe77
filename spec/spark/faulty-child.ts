/** A child of Spark with a fault, for specs: `exitOnce`, `early` (ends between two batches, once), `poison`, `slow`. */
import { existsSync, writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { type ChildTask, runChild } from '../../train/stages/child.js';
import { PoisonRow, type RowStage } from '../../train/stages/row-stage.js';
import { rowStages } from '../../train/stages/row-stages.js';

const [, , fault, flag = ''] = process.argv;
/** Whether it is the first child to come here. */
const isFirst = (): boolean => {
  if (existsSync(flag)) return false;
  writeFileSync(flag, '');
  return true;
};

const faulty: RowStage = {
  ...rowStages.neighborhoods,
  open: (state, job) => {
    const run = rowStages.neighborhoods.open(state, job);
    return (rows) => {
      const pins = rows.columns['pin'] as Int32Array; // of this table
      if (fault === 'exitOnce' && isFirst()) process.exit(1);
      if (fault === 'poison' && pins.includes(7)) throw new PoisonRow(7, 'a title must be text');
      if (fault === 'slow') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      return run(rows);
    };
  },
};

const task = JSON.parse(process.env['PINWALK_CHILD'] ?? '{}') as ChildTask; // written by train/stages/spark.py
let stdout: PassThrough | NodeJS.WriteStream = process.stdout;
if (fault === 'early' && 'table' in task && task.do === 'rows' && task.table === 'neighborhoods' && isFirst()) {
  // Schema and first batch go out, then the end of the process with status 0: to a reader a whole stream.
  let chunks = 0;
  stdout = new PassThrough();
  stdout.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk, () => ++chunks >= 3 && process.exit(0));
  });
}
process.exitCode = await runChild(
  task,
  { stdin: process.stdin, stdout, stderr: process.stderr },
  {
    ...rowStages,
    neighborhoods: faulty,
  },
);
