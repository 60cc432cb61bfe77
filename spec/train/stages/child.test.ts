import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { type RecordBatch, RecordBatchStreamWriter, tableFromIPC } from 'apache-arrow';
import t from 'tap';
import { arrowSchema, fromBatch, toBatch } from '../../../train/stages/arrow.js';
import { runChild, type ChildTask } from '../../../train/stages/child.js';
import { digestOf } from '../../../train/stages/digest.js';
import { batchDefaults } from '../../../train/stages/row-stage.js';
import { rowStages } from '../../../train/stages/row-stages.js';
import { pinRows, type Rows, type TableName, tables } from '../../../train/stages/table.js';

const folder = mkdtempSync(path.join(tmpdir(), 'child-'));
t.teardown(() => rmSync(folder, { recursive: true }));

const given = {
  pins: { rowCount: 3, columns: { pin: Int32Array.of(0, 1, 2), id: ['a', 'b', 'c'] } },
  boards: { rowCount: 2, columns: { board: Int32Array.of(0, 1), id: ['x', 'y'] } },
  edges: {
    rowCount: 4,
    columns: {
      board: Int32Array.of(0, 0, 1, 1),
      pin: Int32Array.of(0, 1, 1, 2),
      weight: Float32Array.of(1, 1, 1, 1),
    },
  },
} satisfies Partial<Record<TableName, Rows>>;
const options = { ...batchDefaults, walkSteps: 50, neighborCount: 2 };
const graphFile = path.join(folder, 'graph.sqlite');

/** A stream as Spark's Python writes it. */
async function streamOf(...batches: RecordBatch[]): Promise<Buffer> {
  const writer = new RecordBatchStreamWriter();
  for (const batch of batches) writer.write(batch);
  writer.finish();
  return buffer(writer);
}

async function child(
  task: ChildTask,
  input: Buffer,
  stages = rowStages,
): Promise<{ status: number; out: Buffer; err: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const out = buffer(stdout);
  const err = text(stderr);
  const status = await runChild(task, { stdin: Readable.from([input]), stdout, stderr }, stages);
  stdout.end();
  stderr.end();
  return { status, out: await out, err: await err };
}

const tableBatch = (name: TableName, rows: Rows): RecordBatch => toBatch(arrowSchema(name), rows);
/** Rows of pins as a batch of the one column. */
const pinBatch = (rows: Rows): RecordBatch =>
  tableBatch('pins', { ...rows, columns: { ...rows.columns, id: Array.from({ length: rows.rowCount }, () => '') } });
const trailerOf = (out: Buffer): { rowsIn: number; rowsOut: number; sha256?: string } =>
  JSON.parse(tableFromIPC(out).batches.at(-1)?.metadata.get('trailer') ?? 'null') as {
    rowsIn: number;
    rowsOut: number;
  };

t.test('a child writes a graph from three streams', async (t) => {
  const streams = await Promise.all(
    (['pins', 'boards', 'edges'] as const).map((name) => streamOf(tableBatch(name, given[name]))),
  );
  const { status, out, err } = await child({ do: 'graph', file: graphFile }, Buffer.concat(streams));
  t.equal(err, '');
  t.equal(status, 0);
  t.match(trailerOf(out), { rowsIn: 9, rowsOut: 0 });
});

t.test('a child gives the rows of its stage and a trailer with counts', async (t) => {
  const job = { options, graphFile };
  const input = await streamOf(pinBatch(pinRows(0, 2)), pinBatch(pinRows(2, 3)));
  const { status, out } = await child({ do: 'rows', table: 'neighborhoods', job }, input);
  t.equal(status, 0);
  const batches = tableFromIPC(out).batches.filter((batch) => batch.numRows > 0);
  const stage = rowStages.neighborhoods;
  const run = stage.open(stage.load(job), job);
  t.strictSame(
    batches.map((batch) => fromBatch(tables.neighborhoods.columns, batch)),
    [run(pinRows(0, 2)), run(pinRows(2, 3))],
  );
  t.match(trailerOf(out), { rowsIn: 3, rowsOut: 3 });
});

t.test('a child digests rows as the local runner does', async (t) => {
  const { out } = await child({ do: 'digest', table: 'pins' }, await streamOf(tableBatch('pins', given.pins)));
  t.equal(trailerOf(out).sha256, digestOf(given.pins).sha256);
});

t.test('a poison row is one JSON line with stage and row, and no trailer', async (t) => {
  const job = { options, graphFile };
  const { status, out, err } = await child(
    { do: 'rows', table: 'neighborhoods', job },
    await streamOf(pinBatch(pinRows(2, 4))),
  );
  t.equal(status, 3);
  t.equal(out.length, 0);
  t.match(JSON.parse(err), { stage: 'neighborhoods', row: 3, message: 'a pin row must be from 0 to 2 (got 3)' });
});
