import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import t from 'tap';
import { ParquetProcess } from '../../../data/readers/parquet-process.js';
import { readParquet } from '../../../data/readers/parquet.js';
import { RejectedRow, type TableLayout } from '../../../data/readers/table-batch.js';

const layout: TableLayout = { columnsOf: ([columns = []]) => ({ columns, isHeader: true }), wants: () => true };

async function rowsOf(file: string): Promise<unknown[][]> {
  const rows: unknown[][] = [];
  for await (const batch of readParquet(file, { layout })) {
    for (const row of batch.rows) if (!(row instanceof RejectedRow)) rows.push([...row]);
  }
  return rows;
}

t.test('types are read as what they are: days, times of day, decimals, bytes that are text', async (t) => {
  const file = path.join(t.testdir({}), 'types.parquet');
  parquetWriteFile({
    filename: file,
    schema: [
      { name: 'root', num_children: 4 },
      { name: 'day', type: 'INT32', converted_type: 'DATE', repetition_type: 'REQUIRED' },
      { name: 'clock', type: 'INT32', converted_type: 'TIME_MILLIS', repetition_type: 'REQUIRED' },
      { name: 'price', type: 'INT32', converted_type: 'DECIMAL', scale: 1, precision: 5, repetition_type: 'REQUIRED' },
      { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED' },
    ],
    columnData: [
      { name: 'day', data: [new Date(Date.UTC(2024, 0, 2))] },
      { name: 'clock', data: [45_000_500] },
      { name: 'price', data: [0.3] },
      { name: 'bytes', data: [Uint8Array.of(0x70, 0x31)] },
    ],
  });
  t.same(await rowsOf(file), [[new Date(Date.UTC(2024, 0, 2)), '12:30:00.5', 0.3, 'p1']]);
});

t.test('sizes that do not fit the file are refused before they are believed, with column and row group', async (t) => {
  const folder = t.testdir({});
  const file = path.join(folder, 'a.parquet');
  parquetWriteFile({
    filename: file,
    columnData: [{ name: 'pin', data: Array.from({ length: 50 }, (_, i) => `pin ${i}`), type: 'STRING' }],
    codec: 'UNCOMPRESSED',
    rowGroupSize: 25,
  });
  t.equal((await rowsOf(file)).length, 50);
  const whole = readFileSync(file);
  // The first page's header begins behind the magic: fields of a Thrift struct, its second the size that it unpacks to.
  const page = Buffer.from(whole);
  page.fill(0xff, 7, 11);
  writeFileSync(path.join(folder, 'page.parquet'), page);
  await t.rejects(rowsOf(path.join(folder, 'page.parquet')), {
    code: 'INPUT_INVALID',
    message: /page\.parquet: must be a Parquet file that can be read \(got: column pin, row group 1: /,
  });
  writeFileSync(path.join(folder, 'short.parquet'), Buffer.concat([whole.subarray(0, 4), whole.subarray(400)]));
  await t.rejects(rowsOf(path.join(folder, 'short.parquet')), {
    code: 'INPUT_INVALID',
    message: /must lie in the file of \d+ bytes/,
  });
  writeFileSync(path.join(folder, 'tiny.parquet'), 'PAR1');
  await t.rejects(rowsOf(path.join(folder, 'tiny.parquet')), {
    code: 'INPUT_INVALID',
    message: /at least 12 bytes long \(got 4\)/,
  });
  t.equal((await rowsOf(file)).length, 50, 'and the next good file is read');
});

t.test('a process that stands still, ends, or runs out of memory is an error and not the end', async (t) => {
  const folder = t.testdir({
    'idle.mjs': "process.on('message', () => {});",
    'end.mjs': "process.on('message', () => process.exit(3));",
    'slow.mjs':
      "process.on('message', () => { let n = 0; setInterval(() => process.send(n++ < 6 ? { kind: 'progress' } : { kind: 'end' }), 60); });",
    'echo.mjs': "process.on('message', () => { process.send({ kind: 'progress' }); });",
  });
  const limits = { heapMb: 64, stallMs: 300 };
  const ask = (name: string) => {
    const reader = new ParquetProcess(limits, path.join(folder, name));
    t.teardown(() => reader.end());
    return reader.ask({ kind: 'next' });
  };
  await t.rejects(ask('echo.mjs'), { message: /stood still for 0\.3 s/ });
  await t.rejects(ask('end.mjs'), { message: /its process ended with 3/ });
  t.same(await ask('slow.mjs'), { kind: 'end' }, 'signs of life keep it');
});
