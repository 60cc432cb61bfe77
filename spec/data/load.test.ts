import { symlinkSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import path from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import t from 'tap';
import type { Collection } from '../../data/collection.js';
import { loadCollection } from '../../data/load.js';
import { formatReport } from '../../data/validation-report.js';
import { npyBytes } from './readers/npy-bytes.js';

/** Saves as text, `board>pin`, in order. */
function pairsOf({ pins, boards, saves }: Collection): string[] {
  return Array.from(saves.boards, (board, i) => `${boards.ids[board]}>${pins.ids[saves.pins[i] ?? -1]}`);
}

t.test('one file of saves in every format gives the same collection', async (t) => {
  const rows = [
    ['garden', 'p1'],
    ['garden', 'p2'],
    ['Küche 🍵', 'p2'],
    ['Küche 🍵', 'a "b"'],
  ];
  const tsv = rows.map((row) => row.join('\t')).join('\n');
  const folder = t.testdir({
    'a.tsv': tsv,
    'b.tsv': `board\tpin\r\n${tsv.replaceAll('\n', '\r\n')}\r\n`,
    'c.csv': `\uFEFFpin_id,Board ID\n${rows.map(([b, p]) => `"${p?.replaceAll('"', '""')}",${b}`).join('\n')}`,
    'd.jsonl': rows.map(([boardId, pinId]) => JSON.stringify({ pinId, boardId })).join('\n'),
  });
  writeFileSync(
    path.join(folder, 'e.ndjson.gz'),
    gzipSync(rows.map(([board, pin]) => JSON.stringify({ board, pin })).join('\n')),
  );
  parquetWriteFile({
    filename: path.join(folder, 'f.parquet'),
    columnData: [
      { name: 'board', data: rows.map(([board]) => board), type: 'STRING' },
      { name: 'pin', data: rows.map(([, pin]) => pin), type: 'STRING' },
    ],
  });
  const prints = new Set<string>();
  for (const name of ['a.tsv', 'b.tsv', 'c.csv', 'd.jsonl', 'e.ndjson.gz', 'f.parquet']) {
    const { collection, report } = await loadCollection({ savesFile: path.join(folder, name) }, { strict: true });
    t.same(pairsOf(collection), ['garden>p1', 'garden>p2', 'Küche 🍵>p2', 'Küche 🍵>a "b"'], name);
    t.equal(report.files[0]?.keptCount, 4);
    t.equal(collection.name, name);
    prints.add(collection.fingerprint);
  }
  t.equal(prints.size, 1, 'one fingerprint');
  t.match([...prints][0], /^[0-9a-f]{64}$/);
});

t.test('pictures are read inside the folder alone, whatever links lead out of it', async (t) => {
  const elsewhere = t.testdir({
    'secret.svg': '<svg/>',
    data: {
      'saves.csv': 'board,pin\nb,p1\nb,p2\nb,p3\nb,p4\n',
      'pins.csv': 'id,image\np1,own.svg\np2,out.svg\np3,linked/secret.svg\np4,in.svg\n',
      'own.svg': '<svg>own</svg>',
    },
  });
  const folder = path.join(elsewhere, 'data');
  symlinkSync(path.join(elsewhere, 'secret.svg'), path.join(folder, 'out.svg'));
  symlinkSync(elsewhere, path.join(folder, 'linked'));
  symlinkSync('own.svg', path.join(folder, 'in.svg'));
  const { collection, report } = await loadCollection({ folder });
  const read = collection.pins.pictures?.map((picture) => picture && new TextDecoder().decode(picture));
  t.same(read, ['<svg>own</svg>', undefined, undefined, '<svg>own</svg>']);
  t.match(formatReport(report), /2 /);
});

t.test('an id of many thousand characters is no id, and messages show its beginning', async (t) => {
  const folder = t.testdir({ 'saves.csv': `board,pin\nb,p\nb,${'x'.repeat(200_000)}\n` });
  const { collection, report } = await loadCollection({ folder });
  t.same(collection.pins.ids, ['p']);
  const text = formatReport(report);
  t.match(text, /line 3: pin must have at most 16384 characters \(got 200000: "x{50}/);
  t.ok(text.length < 1000);
});

t.test('a folder of pins, boards, saves, pictures and vectors is put together by id', async (t) => {
  const folder = t.testdir({
    'saves.csv':
      'board,pin,savedAt,weight,note\nb1,p2,2024-01-01,1,x\nb1,p1,,2,\nb1,p2,2023-01-01,3,\nb9,p9,1700000000,1,\nb1,,,,\nb1,p1,never,1,\n',
    'pins.csv':
      'id,title,link,image\np1,"One, 🍵",https://x.test,art/one.svg\np2,Two,,https://x.test/2.png\np1,again,,\n,none,,\np3,Three,,../secret\n',
    'boards.jsonl': '{"id":"b1","title":"Board","owner":"Ada","private":false,"size":2}\n',
    'pictures.tsv': 'p2\t<svg a="1"/>\nnobody\t<svg/>\n',
    'README.md': 'not data',
    'extra.csv': 'a,b\n',
    art: { 'one.svg': '<svg/>' },
  });
  writeFileSync(
    path.join(folder, 'vectors.title.npy'),
    npyBytes('|i1', [5, 2], Int8Array.of(3, 4, 0, 0, 9, 9, 9, 9, -5, 0)),
  );
  const { collection, report } = await loadCollection({ folder });
  const { pins, boards, saves, vectors } = collection;
  t.same(pins.ids, ['p1', 'p2', 'p3', 'p9']);
  t.same(pins.titles, ['One, 🍵', 'Two', 'Three', '']);
  t.same(pins.attributes[0], { link: 'https://x.test', image: 'art/one.svg' });
  t.equal(pins.attributes[3], undefined);
  t.same(boards.ids, ['b1', 'b9']);
  t.same(boards.attributes, [{ owner: 'Ada', private: false, size: 2 }, undefined]);
  t.same(pairsOf(collection), ['b1>p2', 'b1>p1', 'b9>p9']);
  t.same([...(saves.savedAt ?? [])], [Date.UTC(2023, 0, 1), NaN, 1.7e12], 'the earliest time of a duplicate');
  t.same([...(saves.weights ?? [])], [4, 2, 1], 'the sum of its weights');
  t.same(
    pins.pictures?.map((picture) => picture && new TextDecoder().decode(picture)),
    ['<svg/>', '<svg a="1"/>', undefined, undefined],
  );
  const title = vectors.get('title');
  t.equal(title?.dimension, 2);
  t.same([...(title?.present ?? [])], [1, 0, 1, 0], 'by row of the file, rejected rows left out');
  t.same(
    [...(title?.values ?? [])].map((x) => Number(x.toFixed(6))),
    [0.6, 0.8, 0, 0, -1, 0, 0, 0],
  );
  t.equal(
    formatReport(report),
    [
      'pins.csv: 5 rows, 3 kept, 1 duplicate, 1 malformed',
      '  read as: commas between columns, a header; id from "id", title from "title"',
      '  malformed: line 5: pin id must not be empty',
      '  duplicate: pin "p1" (line 4)',
      'boards.jsonl: 1 rows, 1 kept',
      '  read as: JSON, an object a line; id from "id", title from "title"',
      'saves.csv: 6 rows, 3 kept, 1 duplicate, 2 malformed, 1 unknown pin, 1 unknown board',
      '  read as: commas between columns, a header; board from "board", pin from "pin", savedAt from "savedAt", ' +
        'weight from "weight"; times in text and seconds',
      '  malformed: line 6: pin must not be empty',
      '  malformed: line 7: savedAt must be ISO 8601 or seconds or milliseconds since 1970 (got "never")',
      '  duplicate: board "b1", pin "p2"',
      '  unknown: pin "p9"',
      '  unknown: board "b9"',
      '  columns not read: note',
      'pictures.tsv: 2 rows, 1 kept, 1 unknown pin',
      '  read as: tabs between columns, no header; pin from column 1, svg from column 2',
      '  unknown: pin "nobody"',
      'not read: extra.csv',
      'pictures named but missing: 1',
      '4 pins, 2 boards, 3 saves, 2 pictures',
    ].join('\n'),
  );
  await t.rejects(loadCollection({ folder }, { strict: true }), {
    code: 'INPUT_REJECTED',
    message: /with --strict every row must be .*leave --strict out\npins\.csv: 5 rows[^]*line 6: pin must not be empty/,
  });
});

t.test('headerless integers give rows in the order of the numbers, over train and test together', async (t) => {
  const folder = t.testdir({ 'info.json': '{}' });
  writeFileSync(path.join(folder, 'train.tsv.gz'), gzipSync('10\t3\n2\t100\n2\t3\n10\t3\n'));
  writeFileSync(path.join(folder, 'test.tsv.gz'), gzipSync('2\t20\n2\t3\n'));
  const { collection, report } = await loadCollection({ folder });
  t.same(collection.boards.ids, ['2', '10']);
  t.same(collection.pins.ids, ['3', '20', '100']);
  t.same([...collection.saves.boards], [1, 0, 0]);
  t.same([...collection.saves.pins], [0, 2, 0]);
  t.same([...(collection.givenTest?.boards ?? [])], [0, 0]);
  t.same([...(collection.givenTest?.pins ?? [])], [1, 0]);
  t.same(report.files[0]?.firstDuplicates, ['board "10", pin "3"']);
  t.same(report.ignoredFiles, ['info.json']);
  t.equal(report.testSaveCount, 2);
});

t.test('ids with a header, or some that are no integers, keep the order of the file', async (t) => {
  const folder = t.testdir({ 'a.tsv': 'board\tpin\n10\t3\n2\t1\n', 'b.tsv': '10\tx\n2\t1\n' });
  const a = await loadCollection({ savesFile: path.join(folder, 'a.tsv') });
  t.same(
    [a.collection.boards.ids, a.collection.pins.ids],
    [
      ['10', '2'],
      ['3', '1'],
    ],
  );
  const b = await loadCollection({ savesFile: path.join(folder, 'b.tsv') });
  t.same(
    [b.collection.boards.ids, b.collection.pins.ids],
    [
      ['2', '10'],
      ['x', '1'],
    ],
  );
});

t.test('the fingerprint changes with saves, ids and times, not with titles', async (t) => {
  const print = async (saves: string, pins: string): Promise<string> => {
    const folder = t.testdir({ 'saves.csv': `board,pin,savedAt\n${saves}`, 'pins.csv': `id,title\n${pins}` });
    return (await loadCollection({ folder })).collection.fingerprint;
  };
  const first = await print('b,p,5\n', 'p,x\nq,y\n');
  t.equal(await print('b,p,5\n', 'p,other\nq,y\n'), first);
  t.not(await print('b,q,5\n', 'p,x\nq,y\n'), first);
  t.not(await print('b,p,6\n', 'p,x\nq,y\n'), first);
  t.not(await print('b,p,5\n', 'p,x\nr,y\n'), first);
});

t.test('progress is told for each file and ends at its length', async (t) => {
  const folder = t.testdir({ 'saves.csv': 'board,pin\na,b\n', 'pins.csv': 'id\nb\n' });
  const last = new Map<string, number>();
  await loadCollection(
    { folder },
    { onProgress: ({ file, bytesRead, bytesTotal }) => last.set(path.basename(file), bytesRead / bytesTotal) },
  );
  t.same(
    [...last],
    [
      ['pins.csv', 1],
      ['saves.csv', 1],
    ],
  );
});

t.test('bad input ends with what must hold, where, what came and what to do', async (t) => {
  const cases: [name: string, files: Record<string, string>, code: string, message: RegExp][] = [
    ['empty folder', {}, 'INPUT_MISSING', /must hold saves\.\* or train\.\* .*\(got an empty folder\); add the file/],
    [
      'two of a kind',
      { 'saves.csv': '', 'saves.tsv': '' },
      'INPUT_INVALID',
      /one file saves\.\* \(got saves\.csv, saves\.tsv\)/,
    ],
    ['saves and train', { 'saves.csv': '', 'train.tsv': '' }, 'INPUT_INVALID', /either saves\.\* or train\.\*/],
    [
      'no rows',
      { 'saves.csv': 'board,pin\n' },
      'INPUT_INVALID',
      /at least one row must be a valid save \(got 0 of 0\)/,
    ],
    [
      'no valid row',
      { 'saves.csv': 'board,pin\n,1\n' },
      'INPUT_INVALID',
      /\(got 0 of 1, the first: line 2: board must not be empty\); correct the file/,
    ],
    [
      'three columns',
      { 'saves.csv': '1,2,3\n' },
      'INPUT_INVALID',
      /saves\.csv line 1: must name the columns board and pin .*\(got "1", "2", "3"\)/,
    ],
    ['half a header', { 'saves.csv': 'board,item\n1,2\n' }, 'INPUT_INVALID', /must name the columns board and pin/],
    [
      'foreign header',
      { 'saves.csv': 'user,item\n1,2\n3,4\n' },
      'INPUT_INVALID',
      /the header must name .*\(got "user", "item"\); name them with --board-column/,
    ],
    [
      'pins without id',
      { 'saves.csv': '1,2\n', 'pins.csv': 'name\nx\n' },
      'INPUT_INVALID',
      /pins\.csv line 1: the header must name a column id \(got "name"\)/,
    ],
    [
      'vectors without pins',
      { 'saves.csv': '1,2\n', 'vectors.x.npy': '' },
      'INPUT_MISSING',
      /vectors\.x\.npy: its rows must follow a file pins/,
    ],
  ];
  for (const [name, files, code, message] of cases) {
    await t.rejects(loadCollection({ folder: t.testdir(files) }), { code, message }, name);
  }
  await t.rejects(loadCollection({ folder: path.join(t.testdir({}), 'none') }), {
    code: 'INPUT_MISSING',
    message: /none: must be a folder with a file of saves \(got nothing\); check the path, or use --saves FILE/,
  });
});

t.test('a picture is read from inside the folder alone, links followed', async (t) => {
  const folder = t.testdir({
    data: {
      'saves.csv': 'board,pin\nb,p1\nb,p2\nb,p3\n',
      'pins.csv': 'id,image\np1,in.svg\np2,out.svg\np3,art/secret.svg\n',
      'real.svg': '<svg/>',
      'in.svg': t.fixture('symlink', 'real.svg'),
      'out.svg': t.fixture('symlink', '../secret.svg'),
      art: t.fixture('symlink', '..'),
    },
    'secret.svg': '<svg>secret</svg>',
  });
  const { collection, report } = await loadCollection({ folder: path.join(folder, 'data') });
  t.same(
    collection.pins.pictures?.map((picture) => picture && new TextDecoder().decode(picture)),
    ['<svg/>', undefined, undefined],
  );
  t.equal(report.missingPictureCount, 2);
});

t.test('many keys of JSON lines cost what the lines cost, and more than 65,536 are refused', async (t) => {
  const lines = (count: number): string =>
    Array.from({ length: count }, (_, i) => JSON.stringify({ id: `p${i}`, [`k${i}`]: i })).join('\n');
  const saves = 'board,pin\nb,p0\n';
  const began = process.cpuUsage();
  const { collection } = await loadCollection({
    folder: t.testdir({ 'saves.csv': saves, 'pins.jsonl': lines(40_000) }),
  });
  const used = process.cpuUsage(began);
  t.same(collection.pins.attributes[39_999], { k39999: 39_999 });
  t.ok(used.user < 10e6, 'every key of each line would be 1.6 billion cells, 40 s');
  await t.rejects(loadCollection({ folder: t.testdir({ 'saves.csv': saves, 'pins.jsonl': lines(65_537) }) }), {
    code: 'INPUT_INVALID',
    message: /pins\.jsonl line 65536: .* at most 65536 different keys \(got 65537, the last "k65535"\)/,
  });
});

t.test('a save with a truth value as time or a list as weight is no save', async (t) => {
  const folder = t.testdir({
    'saves.jsonl':
      '{"board":"b","pin":"p"}\n{"board":"b","pin":"q","savedAt":true}\n{"board":"b","pin":"r","weight":[2]}\n' +
      `{"board":"b","pin":${'['.repeat(100_000)}${']'.repeat(100_000)}}\n`,
  });
  const { report } = await loadCollection({ folder });
  t.same(
    report.files[0]?.firstMalformed.map(({ position, reason }) => [position, reason.slice(0, 32)]),
    [
      [2, 'savedAt must be ISO 8601 or seco'],
      [3, 'weight must be a number from 1e-'],
      [4, 'must be valid JSON (got: nested '],
    ],
  );
});
