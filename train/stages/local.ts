/**
 * A batch on this machine: the stages one after the other, each cut into partitions that worker threads share.
 */
import path from 'node:path';
import type { Collection } from '../../data/collection.js';
import { writeWhole } from '../../data/whole-file.js';
import type { DegreeBounds } from '../../graph/pruning.js';
import { runSlices, slices } from '../../graph/slice-pool.js';
import type { Progress } from '../progress.js';
import { digestOf, type TableDigest } from './digest.js';
import { writeGraphFile } from './graph-file.js';
import { prepareSaves } from './prepare-saves.js';
import type { BatchOptions, StageJob, StageName } from './row-stage.js';
import { rowStages, type RowStageName } from './row-stages.js';
import { writeBatchGeneration } from './served.js';
import { joinParts, listsOf, pinRows, type Rows, type TableName } from './table.js';
import { writeTable } from './write-table.js';

/** What to compute and where to. */
export interface LocalBatch {
  readonly collection: Collection;
  /** A folder for the tables, `graph.sqlite`, `pinwalk.sqlite` and `manifest.json`. */
  readonly out: string;
  readonly stages: readonly StageName[];
  readonly bounds: DegreeBounds;
  readonly options: BatchOptions;
  /** Parts that each stage's rows are cut into, from 1. */
  readonly partitions: number;
  /** Threads, from 1. */
  readonly workers: number;
  readonly progress: Progress;
}

/** What a batch wrote: rows and digest of each table. Equal for equal saves and options, wherever it ran. */
export type Manifest = Readonly<Partial<Record<TableName, TableDigest>>>;

/**
 * Runs a batch and writes its tables as Parquet, `OUT/TABLE/part-00000.parquet` and so on, and `OUT/manifest.json`.
 *
 * @throws PinwalkError what its stages throw
 *
 * Deterministic: neither partitions nor threads change a byte of what is digested. Memory: every table whole.
 */
export async function runLocalBatch(batch: LocalBatch): Promise<Manifest> {
  const { out, options, progress } = batch;
  const has = (name: StageName): boolean => batch.stages.includes(name);
  const manifest: Partial<Record<TableName, TableDigest>> = {};
  const keep = (table: TableName, parts: readonly Rows[]): Rows => {
    parts.forEach((part, n) => writeTable(partOf(out, table, n), table, part));
    const rows = joinParts(parts);
    manifest[table] = digestOf(rows);
    return rows;
  };
  const report = progress('prepare');
  const prepared = prepareSaves(batch.collection, batch.bounds);
  for (const [table, rows] of Object.entries(prepared) as [TableName, Rows][]) {
    keep(
      table,
      slices(rows.rowCount, partLength(rows, batch)).map(({ from, to }) => cut(rows, from, to)),
    );
  }
  const graphFile = path.join(out, 'graph.sqlite');
  const graph = writeGraphFile(graphFile, prepared);
  report(1, 1);
  const job = { options, graphFile };
  const stage = async (table: RowStageName, rows: Rows, stageJob: StageJob): Promise<Rows[]> =>
    runStage(table, rows, { job: stageJob, batch });

  const pins = pinRows(0, graph.pinCount);
  const needsVectors = has('embeddings') || has('related') || has('generation');
  if (has('neighborhoods') || needsVectors) {
    const neighborhoods = keep('neighborhoods', await stage('neighborhoods', pins, job));
    const vectorFile = path.join(out, 'vectors.f32');
    for (let layer = 1; needsVectors && layer <= options.layers; layer++) {
      const parts = await stage('embeddings', neighborhoods, { ...job, ...(layer > 1 && { vectorFile }) });
      writeWhole(vectorFile, bytesOf(listsOf(joinParts(parts), 'vector').values));
      if (layer === options.layers) keep('embeddings', parts);
    }
    if (has('related') || has('generation')) {
      const related = keep('related', await stage('related', pins, { ...job, vectorFile }));
      if (has('generation')) {
        const { collection } = batch;
        writeBatchGeneration(path.join(out, 'pinwalk.sqlite'), { ...job, vectorFile, related, collection });
      }
    }
  }
  writeWhole(path.join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

function partOf(out: string, table: TableName, part: number): string {
  return path.join(out, table, `part-${String(part).padStart(5, '0')}.parquet`);
}

/** Rows in each part. */
function partLength({ rowCount }: Rows, { partitions }: LocalBatch): number {
  return Math.max(1, Math.ceil(rowCount / partitions));
}

async function runStage(
  name: RowStageName,
  rows: Rows,
  { job, batch }: { job: StageJob; batch: LocalBatch },
): Promise<Rows[]> {
  const size = partLength(rows, batch);
  const tasks = slices(rows.rowCount, size).map(({ from, to }) => ({ from, rows: cut(rows, from, to) }));
  const parts: Rows[] = [];
  const report = batch.progress(name);
  let done = 0;
  await runSlices<Rows, Rows>({
    worker: new URL('./stage.worker.js', import.meta.url),
    workerData: { name, state: rowStages[name].load(job), job },
    tasks: tasks.map((task) => task.rows),
    workers: batch.workers,
    where: `batch: ${name}`,
    take: (part, task) => {
      parts[tasks.findIndex((one) => one.rows === task)] = part;
      report((done += part.rowCount), rows.rowCount);
    },
  });
  return parts;
}

/** Some successive rows, views of the same memory. */
function cut({ columns }: Rows, from: number, to: number): Rows {
  const parts = Object.entries(columns).map(([name, column]) => {
    if (!('offsets' in column)) return [name, Array.isArray(column) ? column.slice(from, to) : column.slice(from, to)];
    const start = column.offsets[from] as number;
    const offsets = column.offsets.slice(from, to + 1).map((end) => end - start);
    return [name, { offsets, values: column.values.slice(start, column.offsets[to]) }];
  });
  return { rowCount: to - from, columns: Object.fromEntries(parts) as Rows['columns'] };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
