import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parquetWriteFile } from 'hyparquet-writer';
import t from 'tap';
import { readNpy } from '../../data/readers/npy.js';
import { loadVectors, readAlignedVectors } from '../../data/vectors.js';
import { npyBytes } from './readers/npy-bytes.js';

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
      /x\.npy: values must be float32, float64 or int8 \(got >f4\); convert with astype/,
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
  await t.rejects(loadVectors(path.join(folder, 'clip.txt'), []), {
    code: 'INPUT_INVALID',
    message: /vectors must come as \.npy or \.parquet \(got \.txt\); convert it/,
  });
  writeFileSync(path.join(folder, 'lone.npy'), npyBytes('<f4', [1, 1], Float32Array.of(1)));
  await t.rejects(loadVectors(path.join(folder, 'lone.npy'), ['a']), {
    code: 'INPUT_MISSING',
    message: /lone\.ids\.txt: the file must exist/,
  });
});
