import t from 'tap';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '../../../train/kernels/stock-gradients.gen.js';
import { importancePool } from '../../../train/kernels/ops.js';
import { kernelMemory } from '../../../train/kernels/module.js';
import { installKernels, installReference } from '../../../train/kernels/register.js';
import { WasmHeap } from '../../../train/kernels/wasm-heap.js';

t.test('where the backend is not built as expected, installKernels is an error and no slow run', async (t) => {
  await tf.setBackend('wasm');
  const backend = tf.backend() as unknown as { wasm: { asm: Record<string, unknown> } };
  const { asm } = backend.wasm;
  backend.wasm.asm = { ...asm, memory: undefined };
  t.throws(() => installKernels(), {
    code: 'BACKEND_UNAVAILABLE',
    message: /the module must export the memory it works in/,
  });
  backend.wasm.asm = asm;
  t.throws(() => installKernels(), { message: /its memory must be one that threads share/ }, 'as the backend comes');
});

t.test('the reference kernels give gather a gradient, which the stock backend lacks', async (t) => {
  await tf.setBackend('cpu');
  installReference();
  const int = (...values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');
  const pool = (h: tf.Tensor): tf.Tensor =>
    importancePool(h as tf.Tensor2D, int(0, 2, 3), int(1, 0, 1), tf.tensor1d([0.5, 0.25, 2]));
  const h = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  t.same([...pool(h).dataSync()], [1.75, 2.5, 6, 8]);
  t.same([...tf.grad(pool)(h).dataSync()], [0.25, 0.25, 2.5, 2.5]);
  const gathered = tf.grad((x: tf.Tensor) => tf.gather(x as tf.Tensor2D, int(1, 1)))(h);
  t.same([...gathered.dataSync()], [0, 0, 2, 2]);
});

t.test('WasmHeap.open refuses what is not a wasm backend', (t) => {
  t.throws(() => WasmHeap.open({}), {
    code: 'BACKEND_UNAVAILABLE',
    message: /must be built as in tfjs-backend-wasm 4.22/,
  });
  const memory = kernelMemory(1);
  const wasm = { HEAPU8: new Uint8Array(memory.buffer), asm: { memory } };
  t.throws(() => WasmHeap.open({ wasm }), { message: /dataIdMap, makeOutput, disposeData and incRef must be there/ });
  const unshared = new WebAssembly.Memory({ initial: 1 });
  t.throws(() => WasmHeap.open({ wasm: { HEAPU8: new Uint8Array(unshared.buffer), asm: { memory: unshared } } }), {
    message: /its memory must be one that threads share/,
  });
  t.end();
});
