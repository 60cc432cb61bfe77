/**
 * Installs our kernels on TF.js's wasm backend, after trying them out; where they cannot run, the twins, with one warning.
 */
import * as tf from '@tensorflow/tfjs-core';
import { PinwalkError } from '../../data/errors.js';
import { registerGradients } from './gradients.js';
import type { KernelBuild } from './module.js';
import { nativeKernels } from './native-kernels.js';
import { ownKernels, multiply, type NamedKernel } from './own-kernels.js';
import { pairKernels } from './pair-kernels.js';
import { stockKernels } from './stock-kernels.js';
import { twinKernels } from './twin-kernels.js';
import { WasmHeap } from './wasm-heap.js';
import { Workspace } from './workspace.js';

/** What was installed. */
export interface KernelReport {
  /** `twins`: plain TypeScript, because of `reason`. */
  readonly build: KernelBuild | 'twins';
  /** Names of the kernels, ours and stock ones that we stand in for. */
  readonly kernels: readonly string[];
  readonly reason?: string;
}

let report: KernelReport | undefined;

/**
 * Installs the kernels on the wasm backend, which must be active; a second call gives the first one's report.
 *
 * @param options.build  default: the fastest the engine has; `twins` to leave SIMD out
 * @param options.warn  told once when the twins have to do; default console.warn
 */
export function installKernels(
  options: { build?: KernelBuild | 'twins'; warn?: (message: string) => void } = {},
): KernelReport {
  if (report) return report;
  const { build, warn = console.warn } = options;
  const backend: unknown = tf.backend();
  const heap = build === 'twins' ? 'asked for' : openHeap(backend, build);
  if (heap instanceof WasmHeap) {
    registerGradients();
    report = {
      build: heap.build,
      kernels: register('wasm', [...ownKernels(heap), ...pairKernels(heap), ...stockKernels(heap)]),
    };
    return report;
  }
  if (build !== 'twins') {
    warn(`installKernels: SIMD kernels do not run here, training will be many times slower (${heap})`);
  }
  report = { build: 'twins', kernels: installTwins(), reason: heap };
  return report;
}

/**
 * Installs the twins on the active backend, whichever it is.
 *
 * On cpu they are worth it too: its own UnsortedSegmentSum, the gradient of gather, takes segments times rows.
 */
export function installTwins(): string[] {
  registerGradients();
  return register(tf.getBackend(), twinKernels(tf.backend()));
}

/**
 * Installs what makes TensorFlow's backend train well, which must be active; without the compiled kernels nothing is installed and
 * `ops.ts` composes stock operations, at three times the time.
 *
 * @returns names of the kernels
 */
export function installNativeKernels(warn: (message: string) => void = console.warn): string[] {
  try {
    const kernels = nativeKernels(Workspace.open());
    registerGradients();
    return register('tensorflow', kernels);
  } catch (error) {
    if (!(error instanceof PinwalkError)) throw error;
    warn(`installNativeKernels: stock kernels have to do (${error.message})`);
    return [];
  }
}

/** Opens the backend's memory and tries a product in it, or says why not. */
function openHeap(backend: unknown, build?: KernelBuild): WasmHeap | string {
  try {
    const heap = WasmHeap.open(backend, build);
    const a = heap.make([2, 3]);
    const out = heap.make([2, 2]);
    heap.floats(a).set([1, 2, 3, 4, 5, 6]);
    const shape = { rows: 2, columns: 2, depth: 3, transposeA: false, transposeB: true };
    multiply(heap, { a: heap.at(a), b: heap.at(a), out: heap.at(out) }, shape);
    const result = heap.floats(out).join(' ');
    heap.release(a);
    heap.release(out);
    return result === '14 32 32 77' ? heap : `a product must be right (got ${result})`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function register(backendName: string, kernels: readonly NamedKernel[]): string[] {
  for (const kernel of kernels) {
    // TF.js warns when a kernel is registered over another, so the stock one goes first.
    if (tf.getKernel(kernel.kernelName, backendName) !== undefined) tf.unregisterKernel(kernel.kernelName, backendName);
    tf.registerKernel({ ...kernel, backendName });
  }
  return kernels.map((kernel) => kernel.kernelName);
}
