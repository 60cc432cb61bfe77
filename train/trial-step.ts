/**
 * A training step in small, for timing a backend: a convolution over neighborhoods and a softmax over shared targets, with gradients.
 */
import * as tf from '@tensorflow/tfjs-core';
import { denseRelu, denseReluPair, importancePool, l2Normalize, softmaxCrossEntropy } from './kernels/ops.js';

const NODES = 3000;
const NEIGHBORS = 20;
const WIDTH = 128;
const QUERIES = 128;

/**
 * Times the step on the active backend.
 *
 * @returns the best of three steps after two to warm up, in ms
 *
 * Cost: 0.1 s on wasm. The result of each step is read back, so a backend that computes behind the scenes is waited for.
 */
export function timeTrialStep(): number {
  const wave = (length: number, pace: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => Math.sin(pace * i));
  const integers = (length: number, value: (i: number) => number): tf.Tensor1D =>
    tf.tensor1d(
      Int32Array.from({ length }, (_, i) => value(i)),
      'int32',
    );
  let best = Infinity;
  tf.tidy(() => {
    const features = tf.tensor2d(wave(NODES * WIDTH, 0.7), [NODES, WIDTH]);
    const offsets = integers(NODES + 1, (i) => i * NEIGHBORS);
    const neighbors = integers(NODES * NEIGHBORS, (i) => (i * 7919) % NODES);
    const shares = tf.fill<tf.Rank.R1>([NODES * NEIGHBORS], 1 / NEIGHBORS);
    const starts = integers(QUERIES + 1, (i) => i);
    const targets = integers(QUERIES, (i) => i + QUERIES);
    const counts = tf.fill<tf.Rank.R1>([QUERIES], 1 / QUERIES);
    const loss = (...weights: tf.Tensor[]): tf.Scalar => {
      const [Q, q, W, w] = weights as [tf.Tensor2D, tf.Tensor1D, tf.Tensor2D, tf.Tensor1D];
      const pooled = importancePool(denseRelu(features, Q, q), offsets, neighbors, shares);
      const z = l2Normalize(denseReluPair(features, pooled, W, w));
      const queries = tf.slice(z, [0, 0], [QUERIES, WIDTH]);
      return softmaxCrossEntropy(tf.matMul(queries, z, false, true), starts, targets, counts);
    };
    const weights = [
      ...[tf.tensor2d(wave(WIDTH * WIDTH, 1.3), [WIDTH, WIDTH]), tf.zeros([WIDTH])],
      ...[tf.tensor2d(wave(2 * WIDTH * WIDTH, 1.1), [2 * WIDTH, WIDTH]), tf.zeros([WIDTH])],
    ];
    for (let repeat = 0; repeat < 5; repeat++) {
      const started = performance.now();
      tf.tidy(() =>
        tf
          .valueAndGrads(loss)(weights)
          .grads.forEach((gradient) => gradient.dataSync()),
      );
      if (repeat >= 2) best = Math.min(best, performance.now() - started);
    }
  });
  return best;
}
