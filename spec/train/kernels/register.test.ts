import t from 'tap';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import '../../../train/kernels/stock-gradients.gen.js';
import { importancePool } from '../../../train/kernels/ops.js';
import { kernelMemory } from '../../../train/kernels/module.js';
import { installKernels } from '../../../train/kernels/register.js';
import { WasmHeap } from '../../../train/kernels/wasm-heap.js';

t.test('where the backend is not built as expected, the reference kernels stand in, with one warning', async (t) => {
  await tf.setBackend('wasm');
  const backend = tf.backend() as unknown as { wasm: { asm: Record<string, unknown> } };
  backend.wasm.asm = { ...backend.wasm.asm, memory: undefined };
  const warnings: string[] = [];
  const warn = (message: string): number => warnings.push(message);
  const report = installKernels({ warn });
  t.equal(report.build, 'reference');
  t.match(report.reason, /the module must export the memory it works in/);
  t.equal(warnings.length, 1);
  t.match(warnings[0], /SIMD kernels do not run here, training will be many times slower/);
  t.equal(installKernels({ warn }), report, 'a second call changes nothing');
  t.equal(warnings.length, 1);

  const int = (...values: number[]): tf.Tensor1D => tf.tensor1d(values, 'int32');
  const pool = (h: tf.Tensor): tf.Tensor =>
    importancePool(h as tf.Tensor2D, int(0, 2, 3), int(1, 0, 1), tf.tensor1d([0.5, 0.25, 2]));
  const h = tf.tensor2d([1, 2, 3, 4], [2, 2]);
  t.same([...pool(h).dataSync()], [1.75, 2.5, 6, 8]);
  t.same([...tf.grad(pool)(h).dataSync()], [0.25, 0.25, 2.5, 2.5]);
  const gathered = tf.grad((x: tf.Tensor) => tf.gather(x as tf.Tensor2D, int(1, 1)))(h);
  t.same([...gathered.dataSync()], [0, 0, 2, 2], 'gather has a gradient, which the stock backend lacks');
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
