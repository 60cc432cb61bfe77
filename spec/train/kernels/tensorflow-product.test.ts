import t from 'tap';
import * as tf from '@tensorflow/tfjs-core';
import { PinwalkError } from '../../../data/errors.js';
import { randomStream } from '../../../data/random.js';
import { openBackend } from '../../../train/backend/open-backend.js';
import { convolve, dense } from '../../../train/kernels/ops.js';

/** Why TensorFlow does not run here, if it does not. */
async function whyNot(): Promise<string | undefined> {
  try {
    await openBackend('tensorflow');
    return undefined;
  } catch (error) {
    if (error instanceof PinwalkError && error.code === 'BACKEND_UNAVAILABLE') return error.message;
    throw error;
  }
}

const reason = await whyNot();
const skip = reason ?? false;
const random = randomStream(1, 'tensorflow-product');

function draw(rows: number, columns: number): tf.Tensor2D {
  return tf.tensor2d(
    Float32Array.from({ length: rows * columns }, () => 2 * random() - 1),
    [rows, columns],
  );
}

/** op(a) op(b) + bias, ReLU if asked for, in double precision. */
function naive(
  a: tf.Tensor2D,
  b: tf.Tensor2D,
  given: { transposeA?: boolean; transposeB?: boolean; bias?: Float32Array; relu?: boolean },
): Float64Array {
  const { transposeA = false, transposeB = false, bias, relu = false } = given;
  const [A, B] = [a.dataSync(), b.dataSync()];
  const [rows, depth] = transposeA ? [a.shape[1], a.shape[0]] : a.shape;
  const columns = transposeB ? b.shape[0] : b.shape[1];
  const out = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = bias?.[j] ?? 0;
      for (let k = 0; k < depth; k++) {
        const left = A[transposeA ? k * rows + i : i * depth + k] as number;
        sum += left * (B[transposeB ? j * depth + k : k * columns + j] as number);
      }
      out[i * columns + j] = relu ? Math.max(sum, 0) : sum;
    }
  }
  return out;
}

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)));
  return largest;
}

// more rows than a block, odd sides, an odd number of results (which is left to our own product), and too small for TensorFlow
const shapes = [
  [2100, 32, 33],
  [151, 67, 82],
  [151, 67, 83],
  [5, 3, 7],
] as const;

t.test('products by TensorFlow in our memory equal a naive loop, in all four cases', { skip }, (t) => {
  for (const [rows, depth, columns] of shapes) {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const a = transposeA ? draw(depth, rows) : draw(rows, depth);
        const b = transposeB ? draw(columns, depth) : draw(depth, columns);
        const found = tf.matMul(a, b, transposeA, transposeB).dataSync();
        const off = farthest(found, naive(a, b, { transposeA, transposeB }));
        t.ok(off < 2e-5, `[${rows}, ${depth}, ${columns}] ${transposeA} ${transposeB} is off by ${off}`);
      }
    }
  }
  t.end();
});

t.test('bias and ReLU reach every block of rows', { skip }, (t) => {
  const [a, b] = [draw(8500, 24), draw(24, 16)];
  const bias = tf.tensor1d(Array.from({ length: 16 }, () => random() - 0.5));
  const found = dense(a, b, { bias, relu: true }).dataSync();
  t.ok(farthest(found, naive(a, b, { bias: bias.dataSync<'float32'>(), relu: true })) < 2e-5);
  t.end();
});

t.test('a convolution and its gradients are the same on wasm and on tensorflow', { skip }, async (t) => {
  const inputs = [draw(4300, 48), draw(4200, 32), draw(80, 64), tf.tensor1d(new Float32Array(64).fill(0.1))];
  const loss = (...[self, pooled, W, b]: tf.Tensor[]): tf.Scalar =>
    tf.sum(tf.mul(convolve(self as tf.Tensor2D, pooled as tf.Tensor2D, W as tf.Tensor2D, b as tf.Tensor1D), weights));
  const weights = draw(4200, 64);
  const results: Float32Array[][] = [];
  for (const backend of ['wasm', 'tensorflow'] as const) {
    await openBackend(backend);
    const { value, grads } = tf.tidy(() => tf.valueAndGrads(loss)(inputs));
    results.push([value, ...grads].map((tensor) => tensor.dataSync<'float32'>()));
  }
  const [ours, theirs] = results as [Float32Array[], Float32Array[]];
  ours.forEach((values, i) => {
    const scale = values.reduce((largest, one) => Math.max(largest, Math.abs(one)), 1);
    t.ok(farthest(values, theirs[i] ?? []) < 1e-5 * scale, `output ${i}`);
  });
});

t.test('products leave neither tensors nor memory of the backend behind', { skip }, async (t) => {
  await openBackend('tensorflow');
  const backend = tf.backend() as tf.KernelBackend & { numDataIds(): number };
  const run = (): void => tf.tidy(() => void tf.matMul(draw(600, 64), draw(64, 64)).dataSync());
  run();
  const before = [tf.memory().numTensors, backend.numDataIds()];
  run();
  t.same([tf.memory().numTensors, backend.numDataIds()], before);
});

if (reason !== undefined) t.comment(`skipped: ${reason}`);
