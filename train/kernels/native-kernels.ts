/**
 * Our kernels on TensorFlow's backend: its products, on all cores, with pooling on our SIMD kernels beside it and lean gradients.
 *
 * TensorFlow has no weighted segment sum: gather, multiply, UnsortedSegmentSum take 61 ms for 257,000 entries of 128 numbers, its
 * SparseTensorDenseMatMul the same, copying over and pooling there 8. TF.js differentiates these and ReLU by four to nine passes each.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { KernelFunc, Tensor, TensorInfo } from '@tensorflow/tfjs-core';
import type { CompressedRows } from '../../graph/bipartite-graph.js';
import type { DenseAttributes, NamedKernel } from './own-kernels.js';
import type { Workspace } from './workspace.js';

/** The kernels; those that are missing here `ops.ts` composes. */
export function nativeKernels(workspace: Workspace): NamedKernel[] {
  return [
    composed('Dense', ({ x, W, bias }, attrs) => {
      const { transposeW, relu } = attrs as unknown as DenseAttributes;
      const product = tf.matMul(given(x), given(W), false, transposeW);
      const sum = bias ? tf.add(product, bias) : product;
      return relu ? tf.relu(sum) : sum;
    }),
    composed('ReluGradient', ({ dy, y }) => tf.mul(given(dy), tf.cast(tf.greater(given(y), 0), 'float32'))),
    composed('ColumnSum', ({ x }) => tf.sum(given(x), 0)),
    composed('DensePair', ({ self, pooled, W, b }) => {
      const [upper, lower] = halves(given(W), columnsOf(given(self)));
      const prefix = tf.slice(given(self), 0, rowsOf(given(pooled)));
      return tf.relu(tf.add(tf.add(tf.matMul(prefix, upper), tf.matMul(given(pooled), lower)), given(b)));
    }),
    composed('DensePairSelfGradient', ({ dz, W }, { rows, columns }) => {
      const [upper] = halves(given(W), columns as number);
      const inside = tf.matMul(given(dz), upper, false, true);
      return tf.pad(inside, [
        [0, (rows as number) - rowsOf(inside)],
        [0, 0],
      ]);
    }),
    composed('DensePairPooledGradient', ({ dz, W }, { columns }) => {
      const [, lower] = halves(given(W), rowsOf(given(W)) - (columns as number));
      return tf.matMul(given(dz), lower, false, true);
    }),
    composed('DensePairWeightGradient', ({ dz, self, pooled }) => {
      const prefix = tf.slice(given(self), 0, rowsOf(given(pooled)));
      return tf.concat([tf.matMul(prefix, given(dz), true), tf.matMul(given(pooled), given(dz), true)], 0);
    }),
    composed('ImportancePool', ({ h, ...rows }) => {
      const { offsets, neighbors, weights } = rowsFrom(rows);
      return onWorkspace(workspace, given(h), offsets.length - 1, (source, out) =>
        workspace.pool(source, { offsets, neighbors, weights }, out),
      );
    }),
    composed('ImportancePoolGradient', ({ dy, ...rows }, { sourceRows }) => {
      const compressed = rowsFrom(rows);
      return onWorkspace(workspace, given(dy), sourceRows as number, (source, out) =>
        workspace.poolBack(source, compressed, out),
      );
    }),
  ];
}

/** A kernel made of TF.js operations; they run below the tape, and what they leave behind is disposed. */
function composed(
  kernelName: string,
  body: (inputs: Record<string, Tensor | undefined>, attrs: Parameters<KernelFunc>[0]['attrs'] & object) => Tensor,
): NamedKernel {
  return {
    kernelName,
    // The engine hands the tensors themselves to kernels, under their narrower type.
    kernelFunc: ({ inputs, attrs }) => tf.tidy(() => body(inputs as Record<string, Tensor | undefined>, attrs ?? {})),
  };
}

/** Copies a matrix over, lets `work` make `rowCount` rows of the same width of it, and copies those back. */
function onWorkspace(
  workspace: Workspace,
  source: Tensor,
  rowCount: number,
  work: (source: ReturnType<Workspace['allocate']>, out: ReturnType<Workspace['allocate']>) => void,
): Tensor {
  const mark = workspace.mark();
  const columns = columnsOf(source);
  const copied = workspace.copyIn(source.dataSync<'float32'>(), rowsOf(source), columns);
  const out = workspace.allocate(rowCount, columns);
  work(copied, out);
  const result = tf.tensor2d(out.values.slice(), [rowCount, columns]);
  workspace.reset(mark);
  return result;
}

function rowsFrom(rows: Record<string, Tensor | undefined>): CompressedRows & { weights: Float32Array } {
  const unsigned = (tensor: Tensor): Uint32Array => {
    const values = tensor.dataSync<'int32'>();
    return new Uint32Array(values.buffer, values.byteOffset, values.length);
  };
  const { offsets, neighbors, weights } = rows;
  return {
    offsets: unsigned(given(offsets)),
    neighbors: unsigned(given(neighbors)),
    weights: given(weights).dataSync<'float32'>(),
  };
}

/** The first `rows` rows of W, and the others. */
function halves(W: Tensor, rows: number): [Tensor, Tensor] {
  return [tf.slice(W, 0, rows), tf.slice(W, rows)];
}

function given(tensor: Tensor | undefined): Tensor {
  if (!tensor) throw new Error('nativeKernels: ops.ts must pass every input of a kernel (one is missing)');
  return tensor;
}

function rowsOf(tensor: TensorInfo): number {
  return tensor.shape[0] ?? 1;
}

function columnsOf(tensor: TensorInfo): number {
  return tensor.shape[1] ?? 1;
}
