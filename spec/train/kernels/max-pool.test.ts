import * as tf from '@tensorflow/tfjs-core';
import t from 'tap';
import { openBackend } from '../../../train/backend/open-backend.js';
import { maxPool } from '../../../train/kernels/max-pool.js';

const rows = { offsets: Uint32Array.of(0, 2, 2, 5), neighbors: Uint32Array.of(0, 1, 2, 0, 2) };

for (const backend of ['cpu', 'wasm'] as const) {
  t.test(
    `${backend}: the largest of each column; an empty neighborhood is zero; gradients go to the first largest`,
    async (t) => {
      await openBackend(backend);
      const before = tf.memory().numTensors;
      const [value, gradient] = tf.tidy(() => {
        const h = tf.tensor2d([1, -5, 2, -6, 2, -5], [3, 2]);
        const upstream = tf.tensor2d([1, 10, 100, 1000, 2, 20], [3, 2]);
        const weighted = (x: tf.Tensor): tf.Tensor => tf.sum(tf.mul(maxPool(x as tf.Tensor2D, rows), upstream));
        return [maxPool(h, rows), tf.grad(weighted)(h)].map((tensor) => [...tensor.dataSync()]);
      });
      t.same(value, [2, -5, 0, 0, 2, -5]);
      t.same(gradient, [0, 10, 1, 0, 2, 20]);
      t.equal(tf.memory().numTensors, before);
    },
  );
}
