/**
 * A training step in small, for timing a backend: a convolution over neighborhoods and a softmax over shared targets, with gradients.
 */
import * as tf from '@tensorflow/tfjs-core';
import { convolve, densePool, softmaxCrossEntropy } from '../kernels/ops.js';
import { readAndDispose } from '../kernels/read-tensors.js';

const NODES = 3000;
const NEIGHBORS = 20;
const WIDTH = 128;
const QUERIES = 128;

/**
 * Times the step on the active backend.
 *
 * @returns the best of three steps after two to warm up, in ms
 *
 * Cost: 0.1 s on wasm. The gradients of each step are read back, so a backend that computes behind the scenes is waited for.
 */
export async function timeTrialStep(): Promise<number> {
  const wave = (length: number, pace: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => Math.sin(pace * i));
  const integers = (length: number, value: (i: number) => number): tf.Tensor1D =>
    tf.tensor1d(
      Int32Array.from({ length }, (_, i) => value(i)),
      'int32',
    );
  const constants = tf.tidy(() => ({
    features: tf.tensor2d(wave(NODES * WIDTH, 0.7), [NODES, WIDTH]),
    shares: tf.fill<tf.Rank.R1>([NODES * NEIGHBORS], 1 / NEIGHBORS),
    counts: tf.fill<tf.Rank.R1>([QUERIES], 1 / QUERIES),
    weights: [
      ...[tf.tensor2d(wave(WIDTH * WIDTH, 1.3), [WIDTH, WIDTH]), tf.zeros([WIDTH])],
      ...[tf.tensor2d(wave(2 * WIDTH * WIDTH, 1.1), [2 * WIDTH, WIDTH]), tf.zeros([WIDTH])],
    ],
  }));
  const { features, shares, counts, weights } = constants;
  const loss = (...[Q, q, W, w]: tf.Tensor[]): tf.Scalar => {
    // As in training, row numbers are new in every step.
    const offsets = integers(NODES + 1, (i) => i * NEIGHBORS);
    const neighbors = integers(NODES * NEIGHBORS, (i) => (i * 7919) % NODES);
    const starts = integers(QUERIES + 1, (i) => i);
    const targets = integers(QUERIES, (i) => i + QUERIES);
    const rows = { offsets, neighbors, weights: shares };
    const pooled = densePool(features, Q as tf.Tensor2D, q as tf.Tensor1D, rows);
    const z = convolve(features, pooled, W as tf.Tensor2D, w as tf.Tensor1D);
    const queries = tf.slice(z, [0, 0], [QUERIES, WIDTH]);
    return softmaxCrossEntropy(tf.matMul(queries, z, false, true), starts, targets, counts);
  };
  try {
    let best = Infinity;
    for (let repeat = 0; repeat < 5; repeat++) {
      const started = performance.now();
      const { value, grads } = tf.tidy(() => tf.valueAndGrads(loss)(weights));
      await readAndDispose([value, ...grads]);
      if (repeat >= 2) best = Math.min(best, performance.now() - started);
    }
    return best;
  } finally {
    tf.dispose(constants);
  }
}
