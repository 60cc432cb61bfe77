import t from 'tap';
import { randomNormal, randomStream } from '../../../data/random.js';
import { orthonormalize } from '../../../train/features/orthonormalize.js';
import { Workspace } from '../../../train/kernels/workspace.js';

const workspace = Workspace.open();

function orthonormalized(values: Float32Array, columns: number, passes: 1 | 2 = 2): Float32Array {
  const mark = workspace.mark();
  const rows = values.length / columns;
  const source = workspace.copyIn(values, rows, columns);
  const spare = workspace.allocate(rows, columns);
  const height = workspace.mark();
  const [basis] = orthonormalize(workspace, { source, spare, passes });
  t.equal(workspace.mark(), height, 'the workspace is left as it was');
  const result = basis.values.slice();
  workspace.reset(mark);
  return result;
}

function columnDot(values: Float32Array, columns: number, c: number, d: number): number {
  let sum = 0;
  for (let at = 0; at < values.length; at += columns) sum += (values[at + c] ?? 0) * (values[at + d] ?? 0);
  return sum;
}

t.test('orthonormalize follows Gram and Schmidt on two columns', (t) => {
  // columns (3, 4, 0) and (3, 4, 2): (0.6, 0.8, 0) and (0, 0, 1)
  const basis = orthonormalized(Float32Array.of(3, 3, 4, 4, 0, 2), 2);
  const expected = [0.6, 0, 0.8, 0, 0, 1];
  for (const [i, value] of expected.entries()) t.ok(Math.abs((basis[i] ?? 0) - value) < 1e-6);
  t.end();
});

t.test('orthonormalize gives orthonormal columns even where they start almost parallel', (t) => {
  const random = randomStream(1, 'columns');
  const values = new Float32Array(200 * 13);
  for (let r = 0; r < 200; r++) {
    const common = randomNormal(random);
    for (let c = 0; c < 13; c++) values[r * 13 + c] = common + 0.05 * randomNormal(random);
  }
  for (const passes of [1, 2] as const) {
    const basis = orthonormalized(values, 13, passes);
    for (let c = 0; c < 13; c++) {
      for (let d = 0; d <= c; d++) t.ok(Math.abs(columnDot(basis, 13, c, d) - (c === d ? 1 : 0)) < 1e-5);
    }
  }
  t.end();
});

t.test('orthonormalize turns dependent columns into zeros', (t) => {
  // third column = first + second, fourth is zero
  const basis = orthonormalized(Float32Array.of(1, 0, 1, 0, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0), 4);
  t.ok(Math.abs(columnDot(basis, 4, 0, 0) - 1) < 1e-6);
  t.ok(Math.abs(columnDot(basis, 4, 1, 1) - 1) < 1e-6);
  t.equal(columnDot(basis, 4, 2, 2), 0);
  t.equal(columnDot(basis, 4, 3, 3), 0);
  t.end();
});
