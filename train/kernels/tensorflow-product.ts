/**
 * The dense product by TensorFlow's library, through the addon of @tensorflow/tfjs-node, on matrices in the wasm backend's memory.
 *
 * TensorFlow reads that memory where it lies: the addon hands typed arrays over without a copy. Its result lies elsewhere and is
 * brought back by InplaceUpdate, the one operation that writes to a tensor it is given; as complex numbers, since that operation
 * moves one number at a time. Rows go in blocks, so that a result is still in the cache when it is brought back.
 *
 * Measured on one core with AVX-512, [10654, 128] x [128, 128]: product 2.2 ms (159 GFLOP/s), bringing back 0.6; ours takes 8.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { PinwalkError } from '../../data/errors.js';
import { simdProduct, type Product } from './product.js';
import type { WasmHeap } from './wasm-heap.js';

/** The addon's functions; a tensor is the number of a handle in it. */
export interface TensorflowAddon {
  readonly TF_Version: string;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_COMPLEX64: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  createTensor(shape: readonly number[], type: number, values: Float32Array | Int32Array): number;
  deleteTensor(tensor: number): void;
  executeOp(name: string, attributes: readonly object[], inputs: readonly number[], outputs: number): { id: number }[];
}

/** Rows multiplied at a time. */
const BLOCK_ROWS = 4096;
/** Products of fewer operations are ours: calling TensorFlow takes as long (30 microseconds). */
const SMALLEST = 1e6;
/** TensorFlow works in place only on memory aligned like this, and copies other. */
export const ALIGNMENT = 64;

/** Loads the addon; the JavaScript around it, which would bring a second TF.js, stays out. */
export function loadTensorflow(): TensorflowAddon {
  const require = createRequire(import.meta.url);
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'; // its greeting goes to standard error
  try {
    const folder = path.dirname(require.resolve('@tensorflow/tfjs-node/package.json'));
    return require(path.join(folder, 'lib/napi-v8/tfjs_binding.node')) as TensorflowAddon; // checked by use, in `register.ts`
  } catch (error) {
    const message = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
    throw new PinwalkError(
      'BACKEND_UNAVAILABLE',
      `openBackend: @tensorflow/tfjs-node must load (got ${message}); run npm run native, or take --backend wasm`,
      { cause: error },
    );
  }
}

/** The product by TensorFlow on `heap`; small and oddly placed ones are ours. */
export function tensorflowProduct(heap: WasmHeap, addon: TensorflowAddon): Product {
  const own = simdProduct(heap);
  const type = (name: string, value: number): object => ({ name, type: addon.TF_ATTR_TYPE, value });
  const flag = (name: string, value: boolean): object => ({ name, type: addon.TF_ATTR_BOOL, value });
  const float = type('T', addon.TF_FLOAT);
  const complex = type('T', addon.TF_COMPLEX64);
  const reshape = [float, type('Tshape', addon.TF_INT32)];
  const bitcast = [float, type('type', addon.TF_COMPLEX64)];
  const first = addon.createTensor([1], addon.TF_INT32, Int32Array.of(0));

  /** Runs `work`; handles that it passes through `keep` are given back at the end. */
  const within = (work: (keep: (tensor: number) => number) => void): void => {
    const kept: number[] = [];
    try {
      work((tensor) => (kept.push(tensor), tensor));
    } finally {
      kept.forEach((tensor) => addon.deleteTensor(tensor));
    }
  };

  return (operands, shape) => {
    const { a, b, out, bias = 0, relu = false, add = false } = operands;
    const { rows, columns, depth, transposeA, transposeB } = shape;
    const fits = out % ALIGNMENT === 0 && (rows * columns) % 2 === 0;
    if (!fits || 2 * rows * columns * depth < SMALLEST) return own(operands, shape);
    const attributes = [float, flag('transpose_a', transposeA), flag('transpose_b', transposeB)];
    const step = transposeA ? rows : BLOCK_ROWS; // a block of columns does not lie together
    for (let row = 0; row < rows; row += step) {
      const height = Math.min(step, rows - row);
      const size = height * columns;
      const target = out + row * columns * 4;
      within((keep) => {
        const run = (name: string, attrs: readonly object[], ...inputs: number[]): number =>
          keep((addon.executeOp(name, attrs, inputs, 1)[0] as { id: number }).id);
        const matrix = (at: number, sides: readonly number[]): number =>
          keep(addon.createTensor(sides, addon.TF_FLOAT, heap.view(at, sides)));
        const left = matrix(a + row * depth * 4, transposeA ? [depth, rows] : [height, depth]);
        const right = matrix(b, transposeB ? [columns, depth] : [depth, columns]);
        const product = run('MatMul', attributes, left, right);
        const pairs = [1, size / 2, 2];
        const line = keep(addon.createTensor([3], addon.TF_INT32, Int32Array.from(pairs)));
        const result = run('Bitcast', bitcast, run('Reshape', reshape, product, line));
        const place = run('Bitcast', bitcast, matrix(target, pairs));
        run(add ? 'InplaceAdd' : 'InplaceUpdate', [complex], place, first, result);
      });
      if (bias !== 0 || relu) heap.kernels.finish(target, columns * 4, height, columns, bias, Number(relu));
    }
  };
}
