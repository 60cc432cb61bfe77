/**
 * Stock TF.js kernels of the wasm backend, done faster or done at all, for the cases training meets; every other case goes on to
 * the stock one.
 *
 * Measured on [512, 8000] float32: transposed matMul 40x, gather 20x, exp 15x, sum over rows 20x; UnsortedSegmentSum, the gradient of
 * gather, is missing from the stock backend.
 */
import { getKernel, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Product } from './product.js';
import { gather, type NamedKernel } from './simd-kernels.js';
import { size, type WasmHeap } from './wasm-heap.js';

/** The stock kernels we stand in for, on `heap`; call once, since each keeps the one it replaces. */
export function stockKernels(heap: WasmHeap, product: Product): NamedKernel[] {
  const { kernels } = heap;
  const at = (tensor: TensorInfo): number => heap.at(tensor);
  return [
    {
      kernelName: 'BatchMatMul',
      kernelFunc: orStock('BatchMatMul', ({ inputs, attrs }) => {
        const { a, b } = inputs as unknown as { a: TensorInfo; b: TensorInfo };
        const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
        const lead = a.shape.slice(0, -2);
        const others = b.shape.slice(0, -2);
        const sameLead = lead.length === others.length && lead.every((length, axis) => length === others[axis]);
        if (!isFloat(a) || !isFloat(b) || !sameLead) return undefined;
        const [a0, a1] = a.shape.slice(-2) as [number, number];
        const [b0, b1] = b.shape.slice(-2) as [number, number];
        const [rows, depth] = transposeA ? [a1, a0] : [a0, a1];
        const columns = transposeB ? b0 : b1;
        const out = heap.make([...lead, rows, columns]);
        for (let i = 0; i < size(lead); i++) {
          const given = {
            a: at(a) + i * a0 * a1 * 4,
            b: at(b) + i * b0 * b1 * 4,
            out: at(out) + i * rows * columns * 4,
          };
          product(given, { rows, columns, depth, transposeA, transposeB });
        }
        return out;
      }),
    },
    {
      kernelName: 'Exp',
      kernelFunc: orStock('Exp', ({ inputs }) => {
        const { x } = inputs as unknown as { x: TensorInfo };
        if (!isFloat(x)) return undefined;
        const out = heap.make(x.shape);
        kernels.exp(at(x), at(out), size(x.shape));
        return out;
      }),
    },
    {
      kernelName: 'GatherV2',
      kernelFunc: orStock('GatherV2', ({ inputs, attrs }) => {
        const { x, indices } = inputs as unknown as { x: TensorInfo; indices: TensorInfo };
        const { axis, batchDims } = attrs as unknown as { axis: number; batchDims: number };
        if (axis !== 0 || batchDims !== 0 || !isFloat(x) || x.shape.length === 0) return undefined;
        return gather(heap, { x, indices, shape: [...indices.shape, ...x.shape.slice(1)] });
      }),
    },
    {
      kernelName: 'Identity',
      kernelFunc: ({ inputs }) => heap.share((inputs as unknown as { x: TensorInfo }).x),
    },
    {
      kernelName: 'Sum',
      kernelFunc: orStock('Sum', ({ inputs, attrs }) => {
        const { x } = inputs as unknown as { x: TensorInfo };
        const { axis, keepDims } = attrs as unknown as { axis?: number | number[] | null; keepDims: boolean };
        const rank = x.shape.length;
        const axes =
          axis === null || axis === undefined ? [...x.shape.keys()] : [axis].flat().map((a) => (a < 0 ? a + rank : a));
        const isLast = axes.every((a) => a >= rank - axes.length);
        const isFirst = axes.every((a) => a < axes.length);
        if (!isFloat(x) || !(isLast || isFirst) || new Set(axes).size !== axes.length) return undefined;
        const kept = x.shape.filter((_, a) => !axes.includes(a));
        const out = heap.make(keepDims ? x.shape.map((length, a) => (axes.includes(a) ? 1 : length)) : kept);
        const summed = size(axes.map((a) => x.shape[a] ?? 1));
        if (isLast) kernels.rowSum(at(x), at(out), size(kept), summed);
        else kernels.columnSum(at(x), at(out), summed, size(kept));
        return out;
      }),
    },
    {
      kernelName: 'Transpose',
      kernelFunc: orStock('Transpose', ({ inputs, attrs }) => {
        const { x } = inputs as unknown as { x: TensorInfo };
        const { perm } = attrs as unknown as { perm: number[] };
        const [rows, columns] = x.shape;
        if (!isFloat(x) || rows === undefined || columns === undefined || perm.length !== 2) return undefined;
        if (perm[0] === 0) return heap.share(x);
        const out = heap.make([columns, rows]);
        kernels.transpose(at(x), at(out), rows, columns);
        return out;
      }),
    },
    {
      kernelName: 'UnsortedSegmentSum',
      kernelFunc: ({ inputs, attrs }) => {
        const { x, segmentIds } = inputs as unknown as { x: TensorInfo; segmentIds: TensorInfo };
        const { numSegments } = attrs as unknown as { numSegments: number };
        const inner = x.shape.slice(segmentIds.shape.length);
        const out = heap.make([numSegments, ...inner]);
        kernels.segmentSum(at(x), at(segmentIds), at(out), size(segmentIds.shape), size(inner), numSegments);
        return out;
      },
    },
  ];
}

/** Runs `kernel`, and the stock kernel of that name where it gives undefined. */
function orStock(kernelName: string, kernel: (call: Parameters<KernelFunc>[0]) => TensorInfo | undefined): KernelFunc {
  const stock = getKernel(kernelName, 'wasm').kernelFunc;
  return (call) => kernel(call) ?? stock(call);
}

function isFloat(tensor: TensorInfo): boolean {
  return tensor.dtype === 'float32';
}
