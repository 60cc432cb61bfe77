import t from 'tap';
import { randomInteger, randomStream, type Random } from '../../../data/random.js';
import { hasRelaxedSimd, type KernelBuild } from '../../../train/kernels/module.js';
import { Workspace } from '../../../train/kernels/workspace.js';

const builds: KernelBuild[] = hasRelaxedSimd() ? ['fma', 'simd'] : ['simd'];
const sizes = [0, 1, 2, 3, 5, 6, 7, 8, 9, 13, 17, 64, 125, 257];

function randomValues(random: Random, length: number): Float32Array {
  return Float32Array.from({ length }, () => 2 * random() - 1);
}

/** op(a) op(b) in double precision. */
function naiveProduct(
  a: Float32Array,
  b: Float32Array,
  shape: { rows: number; columns: number; depth: number; transposeA: boolean; transposeB: boolean },
): Float64Array {
  const { rows, columns, depth, transposeA, transposeB } = shape;
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      for (let k = 0; k < depth; k++) {
        const left = transposeA ? a[k * rows + i] : a[i * depth + k];
        const right = transposeB ? b[j * depth + k] : b[k * columns + j];
        out[i * columns + j] = (out[i * columns + j] as number) + (left as number) * (right as number);
      }
    }
  }
  return out;
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)));
  return largest;
}

for (const build of builds) {
  t.test(`${build}: matMul gives a hand-computed product in all four cases`, (t) => {
    const workspace = Workspace.open({ build });
    const a = workspace.copyIn(Float32Array.of(1, 2, 3, 4, 5, 6), 2, 3);
    const aTurned = workspace.copyIn(Float32Array.of(1, 4, 2, 5, 3, 6), 3, 2);
    const b = workspace.copyIn(Float32Array.of(7, 8, 9, 10, 11, 12), 3, 2);
    const bTurned = workspace.copyIn(Float32Array.of(7, 9, 11, 8, 10, 12), 2, 3);
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const out = workspace.allocate(2, 2);
        workspace.matMul(transposeA ? aTurned : a, transposeB ? bTurned : b, out, { transposeA, transposeB });
        t.same([...out.values], [58, 64, 139, 154]);
      }
    }
    t.end();
  });

  t.test(`${build}: matMul equals a naive loop on odd shapes, in all four cases`, (t) => {
    const random = randomStream(7, 'matMul', build);
    const draw = (): number => sizes[randomInteger(random, sizes.length)] as number;
    for (let trial = 0; trial < 120; trial++) {
      const shape = {
        ...{ rows: draw(), columns: draw(), depth: trial < 8 ? 600 : draw() },
        ...{ transposeA: (trial & 1) === 1, transposeB: (trial & 2) === 2 },
      };
      const { rows, columns, depth, transposeA, transposeB } = shape;
      const a = randomValues(random, rows * depth);
      const b = randomValues(random, depth * columns);
      const workspace = Workspace.open({ build });
      const left = transposeA ? workspace.copyIn(a, depth, rows) : workspace.copyIn(a, rows, depth);
      const right = transposeB ? workspace.copyIn(b, columns, depth) : workspace.copyIn(b, depth, columns);
      const out = workspace.allocate(rows, columns);
      const guard = workspace.copyIn(Float32Array.of(42), 1, 1);
      out.values.fill(NaN);
      workspace.matMul(left, right, out, { transposeA, transposeB });
      const difference = largestDifference(naiveProduct(a, b, shape), out.values);
      if (!(difference <= 1e-5 * (1 + Math.sqrt(depth)))) t.fail(`differs by ${difference}: ${JSON.stringify(shape)}`);
      if (guard.values[0] !== 42) t.fail(`writes beyond the result: ${JSON.stringify(shape)}`);
    }
    t.pass('120 shapes');
    t.end();
  });

  t.test(`${build}: matMul crosses the borders of its blocks`, (t) => {
    const random = randomStream(8, 'blocks', build);
    const shape = { rows: 131, columns: 1033, depth: 259, transposeA: false, transposeB: true };
    const a = randomValues(random, shape.rows * shape.depth);
    const b = randomValues(random, shape.depth * shape.columns);
    const workspace = Workspace.open({ build });
    const out = workspace.allocate(shape.rows, shape.columns);
    const left = workspace.copyIn(a, shape.rows, shape.depth);
    workspace.matMul(left, workspace.copyIn(b, shape.columns, shape.depth), out, { transposeB: true });
    t.ok(largestDifference(naiveProduct(a, b, shape), out.values) < 1e-4);
    t.end();
  });

  t.test(`${build}: a row of matMul does not depend on the rows beside it`, (t) => {
    const random = randomStream(9, 'rows', build);
    const workspace = Workspace.open({ build });
    const a = workspace.copyIn(randomValues(random, 125 * 70), 125, 70);
    const b = workspace.copyIn(randomValues(random, 70 * 50), 70, 50);
    const all = workspace.allocate(125, 50);
    const one = workspace.allocate(1, 50);
    workspace.matMul(a, b, all);
    for (let row = 0; row < 125; row++) {
      workspace.matMul(workspace.slice(a, row, row + 1), b, one);
      if (largestDifference(one.values, workspace.slice(all, row, row + 1).values) !== 0) t.fail(`row ${row}`);
    }
    t.pass('125 rows are equal to the bit');
    t.end();
  });

  t.test(`${build}: pool sums weighted rows of any width, empty rows too`, (t) => {
    const random = randomStream(10, 'pool', build);
    const offsets = Uint32Array.of(0, 2, 2, 5, 6);
    const neighbors = Uint32Array.of(3, 1, 0, 4, 4, 2);
    const weights = Float32Array.of(0.5, 0.25, 1, 2, -1, 3);
    for (const columns of [0, 1, 3, 4, 15, 16, 18, 37]) {
      const workspace = Workspace.open({ build });
      const values = randomValues(random, 5 * columns);
      const source = workspace.copyIn(values, 5, columns);
      for (const rows of [
        { offsets, neighbors, weights },
        { offsets, neighbors },
      ]) {
        const expected = new Float64Array(4 * columns);
        for (let row = 0; row < 4; row++) {
          for (let e = offsets[row] as number; e < (offsets[row + 1] as number); e++) {
            const weight = rows === undefined ? 0 : 'weights' in rows ? (weights[e] as number) : 1;
            for (let d = 0; d < columns; d++) {
              const value = values[(neighbors[e] as number) * columns + d] as number;
              expected[row * columns + d] = (expected[row * columns + d] as number) + weight * value;
            }
          }
        }
        const out = workspace.allocate(4, columns);
        workspace.pool(source, rows, out);
        const fresh = out.values.slice();
        workspace.pool(source, workspace.copyRows(rows), out);
        if (largestDifference(expected, fresh) > 1e-6) t.fail(`${columns} columns differ`);
        if (largestDifference(fresh, out.values) > 0) t.fail(`${columns} columns differ when the rows are resident`);
        // <pool(a), b> = <a, poolBack(b)> for any a and b, which makes the one the other's transpose
        const b = workspace.copyIn(randomValues(random, 4 * columns), 4, columns);
        const back = workspace.allocate(5, columns);
        workspace.poolBack(b, rows, back);
        if (Math.abs(dot(fresh, b.values) - dot(values, back.values)) > 1e-5)
          t.fail(`${columns} columns, on the way back`);
      }
    }
    t.pass('8 widths');
    t.end();
  });
}

t.test('allocate grows the memory, keeps what is there, and reset gives room back', (t) => {
  const workspace = Workspace.open();
  const first = workspace.copyIn(Float32Array.of(1, 2, 3), 1, 3);
  const mark = workspace.mark();
  const large = workspace.allocate(3000, 2000);
  large.values.fill(1);
  t.same([...first.values], [1, 2, 3]);
  workspace.reset(mark);
  t.equal(workspace.allocate(1, 1).offset, large.offset);
  t.end();
});

t.test('a matrix works beyond two gigabytes of memory', (t) => {
  const workspace = Workspace.open();
  workspace.allocate(1, 2 ** 29 + 100);
  const a = workspace.copyIn(Float32Array.of(1, 2, 3, 4), 2, 2);
  const out = workspace.allocate(2, 2);
  workspace.matMul(a, a, out);
  t.same([...out.values], [7, 10, 15, 22]);
  t.end();
});

t.test('shapes and rows that do not fit are refused with what was given', (t) => {
  const workspace = Workspace.open();
  const a = workspace.allocate(2, 3);
  const out = workspace.allocate(2, 2);
  t.throws(() => workspace.matMul(a, a, out), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'Workspace.matMul: shapes must fit (got [2, 3] times [2, 3] into [2, 2])',
  });
  t.throws(() => workspace.copyIn(new Float32Array(5), 2, 3), {
    message: /2 x 3 must be the number of values \(got 5\)/,
  });
  t.throws(() => workspace.allocate(-1, 3), { message: /integers from 0 up \(got -1 x 3\)/ });
  t.throws(() => workspace.allocate(2 ** 20, 2 ** 12), { message: /must fit 4 GiB/ });
  t.throws(() => workspace.slice(a, 1, 3), { code: 'ROW_OUT_OF_RANGE', message: /within 0 to 2 \(got 1 to 3\)/ });
  const rows = { offsets: Uint32Array.of(0, 1, 2), neighbors: Uint32Array.of(0, 2) };
  t.throws(() => workspace.pool(a, rows, out), {
    message: /the matrix of pooled rows must be \[2, 3\] \(got \[2, 2\]\)/,
  });
  t.throws(() => workspace.pool(a, rows, workspace.allocate(2, 3)), {
    code: 'ROW_OUT_OF_RANGE',
    message: 'Workspace.pool: neighbors must be below 2 (got 2 in entry 1)',
  });
  t.end();
});
