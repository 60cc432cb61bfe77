import t from 'tap';
import * as tf from '@tensorflow/tfjs-core';
import { PinwalkError } from '../../../data/errors.js';
import { backendNames, openBackend } from '../../../train/backend/open-backend.js';
import { dense, importancePool, l2Normalize, softmaxCrossEntropy } from '../../../train/kernels/ops.js';

/** Losses of 20 steps of a tiny network that uses every operation of ours, on the active backend. */
function trainTwenty(): number[] {
  const values = (length: number, seed: number): Float32Array =>
    Float32Array.from({ length }, (_, i) => Math.sin(seed + 1.7 * i) / 2);
  const int = (...list: number[]): tf.Tensor1D => tf.tensor1d(list, 'int32');
  const W = tf.variable(tf.tensor2d(values(6 * 5, 1), [6, 5]));
  const b = tf.variable(tf.zeros<tf.Rank.R1>([5]));
  const optimizer = tf.train.adam(0.05);
  const losses = Array.from({ length: 20 }, () =>
    tf.tidy(() => {
      const cost = (): tf.Scalar => {
        const h = dense(tf.tensor2d(values(7 * 6, 2), [7, 6]), W, {
          bias: b,
          relu: true,
        });
        const z = l2Normalize(importancePool(h, int(0, 2, 3, 6), int(0, 1, 5, 2, 3, 6), tf.ones([6])));
        const logits = tf.mul<tf.Tensor2D>(tf.matMul(z, h, false, true), 3); // [3, 7]
        return softmaxCrossEntropy(logits, int(0, 1, 2, 3), int(4, 0, 6), tf.tensor1d([0.3, 0.3, 0.4]));
      };
      const { value, grads } = tf.variableGrads(cost, [W, b]);
      optimizer.applyGradients(Object.entries(grads).map(([name, tensor]) => ({ name, tensor })));
      return value.dataSync()[0] as number;
    }),
  );
  optimizer.dispose();
  tf.dispose([W, b]);
  return losses;
}

let reference: number[] | undefined;

t.test('cpu and wasm train alike: losses of 20 steps agree to 1e-4 and fall', async (t) => {
  await openBackend('cpu');
  reference = trainTwenty();
  const { name, reason } = await openBackend('wasm');
  t.equal(name, 'wasm');
  t.match(reason, /WebAssembly with our kernels, (fused multiply-add|plain SIMD)/);
  const losses = trainTwenty();
  losses.forEach((loss, step) => t.ok(Math.abs(loss - (reference?.[step] as number)) < 1e-4, `step ${step}: ${loss}`));
  t.ok((losses[19] as number) < (losses[0] as number));
});

t.test('the same backend repeats a run to the bit', async (t) => {
  await openBackend('wasm');
  t.same(trainTwenty(), trainTwenty());
});

t.test('auto takes a backend that runs and says why', async (t) => {
  const { name, reason } = await openBackend('auto');
  t.match(reason, /^auto: (WebAssembly|TensorFlow|WebGPU).*; a small step takes \d+ ms on \w+/);
  t.comment(reason);
  t.equal(tf.getBackend(), name);
  const times = [...reason.matchAll(/(\d+) ms on (\w+)/g)].map(([, ms, backend]) => ({ ms: Number(ms), backend }));
  t.equal(times[0]?.backend, name, 'the fastest comes first and is taken');
  t.same(
    times.map(({ ms }) => ms).sort((a, b) => a - b),
    times.map(({ ms }) => ms),
  );
  t.equal(
    times.some(({ backend }) => backend === 'wasm'),
    true,
  );
});

t.test('an unknown backend is refused with the names that are accepted', async (t) => {
  await t.rejects(openBackend('webgl' as 'cpu'), {
    code: 'OPTION_OUT_OF_RANGE',
    message: `openBackend: the backend must be one of ${backendNames.join(', ')} (got webgl)`,
  });
});

t.test('tensorflow trains like cpu, or says how to install it', async (t) => {
  const before = await openBackend('cpu');
  t.equal(before.name, 'cpu');
  reference ??= trainTwenty();
  try {
    await openBackend('tensorflow');
  } catch (error) {
    t.match(error, { code: 'BACKEND_UNAVAILABLE', message: /tfjs-node must load .* run npm run native/ });
    t.ok(error instanceof PinwalkError);
    t.comment('tfjs-node does not load here');
    return;
  }
  trainTwenty().forEach((loss, step) => {
    t.ok(Math.abs(loss - (reference?.[step] as number)) < 1e-4, `step ${step}: ${loss}`);
  });
});
