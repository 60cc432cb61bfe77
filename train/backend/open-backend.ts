/**
 * Opens a TensorFlow.js backend for training: gradients, our kernels, what tfjs-node and webgpu need to run in Node.
 */
import * as tf from '@tensorflow/tfjs-core';
import { PinwalkError } from '../../data/errors.js';
import { installTensorflow, installReference } from '../kernels/register.js';
import { loadTensorflow } from '../kernels/tensorflow-product.js';
import { openWasmBackend } from '../kernels/wasm-backend.js';
import { timeTrialStep } from './trial-step.js';
import { findAdapter, importOptional, mayHaveGpu, type Adapter } from './webgpu.js';

/** Backends by the names TF.js has for them. */
export type BackendName = 'wasm' | 'cpu' | 'tensorflow' | 'webgpu';

/** The accepted spellings of `--backend`. */
export const backendNames = ['auto', 'wasm', 'tensorflow', 'webgpu', 'cpu'] as const;

/** A spelling of `--backend`. */
export type BackendChoice = (typeof backendNames)[number];

/** The backend that runs, and why it was taken. */
export interface OpenBackend {
  readonly name: BackendName;
  readonly reason: string;
}

/**
 * Makes a backend the active one.
 *
 * @param name  `auto` times a small step on wasm, on tensorflow where it is installed and on webgpu where it finds a GPU, and
 *   takes the fastest; they differ in the last digits, so a run to be repeated should name its backend
 * @returns the backend, and the reason in words for the log
 * @throws PinwalkError `BACKEND_UNAVAILABLE` with what to do, `OPTION_OUT_OF_RANGE`
 *
 * Cost: wasm 60 ms, cpu 30 ms, tensorflow 0.5 s, webgpu 0.3 s, auto 1.5 s where tensorflow is installed. The backend belongs to the
 * process; a worker thread opens its own. On webgpu tensors must be read by `data()`: `dataSync()` needs a browser.
 */
export async function openBackend(name: BackendChoice): Promise<OpenBackend> {
  tf.enableProdMode(); // else the cpu backend prints an advertisement for tfjs-node
  switch (name) {
    case 'auto':
      return openFastest();
    case 'wasm':
      return { name, reason: await openWasm() };
    case 'cpu':
      await import('@tensorflow/tfjs-backend-cpu');
      await activate(name);
      installReference();
      return { name, reason: 'plain JavaScript by the reference kernels, for checks; many times slower than wasm' };
    case 'tensorflow':
      return { name, reason: await openTensorflow() };
    case 'webgpu':
      return { name, reason: await openWebgpu(await findAdapter()) };
    default:
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `openBackend: the backend must be one of ${backendNames.join(', ')} (got ${String(name)})`,
      );
  }
}

/** Times a step on each backend that runs here; one that does not is named, and is no error. */
async function openFastest(): Promise<OpenBackend> {
  const openers: [BackendName, () => Promise<string>][] = [
    ['wasm', openWasm],
    ['tensorflow', openTensorflow],
    ['webgpu', openGpu],
  ];
  const timed: { name: BackendName; reason: string; ms: number }[] = [];
  const absent: string[] = [];
  for (const [name, open] of openers) {
    try {
      const reason = await open();
      timed.push({ name, reason, ms: await timeTrialStep() });
    } catch (error) {
      if (!(error instanceof PinwalkError) || error.code !== 'BACKEND_UNAVAILABLE') throw error;
      absent.push(name);
    }
  }
  const [fastest] = timed.sort((a, b) => a.ms - b.ms);
  if (!fastest)
    throw new PinwalkError('BACKEND_UNAVAILABLE', 'openBackend: wasm must run here (it does not); see --backend cpu');
  await activate(fastest.name);
  const times = timed.map(({ name, ms }) => `${ms.toFixed(0)} ms on ${name}`).join(', ');
  const missing = absent.map((name) => `; ${name} does not run here`).join('');
  return { name: fastest.name, reason: `auto: ${fastest.reason}; a small step takes ${times}${missing}` };
}

async function openWasm(): Promise<string> {
  const { build } = await openWasmBackend();
  return `WebAssembly with our kernels, ${build === 'fma' ? 'fused multiply-add' : 'plain SIMD'}`;
}

/**
 * Of tfjs-node only the addon is loaded: its JavaScript would bring a second TF.js with kernels that train at a third of the speed
 * (and calls functions that Node 23 took out of `util`).
 */
async function openTensorflow(): Promise<string> {
  await openWasm();
  const addon = loadTensorflow();
  installTensorflow(addon);
  await activate('tensorflow');
  return `TensorFlow ${addon.TF_Version} for products, our WebAssembly kernels in the same memory for all else`;
}

/** webgpu as `auto` takes it: on a real GPU only, since a program that stands in for one is many times slower than wasm. */
async function openGpu(): Promise<string> {
  if (!mayHaveGpu()) {
    throw new PinwalkError(
      'BACKEND_UNAVAILABLE',
      'openBackend: webgpu must find a GPU (got no device); take --backend webgpu to ask its driver all the same',
    );
  }
  const adapter = await findAdapter();
  if (!adapter.isSoftware) return openWebgpu(adapter);
  throw new PinwalkError(
    'BACKEND_UNAVAILABLE',
    `openBackend: webgpu must find a GPU (got ${adapter.name}, which is software); take --backend webgpu to use it all the same`,
  );
}

async function openWebgpu({ name, isSoftware, install }: Adapter): Promise<string> {
  install();
  await importOptional('@tensorflow/tfjs-backend-webgpu');
  await activate('webgpu');
  return `WebGPU by Dawn on ${name}${isSoftware ? ', a program in place of a GPU' : ''}`;
}

async function activate(name: BackendName): Promise<void> {
  const done = await tf.setBackend(name);
  if (!done) {
    throw new PinwalkError(
      'BACKEND_UNAVAILABLE',
      `openBackend: the ${name} backend must start (it did not; see the line above); take another with --backend`,
    );
  }
  await tf.ready();
}
