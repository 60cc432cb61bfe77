/**
 * PinSage's convolution, ReLU([self ; pooled] W + b), and its gradients on the wasm backend: the joined matrix is never made.
 *
 * Its twin is what `ops.ts` composes elsewhere, of slice, concat and dense. Measured on the shipped data's step: joining, splitting
 * and the gradient of fixed features cost a quarter of it.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { NamedKernel } from './own-kernels.js';
import type { Product } from './product.js';
import type { WasmHeap } from './wasm-heap.js';

/** The kernels on `heap`; W [K1 + K2, N] is W1 above W2, dz [M, N]. */
export function pairKernels(heap: WasmHeap, product: Product): NamedKernel[] {
  const at = (tensor: TensorInfo): number => heap.at(tensor);
  return [
    {
      kernelName: 'DensePair',
      kernelFunc: ({ inputs }) => {
        const { self, pooled, W, b } = inputs as unknown as Record<'self' | 'pooled' | 'W' | 'b', TensorInfo>;
        const [rows, pooledDepth] = sides(pooled);
        const [, selfDepth] = sides(self);
        const [, columns] = sides(W);
        const out = heap.make([rows, columns]);
        const shape = { rows, columns, transposeA: false, transposeB: false };
        const lower = at(W) + selfDepth * columns * 4;
        product({ a: at(self), b: at(W), out: at(out) }, { ...shape, depth: selfDepth });
        const last = { a: at(pooled), b: lower, out: at(out), bias: at(b), relu: true, add: true };
        product(last, { ...shape, depth: pooledDepth });
        return out;
      },
    },
    {
      kernelName: 'DensePairSelfGradient', // dz W1^T, and zeros for the rows below M
      kernelFunc: ({ inputs, attrs }) => {
        const { dz, W } = inputs as unknown as Record<'dz' | 'W', TensorInfo>;
        const { rows: allRows, columns } = attrs as unknown as { rows: number; columns: number };
        const [rows, depth] = sides(dz);
        const out = heap.make([allRows, columns]);
        const shape = { rows, columns, depth, transposeA: false, transposeB: true };
        product({ a: at(dz), b: at(W), out: at(out) }, shape);
        heap.floats(out).fill(0, rows * columns);
        return out;
      },
    },
    {
      kernelName: 'DensePairPooledGradient', // dz W2^T
      kernelFunc: ({ inputs, attrs }) => {
        const { dz, W } = inputs as unknown as Record<'dz' | 'W', TensorInfo>;
        const { columns } = attrs as unknown as { columns: number };
        const [rows, depth] = sides(dz);
        const lower = at(W) + (sides(W)[0] - columns) * depth * 4;
        const out = heap.make([rows, columns]);
        const shape = { rows, columns, depth, transposeA: false, transposeB: true };
        product({ a: at(dz), b: lower, out: at(out) }, shape);
        return out;
      },
    },
    {
      kernelName: 'DensePairWeightGradient', // self^T dz above pooled^T dz
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
