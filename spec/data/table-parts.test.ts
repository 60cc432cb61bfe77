import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { zstdCompress } from './zstd-frame.js';
import { parquetWriteFile } from 'hyparquet-writer';
import t from 'tap';
import { loadCollection } from '../../data/load.js';

async function pairsOf(source: Parameters<typeof loadCollection>[0]): Promise<string[]> {
  const { pins, boards, saves } = (await loadCollection(source)).collection;
  return Array.from(saves.boards, (board, i) => `${boards.ids[board]}>${pins.ids[saves.pins[i] ?? -1]}`);
}

t.test('parts are one table: numbered files, a folder, repeated files, a name with *', async (t) => {
  const folder = t.testdir({
    numbered: { 'saves-00000-of-00002.csv': 'board,pin\nb,p4\n', 'saves-00001-of-00002.csv': 'pin,board\np5,b\n' },
    spark: {
      saves: {
        _SUCCESS: '',
        '.part-00000.crc': 'x',
        'part-2.csv': 'board,pin\nb,p5\n',
        'part-10.CSV': 'board,pin\nb,p6\n',
      },
    },
  });
  t.same(await pairsOf({ folder: path.join(folder, 'numbered') }), ['b>p4', 'b>p5']);
  t.same(await pairsOf({ folder: path.join(folder, 'spark') }), ['b>p5', 'b>p6'], 'in the order of the numbers');
  const at = (name: string): string => path.join(folder, 'numbered', name);
  t.same(await pairsOf({ savesFile: at('*.csv') }), ['b>p4', 'b>p5']);
  t.same(await pairsOf({ savesFile: [at('saves-00001-of-00002.csv'), at('saves-00000-of-00002.csv')] }), [
    'b>p5',
    'b>p4',
  ]);
  await t.rejects(loadCollection({ savesFile: at('none*.csv') }), {
    code: 'INPUT_MISSING',
    message: /must match at least one file/,
  });
});

t.test("folders of Hive are columns, as text, and a malformed row names its part's file", async (t) => {
  const folder = t.testdir({
    saves: {
      'board=007': { 'data.csv': 'pin\np1\n' },
      'board=a%20b': { 'data.csv': 'pin\n""\np2\n' },
      'board=x': {},
    },
  });
  parquetWriteFile({
    filename: path.join(folder, 'saves', 'board=x', 'data.parquet'),
    columnData: [{ name: 'pin', data: ['p3'], type: 'STRING' }],
  });
  t.same(await pairsOf({ folder }), ['007>p1', 'a b>p2', 'x>p3']);
  const { report } = await loadCollection({ folder });
  t.match(report.files[0], { file: 'saves/ (3 parts)', firstMalformed: [{ part: 'data.csv', position: 2 }] });
});

t.test('parts that were cut from one file, the header in the first alone, have its columns', async (t) => {
  const folder = t.testdir({
    saves: {
      '0.csv': 'pin,board,savedAt\np1,b1,2024-01-01\n',
      '1.csv': 'p2,b1,2024-01-02\np3,b1,2024-01-03\n',
      '2.csv': 'board,pin\nb1,p4\n',
    },
  });
  const { collection } = await loadCollection({ folder });
  t.same(collection.boards.ids, ['b1']);
  t.same(collection.pins.ids, ['p1', 'p2', 'p3', 'p4']);
  t.equal(collection.saves.savedAt?.[2], Date.UTC(2024, 0, 3));
  const other = t.testdir({ saves: { '0.csv': 'board,pin\nb,p\n', '1.csv': 'user_id,item_id\n1,2\n3,4\n5,6\n' } });
  await t.rejects(loadCollection({ folder: other }), { message: /the header must name the columns board and pin/ });
});

t.test('tables of Delta Lake, Iceberg, Hudi and Paimon are refused by name', async (t) => {
  const delta = t.testdir({ saves: { _delta_log: { '0.json': '{}' }, 'part-0.csv': 'board,pin\na,b\n' } });
  await t.rejects(loadCollection({ folder: delta }), {
    code: 'INPUT_INVALID',
    message: /a table of Delta Lake.*delta_scan/,
  });
  const iceberg = t.testdir({
    saves: { metadata: { 'v1.metadata.json': '{}' }, data: { 'a.csv': 'board,pin\na,b\n' } },
  });
  await t.rejects(loadCollection({ folder: iceberg }), {
    code: 'INPUT_INVALID',
    message: /a table of Apache Iceberg.*iceberg_scan/,
  });
  const file = { 'a.csv': 'board,pin\na,b\n' };
  for (const [name, saves] of Object.entries({
    Hudi: { '.hoodie': { 'hoodie.properties': '' }, ...file },
    Paimon: { manifest: {}, schema: {}, snapshot: {}, 'bucket-0': file },
  })) {
    const message = new RegExp(`a table of Apache ${name}.*with Spark`);
    await t.rejects(loadCollection({ folder: t.testdir({ saves }) }), { code: 'INPUT_INVALID', message });
  }
});

t.test('a folder test/ beside train.csv is the test, beside saves.csv it is named as not read', async (t) => {
  const given = t.testdir({ 'train.csv': 'board,pin\na,b\n', test: { 'part-0.csv': 'board,pin\na,c\n' } });
  t.equal((await loadCollection({ folder: given })).collection.givenTest?.boards.length, 1);
  const beside = t.testdir({ 'saves.csv': 'board,pin\na,b\n', test: { 'part-0.csv': 'board,pin\na,c\n' } });
  t.same((await loadCollection({ folder: beside })).report.ignoredFiles, ['test/']);
});

t.test('endings in capitals and text packed with zstd are read on every Node', async (t) => {
  const folder = t.testdir({ 'saves.CSV': 'board,pin\nb,p\n' });
  t.same(await pairsOf({ folder }), ['b>p']);
  const packed = path.join(folder, 'x.csv.zst');
  writeFileSync(packed, zstdCompress('board,pin\nb,q\n'));
  t.same(await pairsOf({ savesFile: packed }), ['b>q']);
});
