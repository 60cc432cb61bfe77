/**
 * Opens a TensorFlow.js backend for training: gradients, our kernels on wasm, the shim that tfjs-node needs.
 */
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import './gradients.gen.js';
import { PinwalkError } from '../data/errors.js';
import { installKernels, installTensorflow, installTwins } from './kernels/register.js';
import { loadTensorflow } from './kernels/tensorflow-product.js';
import { timeTrialStep } from './trial-step.js';

/** Backends by the names TF.js has for them. */
export type BackendName = 'wasm' | 'cpu' | 'tensorflow';

/** The accepted spellings of `--backend`. */
export const backendNames = ['auto', 'wasm', 'cpu', 'tensorflow'] as const;

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
 * @param name  `auto` times a small step on wasm and, where it is installed, on tensorflow, and takes tensorflow if it is
 *   clearly faster (results of the two differ in the last digits, so a close race should not decide)
 * @returns the backend, and the reason in words for the log
 * @throws PinwalkError `BACKEND_UNAVAILABLE` with what to do, `OPTION_OUT_OF_RANGE`
 *
 * Cost: wasm 60 ms, cpu 30 ms, tensorflow 0.5 s, auto 1.5 s where both are installed. The backend belongs to the process; a worker thread opens its own.
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
      installTwins();
      return { name, reason: 'plain JavaScript, for checks; many times slower than wasm' };
    case 'tensorflow':
      return { name, reason: await openTensorflow() };
    default:
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `openBackend: the backend must be one of ${backendNames.join(', ')} (got ${String(name)})`,
      );
  }
}

/** How much faster than wasm another backend must be for `auto` to take it. */
const CLEARLY = 1.2;

async function openFastest(): Promise<OpenBackend> {
  const wasm = await openWasm();
  if (!isInstalled('@tensorflow/tfjs-node')) {
    return { name: 'wasm', reason: `auto: ${wasm}; @tensorflow/tfjs-node is not installed` };
  }
  const wasmMs = timeTrialStep();
  let other: string;
  try {
    const tensorflow = await openTensorflow();
    const tensorflowMs = timeTrialStep();
    other = `a small step takes ${wasmMs.toFixed(0)} ms on wasm, ${tensorflowMs.toFixed(0)} ms on tensorflow`;
    if (wasmMs > CLEARLY * tensorflowMs) return { name: 'tensorflow', reason: `auto: ${tensorflow}; ${other}` };
  } catch (error) {
    if (!(error instanceof PinwalkError)) throw error;
    other = '@tensorflow/tfjs-node does not load';
  }
  await activate('wasm');
  return { name: 'wasm', reason: `auto: ${wasm}; ${other}` };
}

function isInstalled(packageName: string): boolean {
  try {
    createRequire(import.meta.url).resolve(packageName);
    return true;
  } catch {
    return false;
  }
}

async function openWasm(): Promise<string> {
  await import('@tensorflow/tfjs-backend-wasm');
  await activate('wasm');
  const { build, reason } = installKernels();
  if (build === 'twins') return `WebAssembly with stock kernels and plain TypeScript (${reason})`;
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
