/**
 * A Node child of Spark's Python: Arrow IPC streams on standard input, one on standard output, and as its last batch, without rows, a
 * trailer with counts. An Arrow stream that was cut between two batches reads as whole, so only the trailer tells that it is.
 *
 * What fails is one JSON line on standard error with stage, partition, attempt, row and message. A line with a row is a poison row:
 * whoever started the child must not try again.
 */
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { RecordBatchReader, RecordBatchStreamWriter, type RecordBatch } from 'apache-arrow';
import { loadCollection } from '../../data/load.js';
import { writeWhole } from '../../data/whole-file.js';
import { arrowSchema, fromBatch, toBatch } from './arrow.js';
import { RowDigest } from './digest.js';
import { writeGraphFile } from './graph-file.js';
import { PoisonRow, type RowStage, type StageJob } from './row-stage.js';
import { rowStages, type RowStageName } from './row-stages.js';
import { writeBatchGeneration } from './served.js';
import { type ColumnKind, integersOf, joinParts, listsOf, type Rows, type TableName, tables } from './table.js';

/** What a child is started for, as JSON in the environment. */
export type ChildTask =
  /** Rows through a stage. */
  | { readonly do: 'rows'; readonly table: RowStageName; readonly job: StageJob }
  /** Rows of a table in key order to their digest. */
  | { readonly do: 'digest'; readonly table: TableName }
  /** Streams of `pins`, `boards` and `edges` to a file. */
  | { readonly do: 'graph'; readonly file: string }
  /** A stream of `embeddings` to a file of float32. */
  | { readonly do: 'vectors'; readonly file: string }
  /** A stream of `related` to a generation; `titles` is a folder with pins and boards. */
  | { readonly do: 'generation'; readonly file: string; readonly job: StageJob; readonly titles?: string };

/** Where a child reads, writes and complains. */
export interface Streams {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** What the last batch says. */
export interface Trailer {
  readonly rowsIn: number;
  readonly rowsOut: number;
  readonly sha256?: string;
  readonly cpuMs: number;
  /** The most memory that the child held. */
  readonly peakRssBytes: number;
}

/** Columns of what comes in: a stage over pins is given their rows alone. */
const pinColumns = { pin: 'int' } as const;

/**
 * Does a task and ends its output with a trailer.
 *
 * @param stages  the stages; specs wrap them to see what a failing one comes to
 * @returns the exit status: 0, or 3 after a failure, whose JSON line has been written
 *
 * Memory: two batches, and what the stage keeps.
 */
export async function runChild(task: ChildTask, streams: Streams, stages = rowStages): Promise<number> {
  const { PINWALK_PARTITION: partition = null, PINWALK_ATTEMPT: attempt = null } = process.env;
  const stage = 'table' in task ? task.table : task.do;
  try {
    if (task.do === 'rows') await throughStage(stages[task.table], task.job, streams);
    else await toOne(task, streams);
    return 0;
  } catch (error) {
    const row = error instanceof PoisonRow ? error.row : null;
    const message = error instanceof Error ? error.message : String(error);
    streams.stderr.write(`${JSON.stringify({ stage, partition, attempt, row, message })}\n`);
    return 3;
  }
}

async function throughStage(stage: RowStage, job: StageJob, { stdin, stdout }: Streams): Promise<void> {
  const run = stage.open(stage.load(job), job);
  const columns = stage.table === 'embeddings' ? tables.neighborhoods.columns : pinColumns;
  const schema = arrowSchema(stage.table);
  const counts = { rowsIn: 0, rowsOut: 0 };
  const output = new Output(stdout);
  for await (const { batch } of batchesOf(stdin)) {
    const rows = run(fromBatch(columns, batch));
    counts.rowsIn += batch.numRows;
    counts.rowsOut += rows.rowCount;
    await output.write(toBatch(schema, rows));
  }
  await output.end(stage.table, counts);
}

/** Tasks whose rows go into one file or one number. */
async function toOne(task: Exclude<ChildTask, { do: 'rows' }>, { stdin, stdout }: Streams): Promise<void> {
  const inputs: readonly TableName[] = {
    digest: ['table' in task ? task.table : 'pins'] as const,
    graph: ['pins', 'boards', 'edges'] as const,
    vectors: ['embeddings'] as const,
    generation: ['related'] as const,
  }[task.do];
  const digest = new RowDigest();
  const parts = inputs.map((): Rows[] => []);
  let rowsIn = 0;
  for await (const { batch, stream } of batchesOf(stdin)) {
    const table = inputs[stream] ?? 'pins';
    const rows = fromBatch(tables[table].columns, batch);
    rowsIn += rows.rowCount;
    if (task.do === 'digest') digest.add(rows);
    else parts[stream]?.push(rows);
  }
  const joined = inputs.map((table, n) => joinParts([emptyRows(table), ...(parts[n] as Rows[])]));
  const [first, second, third] = joined as [Rows, Rows, Rows]; // as many as the task has inputs
  if (task.do === 'graph') writeGraphFile(task.file, { pins: first, boards: second, edges: third });
  if (task.do === 'vectors') writeWhole(task.file, vectorBytes(first));
  if (task.do === 'generation') {
    const loaded = task.titles === undefined ? undefined : await loadCollection({ folder: task.titles });
    const { options, graphFile = '', vectorFile = '' } = task.job;
    const files = { graphFile, vectorFile };
    const from = loaded && { collection: loaded.collection };
    writeBatchGeneration(task.file, { options, ...files, related: first, ...from });
  }
  const sha256 = task.do === 'digest' ? { sha256: digest.finish().sha256 } : {};
  const output = new Output(stdout);
  await output.end('pins', { rowsIn, rowsOut: 0, ...sha256 });
}

/** Vectors in the order of their pins. */
function vectorBytes(rows: Rows): Uint8Array {
  const { offsets, values } = listsOf(rows, 'vector');
  const placed = new Float32Array(values.length);
  const dimension = rows.rowCount === 0 ? 0 : values.length / rows.rowCount;
  integersOf(rows, 'pin').forEach((pin, n) => {
    placed.set(values.subarray(offsets[n], offsets[n + 1]), pin * dimension);
  });
  return new Uint8Array(placed.buffer);
}

/** Batches with rows, of one stream after the other until the input ends. */
async function* batchesOf(stdin: Readable): AsyncGenerator<{ batch: RecordBatch; stream: number }> {
  let stream = 0;
  for await (const reader of RecordBatchReader.readAll(stdin)) {
    for await (const batch of await reader.open({ autoDestroy: false })) {
      if (batch.numRows > 0) yield { batch, stream };
    }
    stream++;
  }
}

function emptyRows(table: TableName): Rows {
  const empty = (kind: ColumnKind): Rows['columns'][string] =>
    ({
      int: new Int32Array(0),
      float: new Float32Array(0),
      double: new Float64Array(0),
      text: [],
      ints: { offsets: new Int32Array(1), values: new Int32Array(0) },
      floats: { offsets: new Int32Array(1), values: new Float32Array(0) },
    })[kind];
  const kinds: [string, ColumnKind][] = Object.entries(tables[table].columns);
  return { rowCount: 0, columns: Object.fromEntries(kinds.map(([name, kind]) => [name, empty(kind)])) };
}

/** The one stream that goes out; a full pipe is waited for. */
class Output {
  readonly #writer = new RecordBatchStreamWriter();
  readonly #drained: Promise<void>;
  #isFull = false;
  #waiting: (() => void) | undefined;

  constructor(stdout: Writable) {
    this.#drained = this.#drain(stdout);
  }

  /** Resolves when the batch is on its way. */
  async write(batch: RecordBatch): Promise<void> {
    this.#writer.write(batch);
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.#isFull) await new Promise<void>((resolve) => (this.#waiting = resolve));
  }

  async end(table: TableName, counts: Pick<Trailer, 'rowsIn' | 'rowsOut' | 'sha256'>): Promise<void> {
    const { user, system } = process.cpuUsage();
    const peakRssBytes = process.resourceUsage().maxRSS * 1024;
    const trailer: Trailer = { ...counts, cpuMs: Math.round((user + system) / 1000), peakRssBytes };
    const metadata = new Map([['trailer', JSON.stringify(trailer)]]);
    this.#writer.write(toBatch(arrowSchema(table), emptyRows(table), metadata));
    this.#writer.finish();
    await this.#drained;
  }

  async #drain(stdout: Writable): Promise<void> {
    for await (const chunk of this.#writer) {
      if (stdout.write(chunk)) continue;
      this.#isFull = true;
      await once(stdout, 'drain');
      this.#isFull = false;
      this.#waiting?.();
      this.#waiting = undefined;
    }
  }
}
