/**
 * Our own kernels on the reference kernels, through the public interface of any backend; runs where the SIMD kernels cannot.
 */
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import * as reference from './reference.js';
import type { DenseAttributes, DenseInputs, NamedKernel, RowsInputs } from './simd-kernels.js';

/** The reference kernels as kernels of `backend`, UnsortedSegmentSum (the gradient of gather) among them. */
export function referenceKernels(backend: KernelBackend): NamedKernel[] {
  // Tensors are read as the type the kernel's description gives them; both kinds are what `readSync` returns for them.
  const floats = (tensor: TensorInfo): Float32Array => backend.readSync(tensor.dataId) as Float32Array;
  const integers = (tensor: TensorInfo): Int32Array => backend.readSync(tensor.dataId) as Int32Array;
  const rowsOf = ({ offsets, neighbors, weights }: RowsInputs): reference.TensorRows => ({
    offsets: integers(offsets),
    neighbors: integers(neighbors),
    weights: floats(weights),
  });
  const made = (values: Float32Array, shape: readonly number[]): TensorInfo => ({
    dataId: backend.write(values, [...shape], 'float32'),
    shape: [...shape],
    dtype: 'float32',
  });
  return [
    {
      kernelName: 'Dense',
      kernelFunc: ({ inputs, attrs }) => {
        const { x, W, bias } = inputs as unknown as DenseInputs;
        const { transposeW, relu } = attrs as unknown as DenseAttributes;
        const [rows, depth] = x.shape as [number, number];
        const columns = W.shape[transposeW ? 0 : 1] as number;
        const shape = { rows, columns, depth, transposeW, relu };
        return made(reference.denseReference(floats(x), floats(W), bias && floats(bias), shape), [rows, columns]);
      },
    },
    {
      kernelName: 'ImportancePool',
      kernelFunc: ({ inputs }) => {
        const { h, ...rows } = inputs as unknown as RowsInputs & { h: TensorInfo };
        const columns = columnsOf(h);
        return made(reference.importancePoolReference(floats(h), rowsOf(rows), columns), [rowCount(rows), columns]);
      },
    },
    {
      kernelName: 'ImportancePoolGradient',
      kernelFunc: ({ inputs, attrs }) => {
        const { dy, ...rows } = inputs as unknown as RowsInputs & { dy: TensorInfo };
        const { sourceRows } = attrs as unknown as { sourceRows: number };
        const shape = { columns: columnsOf(dy), outRows: sourceRows };
        return made(reference.importancePoolGradientReference(floats(dy), rowsOf(rows), shape), [
          sourceRows,
          shape.columns,
        ]);
      },
    },
    {
      kernelName: 'GatherRows',
      kernelFunc: ({ inputs }) => {
        const { x, indices } = inputs as unknown as { x: TensorInfo; indices: TensorInfo };
        const ids = integers(indices);
        return made(reference.gatherRowsReference(floats(x), ids, columnsOf(x)), [ids.length, columnsOf(x)]);
      },
    },
    {
      kernelName: 'GatherRowsGradient',
      kernelFunc: ({ inputs, attrs }) => {
        const { dy, indices } = inputs as unknown as { dy: TensorInfo; indices: TensorInfo };
        const { sourceRows } = attrs as unknown as { sourceRows: number };
        const shape = { columns: columnsOf(dy), segments: sourceRows };
        return made(reference.segmentSumReference(floats(dy), integers(indices), shape), [sourceRows, shape.columns]);
      },
    },
    {
      kernelName: 'UnsortedSegmentSum',
      kernelFunc: ({ inputs, attrs }) => {
        const { x, segmentIds } = inputs as unknown as { x: TensorInfo; segmentIds: TensorInfo };
        const { numSegments } = attrs as unknown as { numSegments: number };
        const inner = x.shape.slice(segmentIds.shape.length);
        const shape = { columns: inner.reduce((product, length) => product * length, 1), segments: numSegments };
        return made(reference.segmentSumReference(floats(x), integers(segmentIds), shape), [numSegments, ...inner]);
      },
    },
    {
      kernelName: 'L2Normalize',
      kernelFunc: ({ inputs, attrs }) => {
        const { x } = inputs as unknown as { x: TensorInfo };
        const { epsilon } = attrs as unknown as { epsilon: number };
        return made(reference.l2NormalizeReference(floats(x), columnsOf(x), epsilon), x.shape);
      },
    },
    {
      kernelName: 'L2NormalizeGradient',
      kernelFunc: ({ inputs, attrs }) => {
        const { x, dy } = inputs as unknown as { x: TensorInfo; dy: TensorInfo };
        const { epsilon } = attrs as unknown as { epsilon: number };
        return made(
          reference.l2NormalizeGradientReference(floats(x), floats(dy), { columns: columnsOf(x), epsilon }),
          x.shape,
        );
      },
    },
    {
      kernelName: 'ReluGradient',
      kernelFunc: ({ inputs }) => {
        const { dy, y } = inputs as unknown as { dy: TensorInfo; y: TensorInfo };
        const dz = reference.reluGradientReference(floats(dy), floats(y));
        return [made(dz, y.shape), made(reference.columnSumReference(dz, columnsOf(y)), [columnsOf(y)])];
      },
    },
    {
      kernelName: 'ColumnSum',
      kernelFunc: ({ inputs }) => {
        const { x } = inputs as unknown as { x: TensorInfo };
        return made(reference.columnSumReference(floats(x), columnsOf(x)), [columnsOf(x)]);
      },
    },
    {
      kernelName: 'AddEntries',
      kernelFunc: ({ inputs }) => {
        const { x, ...rows } = inputs as unknown as RowsInputs & { x: TensorInfo };
        return made(reference.addEntriesReference(floats(x), rowsOf(rows), columnsOf(x)), x.shape);
      },
    },
    {
      kernelName: 'BinaryCrossEntropy',
      kernelFunc: ({ inputs }) => {
        const { logits, ...rows } = inputs as unknown as RowsInputs & { logits: TensorInfo };
        const loss = reference.binaryCrossEntropyReference(floats(logits), rowsOf(rows), columnsOf(logits));
        return made(Float32Array.of(loss), []);
      },
    },
    {
      kernelName: 'BinaryCrossEntropyGradient',
      kernelFunc: ({ inputs }) => {
        const { logits, dy, ...rows } = inputs as unknown as RowsInputs & Record<'logits' | 'dy', TensorInfo>;
        const given = { scale: floats(dy)[0] ?? 0, columns: columnsOf(logits) };
        return made(reference.binaryCrossEntropyGradientReference(floats(logits), rowsOf(rows), given), logits.shape);
      },
    },
    {
      kernelName: 'SoftmaxCrossEntropy',
      kernelFunc: ({ inputs }) => {
        const { logits, ...targets } = inputs as unknown as RowsInputs & { logits: TensorInfo };
        const result = reference.softmaxCrossEntropyReference(floats(logits), rowsOf(targets), columnsOf(logits));
        const loss = result.losses.reduce((total, value) => total + value, 0);
        return [made(Float32Array.of(loss), []), made(result.normalizers, [rowCount(targets)])];
      },
    },
    {
      kernelName: 'SoftmaxCrossEntropyGradient',
      kernelFunc: ({ inputs }) => {
        const { logits, normalizers, dy, ...targets } = inputs as unknown as RowsInputs & {
          logits: TensorInfo;
          normalizers: TensorInfo;
          dy: TensorInfo;
        };
        const given = { normalizers: floats(normalizers), scale: floats(dy)[0] ?? 0, columns: columnsOf(logits) };
        return made(
          reference.softmaxCrossEntropyGradientReference(floats(logits), rowsOf(targets), given),
          logits.shape,
        );
      },
    },
  ];
}

function rowCount(rows: RowsInputs): number {
  return (rows.offsets.shape[0] as number) - 1;
}

function columnsOf(tensor: TensorInfo): number {
  return tensor.shape[1] ?? 1;
}
