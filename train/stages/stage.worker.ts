/**
 * The worker thread of a stage over rows: made ready once, then given rows.
 */
import { workerData } from 'node:worker_threads';
import type { StageJob } from './row-stage.js';
import { rowStages, type RowStageName } from './row-stages.js';
import type { Rows } from './table.js';

// The pool hands over exactly what local.ts gave it.
const { name, state, job } = workerData as { name: RowStageName; state: unknown; job: StageJob };
const run = rowStages[name].open(state, job);

export default function rowsOf(rows: Rows): Rows {
  return run(rows);
}
