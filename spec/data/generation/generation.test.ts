import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Sqlite as SqliteDatabase } from '../../../data/sqlite.js';
import t, { type Test } from 'tap';
import { openGeneration } from '../../../data/generation/read.js';
import { chunkBytes } from '../../../data/generation/schema.js';
import { writeGeneration } from '../../../data/generation/write.js';
import { pinIds, svg, tinyContents, writeTinyGeneration } from '../../serve/world.js';

t.test('a generation read back holds what was written', (t) => {
  const contents = tinyContents();
  const generation = openGeneration(writeTinyGeneration(contents), { verify: 'now' });
  t.teardown(() => generation.close());
  t.match(generation.meta, contents.meta);
  t.match(generation.checksum, /^[0-9a-f]{64}$/);
  t.same(generation.pins.table.ids, contents.pins.ids);
  t.same(generation.pins.table.titles, contents.pins.titles);
  t.same(generation.pins.table.attributes, contents.pins.attributes);
  t.same(generation.boards.table.ids, contents.boards.ids);
  t.same(generation.graph, contents.graph);
  t.same(generation.matrices, contents.matrices);
  t.same(generation.communities, contents.communities);
  t.same(generation.related, contents.related);
  t.same(generation.model, contents.model);
  t.equal(generation.report, contents.report);
  t.equal(Buffer.from(generation.picture(0) ?? []).toString(), svg);
  t.equal(generation.picture(1), undefined);
  t.ok(generation.graph.pinsOfBoard.neighbors.buffer instanceof SharedArrayBuffer, 'workers can map the graph');
  t.end();
});

t.test('items answer by id and by row', (t) => {
  const { pins, boards } = opened(t);
  pinIds.forEach((id, row) => t.equal(pins.row(id), row));
  t.equal(pins.row('no such pin'), undefined);
  t.same(pins.item(0), {
    row: 0,
    id: 'umbrella',
    title: 'Umbrella',
    attributes: { source: 'Tabler', size: 3, open: true },
    saves: 2,
    community: 0,
  });
  t.equal(boards.item(0).saves, 4);
  t.throws(() => pins.item(8), { code: 'ROW_OUT_OF_RANGE', message: 'item: a pin row must be below 8 (got 8)' });
  t.end();
});

t.test('text search ranks by bm25, then saves, then row, and pages', (t) => {
  const { pins } = opened(t);
  const rows = (query: string): number[] => pins.search(query, 10).map(({ row }) => row);
  t.same(rows('"umbrella"'), [0, 1], 'the shorter title is the better match');
  t.same(rows('"umb"*'), [0, 1], 'prefixes match');
  t.same(rows('"cafe"'), [2], 'accents do not matter');
  t.same(rows('"drum" OR "guitar" OR "sun"'), [4, 3, 5, 6]);
  t.same(
    pins.search('"umbrella"', 1, 1).map(({ row }) => row),
    [1],
  );
  t.ok((pins.search('"umbrella"', 1)[0]?.score ?? 0) > 0);
  t.end();
});

t.test('a generation without optional parts opens with those parts undefined', (t) => {
  const { communities, related, model, report, ...needed } = tinyContents();
  t.ok(communities && related && model && report);
  const generation = openGeneration(writeTinyGeneration(needed));
  t.teardown(() => generation.close());
  t.equal(generation.communities, undefined);
  t.equal(generation.related, undefined);
  t.equal(generation.model, undefined);
  t.equal(generation.report, undefined);
  t.equal(generation.pins.item(0).community, undefined);
  t.end();
});

t.test('matrices larger than a chunk are cut at row ends and read back whole', (t) => {
  const columns = 48;
  const rows = 12_000;
  const values = Float32Array.from({ length: rows * columns }, (_, i) => i);
  const contents = { ...tinyContents(), matrices: new Map([['wide', { rows, columns, values }]]) };
  const file = writeTinyGeneration(contents);
  const database = new SqliteDatabase(file, { readonly: true });
  const sizes = database
    .prepare<[], number>(`SELECT length(bytes) FROM chunks WHERE name = 'matrix.wide' ORDER BY firstRow`)
    .pluck()
    .all();
  database.close();
  t.equal(sizes.length, Math.ceil(rows / Math.floor(chunkBytes / (columns * 4))));
  t.ok(sizes.every((size) => size <= chunkBytes && size % (columns * 4) === 0));
  const generation = openGeneration(file);
  t.teardown(() => generation.close());
  t.same(generation.matrices.get('wide')?.values, values);
  t.end();
});

t.test('equal contents give equal checksums, other contents another', (t) => {
  const one = writeGeneration(writeTinyGeneration(), tinyContents());
  const two = writeGeneration(writeTinyGeneration(), tinyContents());
  const other = writeGeneration(writeTinyGeneration(), tinyContents('another'));
  t.equal(one.checksum, two.checksum);
  t.not(one.checksum, other.checksum);
  t.end();
});

t.test('writing replaces the old file in one step and leaves nothing beside it', (t) => {
  const file = writeTinyGeneration();
  const old = openGeneration(file);
  writeGeneration(file, tinyContents('second'));
  t.equal(old.pins.item(0).title, 'Umbrella', 'whoever has the old file open still reads it');
  t.equal(old.meta['name'], 'tiny');
  old.close();
  const fresh = openGeneration(file);
  t.equal(fresh.meta['name'], 'second');
  fresh.close();
  t.same(readdirSync(path.dirname(file)), ['pinwalk.sqlite']);
  t.end();
});

t.test('contents that do not fit each other are refused and nothing is written', (t) => {
  const good = tinyContents();
  const file = path.join(path.dirname(writeTinyGeneration()), 'other.sqlite');
  const cases: [Partial<typeof good>, string][] = [
    [{ meta: { checksum: 'x' } }, 'meta must not hold a checksum (it is computed)'],
    [{ pins: { ...good.pins, titles: [] } }, 'pins.titles must have 8 entries (got 0)'],
    [{ graph: { ...good.graph, boardCount: 5 } }, 'boards.ids must have 5 entries (got 6)'],
    [
      { matrices: new Map([['pin.query', { rows: 1, columns: 2, values: new Float32Array(2) }]]) },
      'rows of matrix pin.query must have 8 entries (got 1)',
    ],
    [
      { matrices: new Map([['x', { rows: 2, columns: 2, values: new Float32Array(3) }]]) },
      'matrix x must have 4 entries (got 3)',
    ],
    [
      { related: { offsets: new Uint32Array(9).fill(1, 8), neighbors: Uint32Array.of(8) } },
      'related.neighbors must be below 8 (got 8)',
    ],
  ];
  for (const [change, message] of cases) {
    t.throws(() => writeGeneration(file, { ...good, ...change }), {
      code: 'GENERATION_INVALID',
      message: `writeGeneration: ${message}`,
    });
  }
  t.notOk(existsSync(file));
  t.end();
});

t.test('files that cannot be served are refused with what to do', (t) => {
  const folder = path.dirname(writeTinyGeneration());
  const at = (name: string): string => path.join(folder, name);
  t.throws(() => openGeneration(at('missing')), { code: 'INPUT_MISSING', message: /must exist; train first/ });

  writeFileSync(at('text'), 'hello, this is no database at all'.repeat(100));
  t.throws(() => openGeneration(at('text')), {
    code: 'GENERATION_INVALID',
    message: /must be a SQLite file \(.*\); copy it again/,
  });
  t.throws(() => openGeneration(folder), { code: 'INPUT_MISSING', message: /must be a file \(got none\); name a/ });

  const foreign = new SqliteDatabase(at('foreign'));
  foreign.exec('CREATE TABLE t (x)');
  foreign.close();
  t.throws(() => openGeneration(at('foreign')), {
    code: 'GENERATION_INVALID',
    message: /got another SQLite file\); name/,
  });

  const future = edited(folder, 'future', 'PRAGMA user_version = 99');
  t.throws(() => openGeneration(future), { code: 'GENERATION_INVALID', message: /must have format 1 \(got 99\)/ });

  const touched = edited(folder, 'touched', `UPDATE pins SET title = 'Umbrellas' WHERE pin = 0`);
  t.throws(() => openGeneration(touched, { verify: 'now' }), { message: /must match its checksum/ });

  const cut = edited(folder, 'cut', `DELETE FROM chunks WHERE name = 'matrix.pin.query'`);
  t.throws(() => openGeneration(cut, { verify: 'none' }), {
    message: /matrix.pin.query in .* must have 64 bytes \(got 0\)/,
  });

  const bare = edited(folder, 'bare', 'DROP TABLE pins');
  t.throws(() => openGeneration(bare), {
    code: 'GENERATION_INVALID',
    message: /must be a whole generation \(.*\); copy/,
  });
  t.end();
});

function opened(t: Test): ReturnType<typeof openGeneration> {
  const generation = openGeneration(writeTinyGeneration());
  t.teardown(() => generation.close());
  return generation;
}

function edited(folder: string, name: string, sql: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, readFileSync(path.join(folder, 'pinwalk.sqlite')));
  const database = new SqliteDatabase(file);
  database.exec(sql);
  database.close();
  return file;
}
