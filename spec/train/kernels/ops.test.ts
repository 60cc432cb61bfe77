import t, { type Test } from 'tap';
import * as tf from '@tensorflow/tfjs-core';
import { randomInteger, randomStream, type Random } from '../../../data/random.js';
import { openBackend } from '../../../train/backend/open-backend.js';
import {
  convolve,
  dense,
  densePool,
  denseRelu,
  gatherRows,
  importancePool,
  l2Normalize,
  softmaxCrossEntropy,
  addEntries,
  binaryCrossEntropy,
} from '../../../train/kernels/ops.js';

type Values = Record<string, { values: number[]; shape: number[]; dtype?: 'float32' | 'int32' }>;

/** An operation on named inputs, those it is differentiated in first, as a scalar. */
interface Case {
  readonly title: string;
  readonly inputs: Values;
  readonly differentiable: string[];
  readonly apply: (inputs: Record<string, tf.Tensor>) => tf.Tensor;
}

function draw(random: Random, ...shape: number[]): { values: number[]; shape: number[] } {
  const length = shape.reduce((product, part) => product * part, 1);
  return { values: Array.from({ length }, () => 2 * random() - 1), shape };
}

/** Compressed rows of random lengths from 0 to 4, as tensors hold them. */
function drawRows(random: Random, rowCount: number, bound: number): Values {
  const offsets = [0];
  const neighbors: number[] = [];
  for (let row = 0; row < rowCount; row++) {
    const chosen = new Set(Array.from({ length: randomInteger(random, 5) }, () => randomInteger(random, bound)));
    if (bound > 0) neighbors.push(...chosen);
    offsets.push(neighbors.length);
  }
  return {
    offsets: { values: offsets, shape: [offsets.length], dtype: 'int32' },
    neighbors: { values: neighbors, shape: [neighbors.length], dtype: 'int32' },
    weights: { values: neighbors.map(() => random() + 0.1), shape: [neighbors.length] },
  };
}

const random = randomStream(1, 'ops');
const cases: Case[] = [];
for (const [m, k, n] of [
  [1, 1, 1],
  [5, 3, 7],
  [13, 17, 9],
  [16, 8, 24],
  [0, 4, 3],
] as const) {
  const x = draw(random, m, k);
  const inputs = { x, W: draw(random, k, n), b: draw(random, n) };
  cases.push({
    title: `denseRelu [${m}, ${k}, ${n}]`,
    inputs,
    differentiable: ['x', 'W', 'b'],
    apply: ({ x, W, b }) => denseRelu(x as tf.Tensor2D, W as tf.Tensor2D, b as tf.Tensor1D),
  });
  cases.push({
    title: `convolve [${m}, ${k}, ${n}]`,
    inputs: {
      ...{ self: draw(random, m + (k % 3), k), pooled: draw(random, m, n) },
      ...{ W: draw(random, k + n, 5), b: draw(random, 5) },
    },
    differentiable: ['self', 'pooled', 'W', 'b'],
    apply: ({ self, pooled, W, b }) =>
      convolve(self as tf.Tensor2D, pooled as tf.Tensor2D, W as tf.Tensor2D, b as tf.Tensor1D),
  });
  cases.push({
    title: `dense with a transposed W [${m}, ${k}, ${n}]`,
    inputs: { x, W: draw(random, n, k), b: draw(random, n) },
    differentiable: ['x', 'W', 'b'],
    apply: ({ x, W, b }) => dense(x as tf.Tensor2D, W as tf.Tensor2D, { bias: b as tf.Tensor1D, transposeW: true }),
  });
  cases.push({
    title: `matMul in four cases [${m}, ${k}, ${n}]`,
    inputs: { x, W: draw(random, k, n), u: draw(random, m, n) },
    differentiable: ['x', 'W', 'u'],
    apply: ({ x, W, u }) => {
      const parts = [
        tf.matMul(x as tf.Tensor, W as tf.Tensor), // [m, n]
        tf.matMul(u as tf.Tensor, W as tf.Tensor, false, true), // [m, k]
        tf.matMul(x as tf.Tensor, u as tf.Tensor, true), // [k, n]
        tf.matMul(W as tf.Tensor, x as tf.Tensor, true, true), // [n, m]
      ];
      return tf.concat(parts.map((part) => tf.reshape(part, [-1])));
    },
  });
}
for (const [rows, sources, columns] of [
  [7, 5, 3],
  [4, 6, 16],
  [1, 1, 1],
  [9, 4, 37],
  [0, 3, 5],
] as const) {
  const pooled = drawRows(random, rows, sources);
  cases.push({
    title: `importancePool [${rows}, ${sources}, ${columns}]`,
    inputs: { h: draw(random, sources, columns), ...pooled },
    differentiable: ['h'],
    apply: ({ h, offsets, neighbors, weights }) =>
      importancePool(h as tf.Tensor2D, offsets as tf.Tensor1D, neighbors as tf.Tensor1D, weights as tf.Tensor1D),
  });
  cases.push({
    title: `densePool [${rows}, ${sources}, ${columns}]`,
    inputs: { x: draw(random, sources, 3), W: draw(random, 3, columns), b: draw(random, columns), ...pooled },
    differentiable: ['x', 'W', 'b'],
    apply: ({ x, W, b, offsets, neighbors, weights }) =>
      densePool(x as tf.Tensor2D, W as tf.Tensor2D, b as tf.Tensor1D, {
        ...{ offsets: offsets as tf.Tensor1D, neighbors: neighbors as tf.Tensor1D, weights: weights as tf.Tensor1D },
      }),
  });
  const indices = Array.from({ length: rows }, () => randomInteger(random, sources));
  cases.push({
    title: `gatherRows, and tf.gather, [${rows}, ${sources}, ${columns}]`,
    inputs: { x: draw(random, sources, columns), indices: { values: indices, shape: [rows], dtype: 'int32' } },
    differentiable: ['x'],
    apply: ({ x, indices }) =>
      tf.add(
        gatherRows(x as tf.Tensor2D, indices as tf.Tensor1D),
        tf.mul(2, tf.gather(x as tf.Tensor2D, indices as tf.Tensor1D)),
      ),
  });
  cases.push({
    title: `l2Normalize [${rows}, ${columns}]`,
    inputs: { x: draw(random, rows, columns) },
    differentiable: ['x'],
    apply: ({ x }) => l2Normalize(x as tf.Tensor2D, 1e-3),
  });
  cases.push({
    title: `softmaxCrossEntropy [${rows}, ${columns}]`,
    inputs: { logits: draw(random, rows, columns), ...drawRows(random, rows, columns) },
    differentiable: ['logits'],
    apply: ({ logits, offsets, neighbors, weights }) =>
      softmaxCrossEntropy(
        tf.mul<tf.Tensor2D>(logits as tf.Tensor2D, 5),
        offsets as tf.Tensor1D,
        neighbors as tf.Tensor1D,
        weights as tf.Tensor1D,
      ),
  });
  const changed = drawRows(random, rows, columns);
  cases.push({
    title: `addEntries and binaryCrossEntropy [${rows}, ${columns}]`,
    inputs: { logits: draw(random, rows, columns), ...changed },
    differentiable: ['logits'],
    apply: ({ logits, offsets, neighbors, weights }) => {
      const entries = {
        ...{ offsets: offsets as tf.Tensor1D, neighbors: neighbors as tf.Tensor1D, weights: weights as tf.Tensor1D },
      };
      return binaryCrossEntropy(addEntries(tf.mul<tf.Tensor2D>(logits as tf.Tensor2D, 5), entries), entries);
    },
  });
  cases.push({
    title: `sums, exp and transpose [${rows}, ${columns}]`,
    inputs: { x: draw(random, rows, columns) },
    differentiable: ['x'],
    apply: ({ x }) => {
      const y = tf.exp(x as tf.Tensor2D);
      const parts = [tf.sum(y), tf.sum(y, 0), tf.sum(y, 1, true), tf.transpose(y), tf.square(tf.clone(y))];
      return tf.concat(parts.map((part) => tf.reshape(part, [-1])));
    },
  });
}

/** Stock operations fail on tensors without rows. */
const notEmpty = cases.filter(({ title }) => !title.includes('[0,'));

/** The cpu backend before `openBackend` puts anything of ours in: an independent implementation of everything. */
async function openStockCpu(): Promise<void> {
  await import('@tensorflow/tfjs-backend-cpu');
  await tf.setBackend('cpu');
}

/** Value of the case's output weighted by fixed numbers, and its gradients, on the active backend. */
function valueAndGradients(one: Case): { value: number; output: number[]; gradients: Record<string, number[]> } {
  return tf.tidy(() => {
    const inputs = Object.fromEntries(
      Object.entries(one.inputs).map(([name, { values, shape, dtype }]) => [name, tf.tensor(values, shape, dtype)]),
    );
    const scalar = (...moved: tf.Tensor[]): tf.Scalar => {
      const all = {
        ...inputs,
        ...Object.fromEntries(one.differentiable.map((name, i) => [name, moved[i] as tf.Tensor])),
      };
      const y = one.apply(all);
      const factors = tf.tensor(
        Array.from({ length: y.size }, (_, i) => Math.cos(i + 1)),
        y.shape,
      );
      return tf.sum(tf.mul(y, factors));
    };
    const output = Array.from(one.apply(inputs).dataSync());
    const { value, grads } = tf.valueAndGrads(scalar)(one.differentiable.map((name) => inputs[name] as tf.Tensor));
    const gradients = Object.fromEntries(
      one.differentiable.map((name, i) => [name, [...(grads[i] as tf.Tensor).dataSync()]]),
    );
    return { value: value.dataSync()[0] as number, output, gradients };
  });
}

/** Largest difference, relative to the largest entry. */
function relativeError(expected: readonly number[], found: readonly number[]): number {
  if (expected.length !== found.length) return Infinity;
  const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0.1);
  return expected.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (found[i] as number))), 0) / scale;
}

t.test('on the cpu backend, where every operation is a stock one, gradients equal finite differences', async (t) => {
  await openStockCpu();
  for (const one of notEmpty) {
    const { gradients } = valueAndGradients(one);
    const wrong: string[] = [];
    let looked = 0;
    for (const name of one.differentiable) {
      const input = one.inputs[name] as { values: number[]; shape: number[] };
      for (const place of new Set([0, input.values.length >> 1, input.values.length - 1])) {
        const moved = [-1e-2, 1e-2].map((by) => {
          const values = input.values.map((value, i) => (i === place ? value + by : value));
          return valueAndGradients({ ...one, inputs: { ...one.inputs, [name]: { ...input, values } } }).value;
        }) as [number, number];
        const slope = (moved[1] - moved[0]) / 2e-2;
        const found = gradients[name]?.[place] as number;
        looked++;
        if (Math.abs(slope - found) > 2e-2 * Math.max(1, Math.abs(slope)))
          wrong.push(`d${name}[${place}] is ${found}, differences give ${slope}`);
      }
    }
    // ReLU has a corner: a difference across it may be off, a wrong gradient is off nearly everywhere
    const hasCorners = /^(denseRelu|densePool|convolve)/.test(one.title);
    if (wrong.length > (hasCorners ? looked / 3 : 0)) t.fail(`${one.title}: ${wrong.join('; ')}`);
  }
  t.pass(`${cases.length} operations`);
});

t.test(
  'values and gradients equal those of stock operations within 1e-5, on wasm, by the reference and on tensorflow',
  async (t) => {
    await openStockCpu();
    const stock = notEmpty.map(valueAndGradients);
    await openBackend('cpu');
    compare(t, 'reference', { cases: notEmpty, expected: stock });
    const reference = cases.map(valueAndGradients);
    await openBackend('wasm');
    compare(t, 'wasm', { cases: notEmpty, expected: stock });
    compare(t, 'wasm, empty ones too', { cases, expected: reference });
    try {
      await openBackend('tensorflow');
    } catch (error) {
      t.comment(`tensorflow is left out: ${String(error)}`);
      return;
    }
    compare(t, 'tensorflow', { cases: notEmpty, expected: stock });
  },
);

function compare(
  t: Test,
  name: string,
  given: { cases: Case[]; expected: ReturnType<typeof valueAndGradients>[] },
): void {
  given.cases.forEach((one, i) => {
    const { output, gradients } = given.expected[i] as ReturnType<typeof valueAndGradients>;
    const found = valueAndGradients(one);
    const error = relativeError(output, found.output);
    if (!(error < 1e-5)) t.fail(`${name}, ${one.title}: the value is off by ${error}`);
    for (const input of one.differentiable) {
      const off = relativeError(gradients[input] ?? [], found.gradients[input] ?? []);
      if (!(off < 1e-5)) t.fail(`${name}, ${one.title}: d${input} is off by ${off}`);
    }
  });
  t.pass(`${name}: ${given.cases.length} operations`);
}

t.test('on wasm, a step of all operations leaves neither tensors nor backend memory behind', async (t) => {
  await openBackend('wasm');
  const backend = tf.backend() as tf.KernelBackend & { numDataIds(): number };
  const run = (): void => cases.forEach((one) => valueAndGradients(one));
  run();
  const before = [tf.memory().numTensors, backend.numDataIds()];
  run();
  t.same([tf.memory().numTensors, backend.numDataIds()], before);
});

t.test('softmaxCrossEntropy stays finite where exponentials overflow and ignores rows without targets', async (t) => {
  await openBackend('wasm');
  const logits = tf.tensor2d([1000, 0, -1000, 88, 89, 90, 1, 2, 3], [3, 3]);
  const at = (...values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');
  const weights = tf.tensor1d([1, 0.5]);
  const loss = (x: tf.Tensor): tf.Scalar => softmaxCrossEntropy(x as tf.Tensor2D, at(0, 1, 2, 2), at(1, 2), weights);
  const { value, grad } = tf.valueAndGrad(loss)(logits);
  const third = Math.log(Math.exp(-2) + Math.exp(-1) + 1);
  t.ok(Math.abs((value.dataSync()[0] as number) - (1000 + 0.5 * third)) < 1e-3);
  const found = [...grad.dataSync()];
  const soft = [88, 89, 90].map((x) => 0.5 * Math.exp(x - 90 - third));
  const expected = [1, -1, 0, soft[0], soft[1], (soft[2] as number) - 0.5, 0, 0, 0] as number[];
  t.ok(relativeError(expected, found) < 1e-5, found.join(' '));
});

t.test('binaryCrossEntropy stays finite where exponentials overflow, and a masked logit costs nothing', async (t) => {
  await openBackend('wasm');
  const columns = 1000; // more than are multiplied before a logarithm is taken
  const values = Float32Array.from({ length: columns }, (_, i) => [0, -1e9, 1000, -1000, 30][i % 5] as number);
  const at = (...places: number[]): tf.Tensor1D => tf.tensor1d(places, 'int32');
  const targets = { offsets: at(0, 2), neighbors: at(2, 0), weights: tf.ones<tf.Rank.R1>([2]) };
  const loss = (x: tf.Tensor): tf.Scalar => binaryCrossEntropy(x as tf.Tensor2D, targets);
  const { value, grad } = tf.valueAndGrad(loss)(tf.tensor2d(values, [1, columns]));
  const expected = 200 * (Math.LN2 + 1000 + 30) - 1000;
  t.ok(Math.abs((value.dataSync()[0] as number) / expected - 1) < 1e-6);
  const found = [...grad.dataSync().slice(0, 5)];
  t.ok(relativeError([0.5 - 1, 0, 1 - 1, 0, 1], found) < 1e-6, found.join(' '));
});

t.test('exp is right to two units in the last place over its whole range', async (t) => {
  await openBackend('wasm');
  const values = Float32Array.from({ length: 4001 }, (_, i) => -87 + (i * 175) / 4000).map((x) => Math.min(x, 88.7));
  const found = tf.exp(tf.tensor1d(values)).dataSync();
  let worst = 0;
  values.forEach((x, i) => (worst = Math.max(worst, Math.abs((found[i] as number) / Math.exp(x) - 1))));
  t.ok(worst < 2.5e-7, `largest relative error ${worst}`);
  const edges = tf.exp(tf.tensor1d([-Infinity, -1000, 0, 1000, Infinity, NaN])).dataSync();
  t.same([...edges], [0, 0, 1, Infinity, Infinity, NaN]);
});

t.test('matMul of batches and operations of other types still work on wasm', async (t) => {
  await openBackend('wasm');
  const a = tf.tensor3d([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]);
  t.same([...tf.matMul(a, a, false, true).dataSync()], [5, 11, 11, 25, 61, 83, 83, 113]);
  const b = tf.tensor3d([1, 0, 0, 1], [1, 2, 2]);
  t.same([...tf.matMul(a, b).dataSync()], [1, 2, 3, 4, 5, 6, 7, 8], 'broadcast over the batch');
  t.same([...tf.sum(tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32'), 0).dataSync()], [4, 6]);
  t.same([...tf.sum(a, 1).dataSync()], [4, 6, 12, 14], 'a middle axis');
  t.same([...tf.transpose(tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32')).dataSync()], [1, 3, 2, 4]);
  t.same([...tf.gather(tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor1d([1, 0], 'int32'), 1).dataSync()], [2, 1, 4, 3]);
});

t.test('row numbers out of range and shapes that do not fit are refused', async (t) => {
  await openBackend('wasm');
  const h = tf.zeros<tf.Rank.R2>([3, 2]);
  const int = (...values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');
  const one = tf.tensor1d([1]);
  t.throws(() => importancePool(h, int(0, 1), int(3), one), {
    code: 'ROW_OUT_OF_RANGE',
    message: 'importancePool: row numbers must be from 0 to 2 (got 3 in entry 0)',
  });
  t.throws(() => gatherRows(h, int(1, -1)), { code: 'ROW_OUT_OF_RANGE', message: /from 0 to 2 \(got -1 in entry 1\)/ });
  t.throws(() => softmaxCrossEntropy(h, int(0, 1, 1, 1), int(2), one), { code: 'ROW_OUT_OF_RANGE' });
  t.throws(() => softmaxCrossEntropy(h, int(0, 1), int(1), one), { message: /must have 4 entries \(got 2\)/ });
  t.throws(() => importancePool(h, int(0, 1), int(1), tf.tensor1d([1, 2])), { code: 'OPTION_OUT_OF_RANGE' });
  t.throws(() => convolve(h, h, h, one), {
    message: 'convolve: shapes must fit (got self, pooled, W, b [3, 2] [3, 2] [3, 2] [1])',
  });
  t.throws(() => dense(h, tf.zeros([3, 2])), { message: /dense: shapes must fit \(got x \[3, 2\], W \[3, 2\]/ });
});
