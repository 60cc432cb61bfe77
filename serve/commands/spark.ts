/** A batch on a Spark cluster: a job for the Python file that drives Spark. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { PinwalkError } from '../../data/errors.js';
import { newHash } from '../../data/hash.js';
import type { Manifest } from '../../train/stages/local.js';
import { tables } from '../../train/stages/table.js';
import { optionsOf, type SparkOptions } from './batch-options.js';
import { printManifest } from './batch.js';
import type { Output } from './options.js';

const driver = fileURLToPath(new URL('../../train/stages/spark.py', import.meta.url));

/** What starts a child on an executor: this Node and this program, at the same paths on every host. */
const ownChild: readonly string[] = [process.execPath, ...process.execArgv, process.argv[1] ?? '', 'stage'];

/**
 * Runs a batch on a cluster. Spark's log and one JSON line a stage go to standard error.
 *
 * @param child  the command of a child; specs give one that fails
 * @returns what was written, as of `runLocalBatch`
 * @throws PinwalkError `SPARK_FAILED` with the last lines of what the driver said; `OPTION_OUT_OF_RANGE` without saves
 */
export async function sparkSubmit(given: SparkOptions, output: Output, child = ownChild): Promise<Manifest> {
  const { saves, master, out, stages, partitions, titles, conf, python } = given;
  if (!saves) throw new PinwalkError('OPTION_OUT_OF_RANGE', 'spark submit: --saves must be given (got none)');
  const emptySha256 = newHash().digest('hex');
  const job = { master, saves, out, stages, partitions, titles, conf, child, tables, emptySha256, ...optionsOf(given) };
  const env = { ...process.env, PINWALK_JOB: JSON.stringify(job) };
  const process_ = spawn(python, [driver], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  process_.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    lines.push(...chunk.split('\n').filter((line) => line !== ''));
    lines.splice(0, lines.length - 20);
    output.err(chunk);
  });
  const ended = new Promise<number | null>((resolve, reject) => process_.once('close', resolve).once('error', reject));
  const [code, said] = await Promise.all([ended, text(process_.stdout)]).catch((cause: unknown) => {
    const must = `spark submit: ${python} must be a Python with pyspark and pyarrow`;
    throw new PinwalkError('SPARK_FAILED', `${must} (got ${String(cause)}); name one with --python`, { cause });
  });
  if (code !== 0) {
    const why = lines.filter((line) => line.includes('pinwalk stage failed')).at(-1) ?? lines.slice(-3).join(' / ');
    throw new PinwalkError('SPARK_FAILED', `spark submit: every stage must end well (got ${why})`);
  }
  const { manifest } = JSON.parse(said.trim().split('\n').at(-1) ?? '') as { manifest: Manifest }; // printed by the driver
  printManifest(manifest, given, output);
  return manifest;
}
