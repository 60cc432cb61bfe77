/**
 * Installs our kernels on TF.js's wasm backend, after trying them out, and the reference kernels on its cpu backend.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { PinwalkError } from '../../data/errors.js';
import { convolutionKernels } from './convolution-kernels.js';
import { registerGradients } from './gradients.js';
import type { KernelBuild } from './module.js';
import { simdProduct, type Product } from './product.js';
import { referenceKernels } from './reference-kernels.js';
import { simdKernels, type NamedKernel } from './simd-kernels.js';
import { stockKernels } from './stock-kernels.js';
import { tensorflowProduct, type TensorflowAddon } from './tensorflow-product.js';
import { WasmHeap } from './wasm-heap.js';

/** What was installed. */
export interface KernelReport {
  readonly build: KernelBuild;
  /** Names of the kernels, ours and stock ones that we stand in for. */
  readonly kernels: readonly string[];
}

let report: KernelReport | undefined;
/** Of the wasm backend, once our kernels run in it. */
let wasmHeap: WasmHeap | undefined;

/**
 * Installs the kernels on the wasm backend, which must be active; a second call gives the first one's report.
 *
 * @param options.build  default: the fastest the engine has
 * @throws PinwalkError `BACKEND_UNAVAILABLE` when they do not run here: stock kernels would train, many times slower
 */
export function installKernels(options: { build?: KernelBuild } = {}): KernelReport {
  if (report) return report;
  const heap = WasmHeap.open(tf.backend(), options.build);
  tryProduct(heap, simdProduct(heap), 3);
  registerGradients();
  wasmHeap = heap;
  report = { build: heap.build, kernels: register('wasm', kernelsOn(heap, simdProduct(heap))) };
  return report;
}

/**
 * Installs the reference kernels on the cpu backend, which must be active: plain TypeScript that every other kernel is compared with.
 * Its own UnsortedSegmentSum, the gradient of gather, takes segments times rows.
 */
export function installReference(): string[] {
  registerGradients();
  return register('cpu', referenceKernels(tf.backend()));
}

/**
 * Makes the backend `tensorflow`: the wasm backend once more, which must be active with our kernels, under another name and with
 * TensorFlow's products instead of ours. Both hold their tensors in one memory, so a change from one to the other moves nothing.
 *
 * @returns names of the kernels
 * @throws PinwalkError `BACKEND_UNAVAILABLE` when our kernels do not run or TensorFlow's product is not right
 */
export function installTensorflow(addon: TensorflowAddon): readonly string[] {
  if (!wasmHeap) {
    throw new PinwalkError(
      'BACKEND_UNAVAILABLE',
      'installTensorflow: our kernels must run on the wasm backend first (got none installed); call installKernels',
    );
  }
  const heap = wasmHeap;
  const product = tensorflowProduct(heap, addon);
  tryProduct(heap, product, 96); // large enough not to be left to our own
  if (tf.findBackend('tensorflow') === null) {
    const backend = tf.backend();
    tf.registerBackend('tensorflow', () => backend);
    tf.copyRegisteredKernels('wasm', 'tensorflow');
  }
  return register('tensorflow', kernelsOn(heap, product));
}

function kernelsOn(heap: WasmHeap, product: Product): NamedKernel[] {
  return [...simdKernels(heap, product), ...convolutionKernels(heap, product), ...stockKernels(heap, product)];
}

/** The heap of the active backend; undefined where our kernels do not run. */
export function activeHeap(): WasmHeap | undefined {
  return ['wasm', 'tensorflow'].includes(tf.getBackend()) ? wasmHeap : undefined;
}

/** The numbers of a float32 tensor where they lie, as long as it lives; undefined on backends that do not show them. */
export function inPlace(tensor: tf.Tensor): Float32Array | undefined {
  return tensor.dtype === 'float32' ? activeHeap()?.floats(tensor) : undefined;
}

/** Multiplies ones by twos, [side, side], twice into one place; @throws PinwalkError when that does not come out right. */
function tryProduct(heap: WasmHeap, product: Product, side: number): void {
  const [a, b, out] = [1, 2, NaN].map((value) => {
    const matrix = heap.make([side, side]);
    heap.floats(matrix).fill(value);
    return matrix;
  }) as [TensorInfo, TensorInfo, TensorInfo];
  const operands = { a: heap.at(a), b: heap.at(b), out: heap.at(out) };
  const shape = { rows: side, columns: side, depth: side, transposeA: false, transposeB: true };
  product(operands, shape);
  product({ ...operands, add: true }, shape);
  const found = heap.floats(out).find((value) => value !== 4 * side);
  for (const matrix of [a, b, out]) heap.release(matrix);
  if (found !== undefined) {
    throw new PinwalkError(
      'BACKEND_UNAVAILABLE',
      `installKernels: a product of ones and twos must be ${4 * side} (got ${found})`,
    );
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
