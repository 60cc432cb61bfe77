/**
 * TF.js's wasm backend with all that training in Node needs: a memory that threads share, our kernels in it, and the gradients of stock
 * kernels that tfjs-core leaves to the package that brings everything.
 */
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import './stock-gradients.gen.js';
import { PinwalkError } from '../../data/errors.js';
import type { KernelBuild } from './module.js';
import { installKernels, type KernelReport } from './register.js';

/**
 * Makes wasm the active backend and installs our kernels on it; a second call makes it active again.
 *
 * To be called instead of `tf.setBackend('wasm')`, with the copy of @tensorflow/tfjs-core and of @tensorflow/tfjs-backend-wasm that
 * this package depends on (4.22.0: the kernels reach into the backend's memory).
 *
 * @param options.build  default: the fastest the engine has
 * @throws PinwalkError `BACKEND_UNAVAILABLE` when the backend does not start, has been started without us, or kernels do not run here
 *
 * Cost: 60 ms. The backend belongs to the process; a worker thread opens its own.
 */
export async function openWasmBackend(options: { readonly build?: KernelBuild } = {}): Promise<KernelReport> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const isStarted = tf.engine().registry['wasm'] !== undefined;
  // The copy whose memory threads may share. After the first time this says so in vain, so only then.
  if (!isStarted) setWasmPaths(fileURLToPath(new URL('./', import.meta.url)));
  if (!(await tf.setBackend('wasm'))) {
    throw new PinwalkError(
      'BACKEND_UNAVAILABLE',
      'installKernels: the wasm backend must start (it did not; see the line above); take another with --backend',
    );
  }
  await tf.ready();
  return installKernels(options);
}
