import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import path from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import t from 'tap';
import { readTable } from '../../../data/readers/read-table.js';
import { readLines } from '../../../data/readers/lines.js';
import { RejectedRow, type TableLayout } from '../../../data/readers/table-batch.js';

const withHeader: TableLayout = { columnsOf: ([columns = []]) => ({ columns, isHeader: true }), wants: () => true };

interface ReadRow {
  position: number;
  cells: readonly unknown[] | string;
}

async function rowsOf(file: string, layout = withHeader): Promise<{ columns: readonly string[]; rows: ReadRow[] }> {
  const rows: ReadRow[] = [];
  let columns: readonly string[] = [];
  for await (const batch of readTable(file, { layout })) {
    columns = batch.columns;
    batch.rows.forEach((row, i) =>
      rows.push({ position: batch.positions[i] ?? 0, cells: row instanceof RejectedRow ? row.reason : row }),
    );
  }
  return { columns, rows };
}

t.test('CSV reads quotes, emoji, CRLF, a byte order mark and blank lines, and numbers lines', async (t) => {
  const text = '\uFEFFid,title\r\n1,"a, ""quoted"" 🍵"\r\n\r\n2,5" nail\r\n3,"two\r\nlines"\r\n4,"x"\r\n';
  const folder = t.testdir({ 'pins.csv': text });
  const { columns, rows } = await rowsOf(path.join(folder, 'pins.csv'));
  t.same(columns, ['id', 'title']);
  t.same(rows, [
    { position: 2, cells: ['1', 'a, "quoted" 🍵'] },
    { position: 4, cells: ['2', '5" nail'] },
    { position: 5, cells: ['3', 'two\nlines'] },
    { position: 7, cells: ['4', 'x'] },
  ]);
});

t.test('CSV rejects rows of another width and quotes that never close, and reads on behind them', async (t) => {
  const folder = t.testdir({ 'pins.csv': 'id,title\n1\n2,b,c\n3,"never closed\n4,fine\n5,"fine"\n' });
  const { rows } = await rowsOf(path.join(folder, 'pins.csv'));
  t.same(rows, [
    { position: 2, cells: 'must have 2 columns (got 1)' },
    { position: 3, cells: 'must have 2 columns (got 3)' },
    { position: 4, cells: 'a field that opens with a double quote must be closed by one' },
    { position: 5, cells: ['4', 'fine'] },
    { position: 6, cells: ['5', 'fine'] },
  ]);
});

t.test('TSV takes a lone double quote at the start of a field as that character', async (t) => {
  const folder = t.testdir({ 'pins.tsv': 'id\ttitle\n1\t"Weird Al\n2\t"Heroes" live\n3\t"a\tb"\n4\tlast' });
  const { rows } = await rowsOf(path.join(folder, 'pins.tsv'));
  t.same(
    rows.map(({ cells }) => cells),
    [
      ['1', '"Weird Al'],
      ['2', '"Heroes" live'],
      ['3', 'a\tb'],
      ['4', 'last'],
    ],
  );
});

t.test('the delimiter is told by the first line where it is not the one of the name', async (t) => {
  const folder = t.testdir({
    'a.csv': 'id;title\n1;x,y\n',
    'b.txt': 'id title\n1 x\n',
    'c.txt': 'id\ttitle\n1\tx y\n',
  });
  t.same((await rowsOf(path.join(folder, 'a.csv'))).rows, [{ position: 2, cells: ['1', 'x,y'] }]);
  t.same((await rowsOf(path.join(folder, 'b.txt'))).rows, [{ position: 2, cells: ['1', 'x'] }]);
  t.same((await rowsOf(path.join(folder, 'c.txt'))).rows, [{ position: 2, cells: ['1', 'x y'] }]);
});

t.test('JSON lines read keys in any order and reject what is no object', async (t) => {
  const folder = t.testdir({
    'saves.jsonl': '{"pin":"p","board":1}\n\n{"board":"b","extra":[1],"pin":null}\n[1,2]\n{"board":\n',
  });
  const { columns, rows } = await rowsOf(path.join(folder, 'saves.jsonl'));
  t.same(columns, ['pin', 'board', 'extra']);
  t.same(rows.slice(0, 3), [
    { position: 1, cells: ['p', 1] },
    { position: 3, cells: [null, 'b', [1]] },
    { position: 4, cells: 'must be a JSON object (got [1,2])' },
  ]);
  t.match(rows[3], { position: 5, cells: /^must be valid JSON \(got: / });
});

t.test('Parquet reads several row groups, only the wanted columns, in order', async (t) => {
  const file = path.join(t.testdir({}), 'saves.parquet');
  const count = 2500;
  parquetWriteFile({
    filename: file,
    columnData: [
      { name: 'board', data: Array.from({ length: count }, (_, i) => `b${i % 7}`), type: 'STRING' },
      { name: 'extra', data: Array.from({ length: count }, (_, i) => i), type: 'INT32' },
      { name: 'pin', data: Array.from({ length: count }, (_, i) => BigInt(i)), type: 'INT64' },
    ],
    rowGroupSize: 1000,
  });
  const { columns, rows } = await rowsOf(file, { ...withHeader, wants: (column) => column !== 'extra' });
  t.same(columns, ['board', 'extra', 'pin'], 'all are named');
  t.equal(rows.length, count);
  t.match(rows[0], { position: 1, cells: ['b0', undefined, 0n] });
  t.match(rows[2499], { position: 2500, cells: ['b0', undefined, 2499n] });
  t.ok(rows.every(({ cells }, i) => cells[0] === `b${i % 7}` && cells[2] === BigInt(i)));
});

t.test('lines survive any cut into chunks, and gzip is told by content', async (t) => {
  const lines = Array.from({ length: 60_000 }, (_, i) => `${i} 🍵 Küche`);
  const folder = t.testdir({});
  const text = lines.join('\r\n');
  writeFileSync(path.join(folder, 'plain.txt'), text);
  writeFileSync(
    path.join(folder, 'zipped.txt'),
    Buffer.concat([gzipSync(text.slice(0, 500_000)), gzipSync(text.slice(500_000))]),
  );
  for (const name of ['plain.txt', 'zipped.txt']) {
    const read: string[] = [];
    let lastBytes = 0;
    for await (const batch of readLines(path.join(folder, name), {
      onProgress: (bytes, total) => {
        lastBytes = bytes / total;
      },
    })) {
      if (batch.firstLine !== read.length + 1 || batch.isSuspect) t.fail(`batch at line ${batch.firstLine}`);
      read.push(...batch.lines);
    }
    t.equal(read.join('|') === lines.join('|'), true, name);
    t.equal(lastBytes, 1, 'progress ends at all bytes');
  }
});

t.test('a reader that stops early closes its file', async (t) => {
  const folder = t.testdir({});
  writeFileSync(path.join(folder, 'x.txt'), gzipSync('a line\n'.repeat(1_000_000)));
  for await (const batch of readLines(path.join(folder, 'x.txt'))) {
    t.equal(batch.lines[0], 'a line');
    break;
  }
});

t.test('what is no readable text is an error that names the file and the cure', async (t) => {
  const folder = t.testdir({
    folder: {},
    'short.csv.gz': '',
    'zero.csv': 'a\0b',
    'late.csv': `${'board,pin\n'.repeat(100_000)}a\0b`,
    'x.parquet': 'PAR0 or so, 12',
  });
  const zipped = gzipSync('board,pin\n'.repeat(1000));
  writeFileSync(path.join(folder, 'short.csv.gz'), zipped.subarray(0, zipped.length - 12));
  const cases = {
    'none.csv': { code: 'INPUT_MISSING', message: /none\.csv: the file must exist \(got none\); check the path$/ },
    folder: { code: 'INPUT_INVALID', message: /the name must end in one of \.csv .*\(got \.\)/ },
    'short.csv.gz': {
      code: 'INPUT_INVALID',
      message: /short\.csv\.gz after line \d{3}: must be a complete gzip stream \(got: .*\); copy or download it again/,
    },
    'zero.csv': {
      code: 'INPUT_INVALID',
      message: /zero\.csv line 1: must be text \(got a zero byte\); name its encoding/,
    },
    'late.csv': { code: 'INPUT_INVALID', message: /late\.csv line 100001: must be text \(got a zero byte\)/ },
    'x.parquet': { code: 'INPUT_INVALID', message: /x\.parquet: must be a Parquet file that can be read \(got: / },
  };
  for (const [name, expected] of Object.entries(cases)) {
    await t.rejects(async () => rowsOf(path.join(folder, name)), expected, name);
  }
  await t.rejects(
    async () => {
      for await (const batch of readLines(folder)) t.fail(`read ${batch.lines.length} lines`);
    },
    { code: 'INPUT_MISSING', message: /must be a readable file \(got EISDIR\)/ },
  );
});

t.test('errors within a file name the place', async (t) => {
  const lines = Array.from({ length: 5000 }, (_, i) => `b${i},p${i}`).join('\n');
  const packed = gzipSync(lines);
  const folder = t.testdir({
    'zero.csv': `board,pin\nb1,p1\nb2,p\u0000\n`,
    'cut.csv.gz': packed.subarray(0, packed.length - 9),
  });
  await t.rejects(rowsOf(path.join(folder, 'zero.csv')), { message: /zero\.csv line 3: must be text/ });
  await t.rejects(rowsOf(path.join(folder, 'cut.csv.gz')), {
    message: /cut\.csv\.gz after line \d+: must be a complete gzip stream/,
  });
});
