/**
 * PinSage's convolution on the wasm backend's memory, in two halves, and their gradients: `DensePool` projects and pools the
 * neighborhoods, `Convolve` joins rows with what was pooled. Neither the joined matrix nor values before normalization are made.
 *
 * Their reference kernels are what `ops.ts` composes elsewhere.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Product } from './product.js';
import { refuse, transposed, type NamedKernel, type RowsInputs } from './simd-kernels.js';
import { size, type WasmHeap } from './wasm-heap.js';

/** Rows of a convolution that are finished while they are in the cache. */
const BLOCK_ROWS = 4096;

/** The kernels on `heap`; W [K1 + K2, N] is W1 above W2, dz [M, N]. */
export function convolutionKernels(heap: WasmHeap, product: Product): NamedKernel[] {
  const { kernels } = heap;
  const at = (tensor: TensorInfo): number => heap.at(tensor);
  return [
    {
      kernelName: 'DensePool', // [pooled, ReLU(x W + b) as if it were empty]
      kernelFunc: ({ inputs }) => {
        const { x, W, b, ...rows } = inputs as unknown as RowsInputs & Record<'x' | 'W' | 'b', TensorInfo>;
        const [sourceRows, depth] = sides(x);
        const [, columns] = sides(W);
        const projected = heap.make([sourceRows, columns]);
        const shape = { rows: sourceRows, columns, depth, transposeA: false, transposeB: false };
        product({ a: at(x), b: at(W), out: at(projected), bias: at(b), relu: true }, shape);
        const rowCount = size(rows.offsets.shape) - 1;
        const pooled = heap.make([rowCount, columns]);
        const entries = [at(rows.offsets), at(rows.neighbors), at(rows.weights)] as const;
        const wrong = kernels.pool(at(projected), ...entries, at(pooled), rowCount, columns, sourceRows);
        refuse('densePool', heap, { indices: rows.neighbors, wrong, sourceRows });
        // Of an output without a gradient TF.js makes one of zeros; of this size that would take longer than the pooling.
        return [pooled, { ...projected, shape: [0] }];
      },
    },
    {
      kernelName: 'DensePoolGradient', // [gradient of x W + b, its column sums]
      kernelFunc: ({ inputs, attrs }) => {
        const { dy, y, ...rows } = inputs as unknown as RowsInputs & Record<'dy' | 'y', TensorInfo>;
        const { sourceRows } = attrs as unknown as { sourceRows: number };
        const [, columns] = sides(dy);
        const [dz, sums] = [heap.make([sourceRows, columns]), heap.make([columns])];
        transposed(heap, rows, sourceRows, (turned) =>
          kernels.poolReluGradient(at(dy), ...turned, at(y), at(dz), at(sums), sourceRows, columns),
        );
        return [dz, sums];
      },
    },
    {
      kernelName: 'Convolve', // [unit rows z, what each was scaled by]
      kernelFunc: ({ inputs, attrs }) => {
        const { self, pooled, W, b } = inputs as unknown as Record<'self' | 'pooled' | 'W' | 'b', TensorInfo>;
        const { epsilon } = attrs as unknown as { epsilon: number };
        const [rows, pooledDepth] = sides(pooled);
        const [, selfDepth] = sides(self);
        const [, columns] = sides(W);
        const [z, scales] = [heap.make([rows, columns]), heap.make([rows])];
        const lower = at(W) + selfDepth * columns * 4;
        for (let row = 0; row < rows; row += BLOCK_ROWS) {
          const shape = { rows: Math.min(BLOCK_ROWS, rows - row), columns, transposeA: false, transposeB: false };
          const out = at(z) + row * columns * 4;
          product({ a: at(self) + row * selfDepth * 4, b: at(W), out }, { ...shape, depth: selfDepth });
          const last = { a: at(pooled) + row * pooledDepth * 4, b: lower, out, bias: at(b), relu: true, add: true };
          product(last, { ...shape, depth: pooledDepth });
          kernels.l2Normalize(out, out, at(scales) + row * 4, shape.rows, columns, epsilon);
        }
        return [z, scales];
      },
    },
    {
      kernelName: 'UnitReluGradient', // [gradient of [self ; pooled] W + b, its column sums]
      kernelFunc: ({ inputs }) => {
        const { dy, z, scales } = inputs as unknown as Record<'dy' | 'z' | 'scales', TensorInfo>;
        const [rows, columns] = sides(z);
        const [dz, sums] = [heap.make([rows, columns]), heap.make([columns])];
        kernels.unitReluGradient(at(dy), at(z), at(scales), at(dz), at(sums), rows, columns);
        return [dz, sums];
      },
    },
    {
      kernelName: 'ConvolveSelfGradient', // dz W1^T, and zeros for the rows below M
      kernelFunc: ({ inputs, attrs }) => {
        const { dz, W } = inputs as unknown as Record<'dz' | 'W', TensorInfo>;
        const { rows: allRows, columns } = attrs as unknown as { rows: number; columns: number };
        const [rows, depth] = sides(dz);
        const out = heap.make([allRows, columns]);
        product({ a: at(dz), b: at(W), out: at(out) }, { rows, columns, depth, transposeA: false, transposeB: true });
        heap.floats(out).fill(0, rows * columns);
        return out;
      },
    },
    {
      kernelName: 'ConvolvePooledGradient', // dz W2^T
      kernelFunc: ({ inputs, attrs }) => {
        const { dz, W } = inputs as unknown as Record<'dz' | 'W', TensorInfo>;
        const { columns } = attrs as unknown as { columns: number };
        const [rows, depth] = sides(dz);
        const lower = at(W) + (sides(W)[0] - columns) * depth * 4;
        const out = heap.make([rows, columns]);
        product({ a: at(dz), b: lower, out: at(out) }, { rows, columns, depth, transposeA: false, transposeB: true });
        return out;
      },
    },
    {
      kernelName: 'ConvolveWeightGradient', // self^T dz above pooled^T dz
      kernelFunc: ({ inputs }) => {
        const { dz, self, pooled } = inputs as unknown as Record<'dz' | 'self' | 'pooled', TensorInfo>;
        const [depth, columns] = sides(dz);
        const [, selfRows] = sides(self);
        const [, pooledRows] = sides(pooled);
        const out = heap.make([selfRows + pooledRows, columns]);
        const lower = at(out) + selfRows * columns * 4;
        const shape = { columns, depth, transposeA: true, transposeB: false };
        product({ a: at(self), b: at(dz), out: at(out) }, { ...shape, rows: selfRows });
        product({ a: at(pooled), b: at(dz), out: lower }, { ...shape, rows: pooledRows });
        return out;
      },
    },
  ];
}

/** Rows and columns of a matrix. */
function sides(tensor: TensorInfo): [number, number] {
  return [tensor.shape[0] ?? 1, tensor.shape[1] ?? 1];
}
