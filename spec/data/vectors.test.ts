import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import t from 'tap';
import { readNpy } from '../../data/readers/npy.js';
import { loadVectors, readAlignedVectors } from '../../data/vectors.js';
import { npyBytes } from './readers/npy-bytes.js';
import { zipOf } from './readers/zip-bytes.js';

t.test('readNpy reads float32, float64 and int8 in chunks of whole rows', async (t) => {
  const folder = t.testdir({});
  const rowCount = 3_000;
  const dimension = 700; // 8.4 MB of float32: three chunks
  const float32 = Float32Array.from({ length: rowCount * dimension }, (_, i) => i % 101);
  const files = {
    '<f4': float32,
    '<f8': Float64Array.from(float32),
    '|i1': Int8Array.from(float32),
  };
  for (const [descr, values] of Object.entries(files)) {
    const file = path.join(folder, 'x.npy');
    writeFileSync(file, npyBytes(descr, [rowCount, dimension], values));
    const read = new Float32Array(rowCount * dimension);
    let chunks = 0;
    const header = await readNpy(file, (rows, firstRow) => {
      read.set(rows, firstRow * dimension);
      chunks++;
    });
    t.match(header, { rowCount, dimension });
    t.ok(Buffer.from(read.buffer).equals(Buffer.from(float32.buffer)), descr);
    if (descr === '<f8') t.equal(chunks, 5);
  }
});

t.test('readNpy says what an array must be', async (t) => {
  const folder = t.testdir({ 'text.npy': 'id,1,2,3,4,5,6' });
  const file = path.join(folder, 'x.npy');
  const values = Float32Array.of(1, 2, 3, 4);
  const cases: [Buffer, RegExp][] = [
    [
      npyBytes('>f4', [2, 2], values),
      /x\.npy: values must be float16, float32, float64 or int8 \(got >f4\); convert with astype/,
    ],
    [
      npyBytes('<f4', [2, 2], values, 'True'),
      /must lie row by row \(got fortran_order\); convert with numpy\.ascontiguousarray/,
    ],
    [npyBytes('<f4', [4], values), /must have two dimensions.*\(got \(4,\)\); reshape it/],
    [npyBytes('<f4', [2, 3], values), /must be 152 bytes long for its shape \(got 144 bytes\)/],
  ];
  for (const [bytes, message] of cases) {
    writeFileSync(file, bytes);
    await t.rejects(
      readNpy(file, () => {}),
      { code: 'INPUT_INVALID', message },
    );
  }
  await t.rejects(
    readNpy(path.join(folder, 'text.npy'), () => {}),
    {
      code: 'INPUT_INVALID',
      message: /must be a NumPy array file \(got bytes 69642c312c32\); write it with numpy\.save/,
    },
  );
  await t.rejects(
    readNpy(path.join(folder, 'none.npy'), () => {}),
    { code: 'INPUT_MISSING' },
  );
});

t.test('readAlignedVectors keeps float32 rows as they are', async (t) => {
  const file = path.join(t.testdir({}), 'x.npy');
  writeFileSync(file, npyBytes('<f4', [3, 2], Float32Array.of(3, 4, 5, 5, 0, 0)));
  const { dimension, values, present } = await readAlignedVectors(file, [1, -1, 0], 4);
  t.equal(dimension, 2);
  t.same([...values], [0, 0, 3, 4, 0, 0, 0, 0]);
  t.same([...present], [0, 1, 0, 0]);
  await t.rejects(readAlignedVectors(file, [0, 1], 2), {
    code: 'INPUT_INVALID',
    message: /must have one row for each row of its list of pins, 2 \(got 3\)/,
  });
  writeFileSync(file, npyBytes('<f4', [1, 2], Float32Array.of(1, NaN)));
  await t.rejects(readAlignedVectors(file, [0], 1), {
    code: 'INPUT_INVALID',
    message: /x\.npy row 1: every value must be a finite number \(got NaN\); correct the vectors/,
  });
});

t.test('loadVectors matches an array with a list of ids, and a Parquet list column, by id', async (t) => {
  const folder = t.testdir({ 'clip.ids.txt': 'p2\r\nstranger\r\np0\r\n' });
  writeFileSync(path.join(folder, 'clip.npy'), npyBytes('<f4', [3, 2], Float32Array.of(1, 2, 3, 4, 5, 6)));
  parquetWriteFile({
    filename: path.join(folder, 'clip.parquet'),
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      { name: 'vector', num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
      { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
      { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
    ],
    columnData: [
      { name: 'id', data: ['p2', 'stranger', 'p0'] },
      {
        name: 'vector',
        data: [
          [1, 2],
          [3, 4],
          [5, 6],
        ],
      },
    ],
  });
  for (const name of ['clip.npy', 'clip.parquet']) {
    const { vectors, unknownCount } = await loadVectors(path.join(folder, name), ['p0', 'p1', 'p2']);
    t.equal(unknownCount, 1, name);
    t.same([...vectors.values], [5, 6, 0, 0, 1, 2], name);
    t.same([...vectors.present], [1, 0, 1], name);
  }
  // What `export --format npy` writes: ids in pins.txt, and the folder named alone.
  const exported = t.testdir({ 'pins.txt': 'p2\np0\n' });
  writeFileSync(path.join(exported, 'pins.npy'), npyBytes('<f4', [2, 2], Float32Array.of(1, 2, 5, 6)));
  for (const name of [exported, path.join(exported, 'pins.npy')]) {
    const { vectors, unknownCount } = await loadVectors(name, ['p0', 'p1', 'p2']);
    t.equal(unknownCount, 0, name);
    t.same([...vectors.values], [5, 6, 0, 0, 1, 2], name);
  }
  await t.rejects(loadVectors(path.join(folder, 'clip.txt'), []), {
    code: 'INPUT_INVALID',
    message: /vectors must come as \.npy, \.npz or \.parquet \(got \.txt\); convert it/,
  });
  writeFileSync(path.join(folder, 'lone.npy'), npyBytes('<f4', [1, 1], Float32Array.of(1)));
  await t.rejects(loadVectors(path.join(folder, 'lone.npy'), ['a']), {
    code: 'INPUT_MISSING',
    message: /lone\.ids\.txt: the file must exist/,
  });
});

/** Writes ids beside one or two columns of lists. */
function writeLists(
  file: string,
  ids: readonly string[],
  columns: Readonly<Record<string, readonly unknown[]>>,
): string {
  parquetWriteFile({
    filename: file,
    schema: [
      { name: 'root', num_children: 1 + Object.keys(columns).length },
      { name: 'id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      ...Object.keys(columns).flatMap((name) => [
        { name, num_children: 1, converted_type: 'LIST' as const, repetition_type: 'OPTIONAL' as const },
        { name: 'list', num_children: 1, repetition_type: 'REPEATED' as const },
        { name: 'element', type: 'FLOAT' as const, repetition_type: 'OPTIONAL' as const },
      ]),
    ],
    columnData: [
      { name: 'id', data: [...ids] },
      ...Object.entries(columns).map(([name, data]) => ({ name, data: [...data] })),
    ],
  });
  return file;
}

t.test('of several columns of lists the one called vector counts, or the one that is named, or none', async (t) => {
  const folder = t.testdir({});
  const lists = { years: [[2019, 2020]], vector: [[1, 2, 3]], other: [[7]] };
  const file = writeLists(path.join(folder, 'a.parquet'), ['p'], lists);
  t.same([...(await loadVectors(file, ['p'])).vectors.values], [1, 2, 3]);
  t.same([...(await loadVectors(file, ['p'], 'other')).vectors.values], [7]);
  const unclear = writeLists(path.join(folder, 'b.parquet'), ['p'], { years: [[2019]], clip: [[1]] });
  await t.rejects(loadVectors(unclear, ['p']), {
    code: 'INPUT_INVALID',
    message:
      /one column of lists of numbers \(got id, years \(lists\), clip \(lists\)\); name the one with --vector-column/,
  });
});

t.test('ids that stand twice are counted and the first counts; a value that is none is refused', async (t) => {
  const folder = t.testdir({});
  const twice = writeLists(path.join(folder, 'a.parquet'), ['p', 'p', 'x'], { vector: [[1], [2], [3]] });
  const { vectors, duplicateCount, unknownCount } = await loadVectors(twice, ['p']);
  t.same([[...vectors.values], duplicateCount, unknownCount], [[1], 1, 1]);
  const holed = writeLists(path.join(folder, 'b.parquet'), ['p'], { vector: [[1, null, 3]] });
  await t.rejects(loadVectors(holed, ['p']), {
    code: 'INPUT_INVALID',
    message: /b\.parquet row 1, column vector: value 2 must be a number \(got none\)/,
  });
});

t.test('vectors packed as bytes are refused by name', async (t) => {
  const file = path.join(t.testdir({}), 'packed.parquet');
  parquetWriteFile({
    filename: file,
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      { name: 'vector', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16, repetition_type: 'REQUIRED' },
    ],
    columnData: [
      { name: 'id', data: ['p'] },
      { name: 'vector', data: [new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer)] },
    ],
  });
  await t.rejects(loadVectors(file, ['p']), {
    message: /column vector: must hold a list of numbers \(got 16 bytes\); unpack them first \(numpy\.frombuffer\)/,
  });
});

t.test('a NumPy archive holds ids and vectors, float16 among them', async (t) => {
  const file = path.join(t.testdir({}), 'clip.npz');
  // 1, -2, 0.5 and the smallest number above 0, as halves
  const halves = npyBytes('<f2', [2, 2], Uint16Array.of(0x3c00, 0xc000, 0x3800, 0x0001));
  const ids = npyBytes('<U2', [2], Uint32Array.of(0x70, 0x31, 0x70, 0));
  writeFileSync(file, zipOf({ 'ids.npy': ids, 'vectors.npy': halves }));
  const { vectors } = await loadVectors(file, ['p', 'p1']);
  t.same([...vectors.values], [0.5, 2 ** -24, 1, -2]);
  writeFileSync(file, zipOf({ 'ids.npy': npyBytes('<i8', [2], BigInt64Array.of(7n, -1n)), 'vectors.npy': halves }));
  t.same([...(await loadVectors(file, ['-1', '7'])).vectors.values], [0.5, 2 ** -24, 1, -2]);
  writeFileSync(file, zipOf({ 'vectors.npy': halves }));
  await t.rejects(loadVectors(file, []), { message: /must hold the arrays ids and vectors \(got vectors\.npy\)/ });
  writeFileSync(file, 'PK');
  await t.rejects(loadVectors(file, []), { code: 'INPUT_INVALID', message: /must be a NumPy archive/ });
});
