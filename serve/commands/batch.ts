/** A batch on this machine: tables, a generation, and a manifest to compare with other runs of it. */
import { PinwalkError } from '../../data/errors.js';
import { loadCollection } from '../../data/load.js';
import { formatReport } from '../../data/validation-report.js';
import { type Manifest, runLocalBatch } from '../../train/stages/local.js';
import { type BatchCommandOptions, type LocalBatchOptions, optionsOf } from './batch-options.js';
import type { Output } from './options.js';
import { openProgress } from './progress.js';

/** @throws PinwalkError what its parts throw */
export async function batch(given: LocalBatchOptions, output: Output): Promise<void> {
  const { data, saves, reading, out, stages, partitions, workers } = given;
  if ((data === undefined) === (saves === undefined)) {
    throw new PinwalkError('OPTION_OUT_OF_RANGE', 'batch: one of --data and --saves must be given (got both or none)');
  }
  const source = saves === undefined ? { folder: data ?? '' } : { savesFile: saves };
  const { collection, report } = await loadCollection(source, { reading });
  output.err(`${formatReport(report)}\n`);
  const display = openProgress();
  try {
    const { progress } = display;
    const options = { collection, out, stages, partitions, workers, progress, ...optionsOf(given) };
    printManifest(await runLocalBatch(options), given, output);
  } finally {
    display.clear();
  }
}

/** Rows and digest of each table. */
export function printManifest(manifest: Manifest, { json, out }: BatchCommandOptions, output: Output): void {
  if (json) {
    output.out(`${JSON.stringify(manifest)}\n`);
    return;
  }
  for (const [table, { rows, sha256 }] of Object.entries(manifest)) {
    output.out(`${table.padEnd(14)} ${String(rows).padStart(12)}  ${sha256}\n`);
  }
  output.out(`wrote ${out}\n`);
}
