/** Times single operations of the step, as TF.js calls them, on the active backend. */
import * as tf from '@tensorflow/tfjs-core';
import { denseRelu, gatherRows, importancePool, l2Normalize } from '../../train/kernels/ops.js';
import { inPlace } from '../../train/kernels/register.js';
import { summarize } from './summary.js';

/** One operation: median milliseconds, and its multiplications and additions. */
export interface KernelTime {
  readonly name: string;
  readonly ms: number;
  readonly operations: number;
}

const WIDTH = 128;
const NEIGHBORS = 10;

/** @param layerRows  rows of the step's layers, from the input up */
export function timeKernels([inputRows = 20_000, rows = 10_000]: readonly number[]): KernelTime[] {
  const wave = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => Math.sin(0.7 * i));
  const matrix = (height: number, width = WIDTH): tf.Tensor2D => tf.tensor2d(wave(height * width), [height, width]);
  const integers = (length: number, value: (i: number) => number): tf.Tensor1D =>
    tf.tensor1d(
      Int32Array.from({ length }, (_, i) => value(i)),
      'int32',
    );
  return tf.tidy(() => {
    const [input, half, dy, W, b] = [matrix(inputRows), matrix(rows), matrix(rows), matrix(WIDTH), tf.ones([WIDTH])];
    const entryCount = rows * NEIGHBORS;
    const offsets = integers(rows + 1, (row) => row * NEIGHBORS);
    const neighbors = integers(entryCount, (entry) => (entry * 7919) % inputRows);
    const shares = tf.fill<tf.Rank.R1>([entryCount], 1 / NEIGHBORS);
    const chosen = integers(1536, (i) => (i * 7) % 1465);
    const narrow = matrix(1465);
    const product = 2 * WIDTH * WIDTH;
    const both = (apply: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor): tf.Tensor => tf.grad(apply)(x);
    const pool = (h: tf.Tensor): tf.Tensor => importancePool(h as tf.Tensor2D, offsets, neighbors, shares);
    const cases: (readonly [string, number, () => tf.Tensor])[] = [
      [`matMul [${inputRows}, 128] x [128, 128]`, inputRows * product, () => tf.matMul(input, W)],
      [`matMul [${rows}, 128] x [128, 128], B transposed`, rows * product, () => tf.matMul(half, W, false, true)],
      [`matMul [128, ${rows}] x [${rows}, 128], A transposed`, rows * product, () => tf.matMul(half, dy, true)],
      [`dense, bias, ReLU [${rows}, 128] x [128, 128]`, rows * product, () => denseRelu(half, W, b as tf.Tensor1D)],
      [`importance pooling, ${entryCount} entries`, 2 * entryCount * WIDTH, () => pool(input)],
      [`importance pooling and its gradient`, 4 * entryCount * WIDTH, () => both(pool, input)],
      [
        `row gather and its gradient, 1536 rows`,
        1536 * WIDTH,
        () => both((x) => gatherRows(x as tf.Tensor2D, chosen), narrow),
      ],
      [
        `L2 normalize and its gradient, ${rows} rows`,
        9 * rows * WIDTH,
        () => both((x) => l2Normalize(x as tf.Tensor2D), half),
      ],
    ];
    return cases.map(([name, operations, run]) => ({ name, operations, ms: timeOne(run) }));
  });
}

/** Median of at least five runs and 60 ms, after two to warm up. */
function timeOne(run: () => tf.Tensor): number {
  const times: number[] = [];
  const begun = performance.now();
  for (let repeat = 0; repeat < 7 || performance.now() - begun < 60; repeat++) {
    const started = performance.now();
    tf.tidy(() => finish(run()));
    if (repeat >= 2) times.push(performance.now() - started);
  }
  return summarize(times).median;
}

/** Waits for a tensor; where it lies in the backend's memory it is there already, and not copied out. */
function finish(tensor: tf.Tensor): void {
  if (!inPlace(tensor)) tensor.dataSync();
}
