/**
 * WebGPU in Node: what is said where it does not run, and that it goes on running where it does.
 */
import { spawnSync } from 'node:child_process';
import t from 'tap';
import * as tf from '@tensorflow/tfjs-core';
import { PinwalkError } from '../../../data/errors.js';
import { openBackend } from '../../../train/backend/open-backend.js';
import { maxPool } from '../../../train/kernels/max-pool.js';
import { findAdapter, importOptional, mayHaveGpu, releaseSpareBuffers } from '../../../train/backend/webgpu.js';

/** Opens webgpu in a process of its own and runs `then`; what was printed last, as JSON. */
function inProcess(then: string, options: { env?: Record<string, string>; argv?: string[] } = {}): unknown {
  const program = `
    import * as tf from '@tensorflow/tfjs-core';
    import { openBackend } from '${new URL('../../../train/backend/open-backend.js', import.meta.url).href}';
    let result;
    try {
      await openBackend('webgpu');
      ${then}
    } catch (error) {
      result = { code: error.code, message: error.message };
    }
    console.log(JSON.stringify(result));`;
  const argv = [...process.execArgv, ...(options.argv ?? []), '--input-type=module', '--eval', program];
  const { stdout } = spawnSync(process.execPath, argv, { encoding: 'utf8', env: { ...process.env, ...options.env } });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

const adapter = await findAdapter().catch((error: unknown) => {
  if (error instanceof PinwalkError) return error;
  throw error;
});
const skip = adapter instanceof PinwalkError ? adapter.message : false;
if (skip) t.comment(`what needs an adapter is skipped: ${skip}`);

t.test('without a driver it is said what must be there', { skip: process.platform !== 'linux' }, (t) => {
  const env = { VK_DRIVER_FILES: '/nowhere', VK_ICD_FILENAMES: '/nowhere' };
  t.match(inProcess('', { env }), {
    code: 'BACKEND_UNAVAILABLE',
    message:
      /^openBackend: (a GPU with a driver for Vulkan, Metal or Direct3D must be found \(got none\); install its driver|the package webgpu must load .*), or take --backend wasm$/,
  });
  t.end();
});

t.test('without the package it is said how it is installed', async (t) => {
  await t.rejects(importOptional('webgpu-of-nobody'), {
    code: 'BACKEND_UNAVAILABLE',
    message:
      /^openBackend: the package webgpu-of-nobody must load \(got Cannot find package .*\); npm install it, or take --backend wasm$/,
  });
});

t.test('on Linux a GPU is asked for where a device or a named driver is seen, elsewhere always', (t) => {
  const linux = (names: string[], env = {}): boolean =>
    mayHaveGpu({ platform: 'linux', env, listDevices: () => names });
  t.notOk(linux([]));
  t.notOk(linux(['card0', 'nvidiactl', 'null']), 'a screen without a GPU');
  for (const name of ['renderD128', 'nvidia0', 'dxg']) t.ok(linux([name]), name);
  t.ok(linux([], { VK_DRIVER_FILES: '/driver.json' }));
  t.ok(mayHaveGpu({ platform: 'darwin', env: {}, listDevices: () => [] }));
  t.end();
});

t.test('opened twice, it computes on after a collection of garbage', { skip }, (t) => {
  const then = `
    await openBackend('cpu');
    await openBackend('webgpu');
    gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
    gc();
    result = [...(await tf.matMul(tf.ones([70, 40]), tf.ones([40, 2])).data())].every((value) => value === 40);`;
  t.equal(inProcess(then, { argv: ['--expose-gc'] }), true);
  t.end();
});

t.test('auto times it on a GPU, not on a program in place of one', { skip }, async (t) => {
  const { reason } = await openBackend('auto');
  const isSoftware = !(adapter instanceof PinwalkError) && adapter.isSoftware;
  t.match(reason, isSoftware ? /; webgpu does not run here/ : /a small step takes .* ms on webgpu/);
});

t.test('memory that no tensor holds goes back to the GPU, beyond what may lie idle', { skip }, async (t) => {
  await openBackend('webgpu');
  const bytes = (): number => Number(Reflect.get(tf.memory(), 'numBytesAllocatedInGPU'));
  const sumOf = async (size: number): Promise<void> => {
    const sum = tf.tidy(() => tf.sum(tf.mul(tf.ones([size]), 2)));
    t.equal((await sum.data())[0], 2 * size);
    sum.dispose();
  };
  for (let size = 1000; size < 1008; size++) await sumOf(size);
  const kept = bytes();
  releaseSpareBuffers(tf.backend(), kept);
  t.equal(bytes(), kept, 'a little may stay');
  releaseSpareBuffers(tf.backend(), 0);
  t.ok(bytes() < kept / 2, `${kept} bytes, then ${bytes()}`);
  await sumOf(1000);
  t.end();
});

t.test('a backend without such buffers is left alone', (t) => {
  t.doesNotThrow(() => releaseSpareBuffers({}));
  t.end();
});

t.test('max pooling, which reads its input at once, is refused', { skip }, async (t) => {
  await openBackend('webgpu');
  const rows = { offsets: Uint32Array.of(0, 1), neighbors: Uint32Array.of(0) };
  t.throws(() => tf.tidy(() => maxPool(tf.ones([1, 2]), rows)), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'maxPool: the backend must read at once (got webgpu); take --backend wasm with --pooling max',
  });
});
