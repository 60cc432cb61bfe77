/** What `export` writes beside graphs: lists and recommendations, vectors in every format, the split of a run. */
import { parse as parseCsv } from 'csv-parse/sync';
import { asyncBufferFromFile, parquetReadObjects, parquetMetadataAsync, parquetSchema } from 'hyparquet';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { shortestFloat32 } from '../../../data/float32-text.js';
import { loadCollection } from '../../../data/load.js';
import { openGeneration } from '../../../data/generation/read.js';
import { writeGeneration } from '../../../data/generation/write.js';
import { readNpy } from '../../../data/readers/npy.js';
import { openSnapshot } from '../../../serve/snapshot.js';
import { formats } from '../../../serve/commands/export.js';
import { run } from '../../../serve/program.js';
import { checkConfig } from '../../../train/config.js';
import { splitOf } from '../../../train/prepare.js';
import { boardIds, pinIds, tinyContents, writeTinyGeneration } from '../world.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-export-'));
t.teardown(() => rmSync(folder, { recursive: true }));

async function pinwalk(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run(argv, { out: (text) => void (out += text), err: (text) => void (err += text) });
  return { code, out, err };
}

/** A tiny world whose pins have ids and titles that careless writers and readers stumble over. */
const awkwardIds = ["Ke$ha Guns N' Roses", 'a,b', 'say "hi"', 'ünï ☂', 'nul\0', 'half ☂', ' blanks ', 'none'];
const awkward = writeTinyGeneration({
  ...tinyContents(),
  pins: { ...tinyContents().pins, ids: awkwardIds },
});

const exportOf = (generation: string, format: string, out: string, ...more: string[]) =>
  pinwalk('export', '--generation', generation, '--format', format, '--out', path.join(folder, out), ...more);

async function npy(file: string): Promise<{ shape: [number, number]; values: number[] }> {
  const values: number[] = [];
  const { rowCount, dimension } = await readNpy(path.join(folder, file), (rows) => values.push(...rows));
  return { shape: [rowCount, dimension], values };
}

t.test('export names every format it knows where it is asked for another', async (t) => {
  const { code, err } = await exportOf(awkward, 'xls', 'x');
  t.equal(code, 2);
  for (const format of formats) t.ok(err.includes(format), format);
});

t.test('lists stand between tabs, so that ids with blanks stay one pin', async (t) => {
  const ids = awkwardIds.map((id) => id.replace('\0', ''));
  const generation = writeTinyGeneration({ ...tinyContents(), pins: { ...tinyContents().pins, ids } });
  const { code } = await exportOf(generation, 'lists', 'one.tsv', '--k', '1', '--task', 'relatedPins');
  t.equal(code, 0);
  const lines = readFileSync(path.join(folder, 'one.tsv'), 'utf8').split('\n').slice(0, -1);
  t.equal(lines.length, ids.length);
  for (const line of lines) t.ok(line.split('\t').length === 2, JSON.stringify(line));
  const bad = ['tab\tin', ...ids.slice(1)];
  const refused = await exportOf(
    writeTinyGeneration({ ...tinyContents(), pins: { ...tinyContents().pins, ids: bad } }),
    ...(['lists', 'bad.tsv'] as const),
  );
  t.match(refused.err, /must hold no tabs or line ends \(got "tab\\tin"\); take the format recommendations/);
  t.notOk(existsSync(path.join(folder, 'bad.tsv')));
});

t.test(
  'recommendations have titles, ranks, and scores that are distinct, above 0 and falling; empty lists keep a line',
  async (t) => {
    const { code, err } = await exportOf(
      awkward,
      'recommendations',
      'ideas.csv',
      '--k',
      '5',
      '--strategy',
      'embedding',
    );
    t.equal(code, 0, err);
    const rows = parseCsv<Record<string, string>>(readFileSync(path.join(folder, 'ideas.csv')), { columns: true });
    t.same([...new Set(rows.map(({ query }) => query))], boardIds);
    const snapshot = openSnapshot(awkward);
    t.teardown(() => snapshot.close());
    for (const board of boardIds) {
      const own = rows.filter(({ query }) => query === board);
      const served = await snapshot.recommender.recommendForBoard(board, 5, { strategy: 'embedding' });
      t.equal(own.length, Math.max(1, served.pins.length), board);
      for (const [n, { rank, pin, score, servedScore }] of own.entries()) {
        t.same([rank, score], [String(n + 1), String(5 - n)]);
        t.equal(pin, awkwardIds[served.pins[n] as number], board);
        t.equal(Number(servedScore), served.scores[n]);
      }
    }
    t.equal(rows[0]?.['queryTitle'], 'Weather');
    t.ok(rows.some(({ title }) => title === 'Café cloud'));
    await exportOf(awkward, 'recommendations', 'cold.csv', '--task', 'coldPins', '--k', '3');
    const cold = parseCsv<Record<string, string>>(readFileSync(path.join(folder, 'cold.csv')), { columns: true });
    t.same(
      cold.filter(({ query }) => query === 'empty'),
      [{ query: 'empty', queryTitle: '', rank: '', pin: '', title: '', score: '', servedScore: '' }],
    );
  },
);

t.test(
  'npy has a row for each pin with an embedding, its id on the same line, and a shifted bias in cosines',
  async (t) => {
    const contents = tinyContents();
    const bias = { rows: 8, columns: 1, values: Float32Array.of(-3, 1, 0, 0, 2, 0, 0, 0) };
    const ranking = { temperature: 0.5, querySizePower: 0 };
    const generation = writeTinyGeneration({
      ...contents,
      meta: { ...contents.meta, ranking },
      matrices: new Map([...contents.matrices, ['pin.bias', bias]]),
    });
    const { out } = await exportOf(generation, 'npy', 'npy', '--json');
    const { counts, files } = JSON.parse(out) as { counts: object; files: string[] };
    t.strictSame(counts, {
      ...{ pins: 7, boards: 5, dimension: 2, pinsWithoutVector: 1, boardsWithoutVector: 1, strippedCharacters: 0 },
    });
    t.same(
      files.map((file) => path.basename(file)),
      ['pins.txt', 'boards.txt', 'pins.npy', 'pins-for-boards.npy', 'boards.npy'],
    );
    t.same(readFileSync(path.join(folder, 'npy/pins.txt'), 'utf8').split('\n'), [...pinIds.slice(0, 7), '']);
    t.same(readFileSync(path.join(folder, 'npy/boards.txt'), 'utf8').split('\n'), [...boardIds.slice(0, 5), '']);
    const pins = await npy('npy/pins.npy');
    t.same(pins.shape, [7, 2]);
    const target = contents.matrices.get('pin.target')?.values;
    t.same(pins.values, [...(target?.subarray(0, 14) ?? [])]);
    const ideas = await npy('npy/pins-for-boards.npy');
    t.same(ideas.shape, [7, 3]);
    t.same(
      ideas.values.filter((_, n) => n % 3 === 2),
      [0, 2, 1.5, 1.5, 2.5, 1.5, 1.5],
    );
    const boards = await npy('npy/boards.npy');
    t.same(boards.shape, [5, 3]);
    for (let n = 0; n < 5; n++) {
      const [x = 0, y = 0, last] = boards.values.slice(3 * n, 3 * n + 3);
      t.ok(Math.abs(Math.hypot(x, y) - 2) < 1e-6, 'the logit scale');
      t.equal(last, 2, '1 / temperature');
    }
  },
);

t.test('safetensors and Parquet hold the same numbers, ids, titles and attributes', async (t) => {
  await exportOf(awkward, 'npy', 'same');
  await exportOf(awkward, 'safetensors', 'v.safetensors');
  await exportOf(awkward, 'parquet', 'same');
  const pins = await npy('same/pins.npy');
  const bytes = readFileSync(path.join(folder, 'v.safetensors'));
  const length = Number(bytes.readBigUInt64LE(0));
  t.equal(length % 8, 0);
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, Record<string, unknown>>;
  t.same(header['pins'], { dtype: 'F32', shape: [7, 2], data_offsets: [0, 56] });
  t.same(header['boards'], { dtype: 'F32', shape: [5, 3], data_offsets: [140, 200] });
  t.equal(bytes.length, 8 + length + 200);
  const stored = Array.from({ length: 14 }, (_, n) => bytes.readFloatLE(8 + length + 4 * n));
  t.same(stored, pins.values);
  const metadata = header['__metadata__'] as Record<string, string>;
  t.same(JSON.parse(metadata['pin_ids'] ?? ''), awkwardIds.slice(0, 7));
  t.same((JSON.parse(metadata['pin_attributes'] ?? '') as unknown[])[0], { source: 'Tabler', size: 3, open: true });

  const file = await asyncBufferFromFile(path.join(folder, 'same/pins.parquet'));
  const schema = parquetSchema(await parquetMetadataAsync(file));
  t.same(
    schema.children.map(({ element, children }) => [
      element.name,
      element.type ?? element.converted_type,
      children.length,
    ]),
    [
      ['id', 'BYTE_ARRAY', 0],
      ['title', 'BYTE_ARRAY', 0],
      ['saves', 'INT32', 0],
      ['community', 'INT32', 0],
      ['attributes', 'BYTE_ARRAY', 0],
      ['vector', 'LIST', 1],
      ['vectorForBoards', 'LIST', 1],
    ],
  );
  const rows = await parquetReadObjects({ file });
  t.same(
    rows.flatMap((row) => row['vector'] as number[]),
    pins.values,
  );
  t.same(rows[0], {
    ...{ id: awkwardIds[0], title: 'Umbrella', saves: 2, community: 0 },
    attributes: '{"source":"Tabler","size":3,"open":true}',
    ...{ vector: pins.values.slice(0, 2), vectorForBoards: [...pins.values.slice(0, 2), 0] },
  });
  t.equal(rows[1]?.['attributes'], null);
});

t.test(
  'pgvector gets rows of COPY in binary, without what PostgreSQL cannot hold, and the SQL that loads them',
  async (t) => {
    const { err } = await exportOf(awkward, 'pgvector', 'pg');
    t.match(err, /1 characters that the format cannot hold were left out/);
    const bytes = readFileSync(path.join(folder, 'pg/pins.pgcopy'));
    t.equal(bytes.toString('latin1', 0, 11), 'PGCOPY\n\xff\r\n\0');
    const rows: (Buffer | null)[][] = [];
    let at = 19;
    for (let fields = bytes.readInt16BE(at); fields !== -1; fields = bytes.readInt16BE(at)) {
      at += 2;
      const row: (Buffer | null)[] = [];
      for (let n = 0; n < fields; n++) {
        const length = bytes.readInt32BE(at);
        row.push(length < 0 ? null : bytes.subarray(at + 4, at + 4 + length));
        at += 4 + Math.max(length, 0);
      }
      rows.push(row);
    }
    t.equal(at + 2, bytes.length, 'ends with its mark');
    t.same(
      rows.map(([id]) => id?.toString()),
      ["Ke$ha Guns N' Roses", 'a,b', 'say "hi"', 'ünï ☂', 'nul', 'half ☂', ' blanks '],
    );
    const [, title, saves, community, attributes, vector, forBoards] = rows[0] ?? [];
    t.equal(title?.toString(), 'Umbrella');
    t.same([saves?.readInt32BE(), community?.readInt32BE()], [2, 0]);
    t.equal(attributes?.toString(), '\u0001{"source":"Tabler","size":3,"open":true}');
    t.same([vector?.readInt16BE(), vector?.readInt16BE(2), vector?.readFloatBE(4), vector?.length], [2, 0, 1, 12]);
    t.equal(forBoards?.readInt16BE(), 3);
    t.equal(rows[1]?.[4], null);
    const sql = readFileSync(path.join(folder, 'pg/load.sql'), 'utf8');
    t.match(sql, /vector vector\(2\) NOT NULL, vector_for_boards vector\(3\) NOT NULL/);
    t.match(sql, /USING hnsw \(vector vector_ip_ops\)/);
  },
);

t.test(
  'the projector gets a tensor, metadata with a header of several columns, its config and an event file',
  async (t) => {
    await exportOf(awkward, 'projector', 'projector');
    const text = (name: string): string[] => readFileSync(path.join(folder, 'projector', name), 'utf8').split('\n');
    const pins = await npy('same/pins.npy');
    const tensor = text('pins.tsv').slice(0, -1);
    t.same(
      tensor.flatMap((line) => line.split('\t').map((value) => Math.fround(Number(value)))),
      pins.values,
    );
    t.equal(text('pins-metadata.tsv')[0], 'label\tid\tsaves\tcommunity\tattributes');
    t.equal(text('pins-metadata.tsv').length, tensor.length + 2, 'a line a row, and the header');
    const config = text('projector_config.pbtxt').join('\n');
    t.match(config, 'tensor_name: "pins"');
    t.match(config, 'metadata_path: "boards-metadata.tsv"');
    t.ok(readdirSync(path.join(folder, 'projector')).some((name) => name.startsWith('events.out.tfevents.')));
  },
);

t.test('onnx models read their vectors from the files beside them, where these begin', async (t) => {
  await exportOf(awkward, 'onnx', 'onnx');
  const model = readFileSync(path.join(folder, 'onnx/related-pins.onnx'));
  for (const word of ['Gather', 'Gemm', 'TopK', 'pins.npy', '128', '56']) t.ok(model.includes(word), word);
  const pins = await npy('onnx/pins.npy');
  t.equal(readFileSync(path.join(folder, 'onnx/pins.npy')).readFloatLE(128), pins.values[0]);
  t.same((await npy('onnx/query-vectors.npy')).shape, [7, 2]);
});

t.test('ids with line ends are refused where they stand one a line, and no file is left', async (t) => {
  const ids = ['line\nend', ...awkwardIds.slice(1)];
  const generation = writeTinyGeneration({ ...tinyContents(), pins: { ...tinyContents().pins, ids } });
  const { code, err } = await exportOf(generation, 'npy', 'refused');
  t.equal(code, 2);
  t.match(err, /ids in lists of lines must hold no line ends \(got "line\\nend"\); take the format parquet/);
  t.same(readdirSync(path.join(folder, 'refused')), []);
  t.equal((await exportOf(generation, 'parquet', 'taken')).code, 0);
});

t.test('a generation without an embedding is refused by name', async (t) => {
  const { code, err } = await exportOf(writeTinyGeneration({ ...tinyContents(), matrices: new Map() }), 'npy', 'none');
  t.equal(code, 1);
  t.match(err, /must hold an embedding \(got no pin.target\); train again \[GENERATION_INVALID\]/);
});

t.test(
  'the split is exported as it was drawn, with times and weights, and can be trained on as a given one',
  async (t) => {
    const runFolder = path.join(folder, 'runs/mine');
    const data = path.join(folder, 'data');
    mkdirSync(data);
    const saves = Array.from({ length: 60 }, (_, n) => `board ${n % 6},"pin, ${(n * 7) % 30}",${n % 2 ? 0.1 : 2}`);
    writeFileSync(path.join(data, 'saves.csv'), `board,pin,weight\n${saves.join('\n')}\n`);
    const { collection } = await loadCollection({ folder: data });
    mkdirSync(runFolder, { recursive: true });
    const config = checkConfig({ seed: 3, validationBoards: 4 });
    writeFileSync(path.join(runFolder, 'run.json'), JSON.stringify({ source: { folder: data }, config }));
    const contents = tinyContents();
    const meta = { ...contents.meta, fingerprint: collection.fingerprint };
    const generation = path.join(runFolder, 'pinwalk.sqlite');
    writeGeneration(generation, { ...contents, meta });
    const { code, err } = await exportOf(generation, 'split', 'split');
    t.equal(code, 0, err);

    const { split } = splitOf(collection, config);
    for (const part of ['train', 'validation', 'test'] as const) {
      const rows = parseCsv(readFileSync(path.join(folder, 'split', `${part}.csv`))).slice(1);
      const { boards, pins, weights } = split[part];
      t.ok(rows.length > 0, part);
      t.same(
        rows,
        Array.from(pins, (pin, n) => [
          collection.boards.ids[boards[n] as number],
          collection.pins.ids[pin],
          String(shortestFloat32(weights?.[n] ?? NaN)),
        ]),
      );
    }
    const tables = { saves: { pinSeparator: 'none' } }; // ids here are like two, parted by a comma
    const again = await loadCollection({ folder: path.join(folder, 'split') }, { reading: { tables } });
    t.equal(again.collection.givenTest?.pins.length, split.test.pins.length);

    writeFileSync(path.join(data, 'saves.csv'), 'board,pin,weight\nother,1,1\n');
    const changed = await exportOf(generation, 'split', 'split');
    t.match(changed.err, /the data must be what .* was trained on \(got fingerprint \w{12}\); bring its files back/);
    const bare = await exportOf(awkward, 'split', 'split');
    t.match(bare.err, /run.json must be there \(got no such file\); train first \[NOT_FOUND\]/);
    t.equal(openGeneration(generation).meta['fingerprint'], collection.fingerprint);
  },
);
