/** Gradients of our own kernels; they hold on every backend that has the kernels. */
import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import type { DenseAttributes } from './simd-kernels.js';

/** Registers them; a second call changes nothing. */
export function registerGradients(): void {
  if (tf.getGradient('ImportancePool') !== undefined) return;
  const run = (kernelName: string, inputs: Record<string, Tensor>, attrs: NamedAttrMap = {}): Tensor =>
    tf.engine().runKernel<Tensor>(kernelName, inputs, attrs);
  /** The gradient before an activation, and its column sums, the gradient of the bias. */
  const both = (kernelName: string, inputs: Record<string, Tensor>, attrs: NamedAttrMap = {}): [tf.Tensor2D, Tensor] =>
    tf.engine().runKernel<[tf.Tensor2D, Tensor]>(kernelName, inputs, attrs);

  tf.registerGradient({
    kernelName: 'Dense',
    inputsToSave: ['x', 'W'],
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      const [x, W, y] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      const { relu, transposeW } = attrs as unknown as DenseAttributes;
      // Made here and not in the functions below: what those make besides their result is disposed after each.
      const [dz, sums] = relu ? both('ReluGradient', { dy: one(dy), y }) : [one(dy) as tf.Tensor2D];
      return {
        x: () => tf.matMul(dz, W, false, !transposeW),
        W: () => (transposeW ? tf.matMul(dz, x, true, false) : tf.matMul(x, dz, true, false)),
        bias: () => sums ?? run('ColumnSum', { x: dz }),
      };
    },
  });
  tf.registerGradient({
    kernelName: 'DensePool',
    inputsToSave: ['x', 'W', 'offsets', 'neighbors', 'weights'],
    outputsToSave: [false, true],
    gradFunc: (dy, [x, W, offsets, neighbors, weights, y]) => {
      const inputs = named({ dy: one(dy), y, offsets, neighbors, weights });
      const [dz, sums] = both('DensePoolGradient', inputs, { sourceRows: (x as tf.Tensor2D).shape[0] });
      return {
        x: () => tf.matMul(dz, W as tf.Tensor2D, false, true),
        W: () => tf.matMul(x as tf.Tensor2D, dz, true, false),
        b: () => sums,
      };
    },
  });
  tf.registerGradient({
    kernelName: 'Convolve',
    inputsToSave: ['self', 'pooled', 'W'],
    outputsToSave: [true, true],
    gradFunc: (dy, saved) => {
      const [self, pooled, W, z, scales] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
      const [dz, sums] = both('UnitReluGradient', { dy: one(dy), z, scales });
      return {
        self: () => run('ConvolveSelfGradient', { dz, W }, { rows: self.shape[0], columns: self.shape[1] }),
        pooled: () => run('ConvolvePooledGradient', { dz, W }, { columns: pooled.shape[1] }),
        W: () => run('ConvolveWeightGradient', { dz, self, pooled }),
        b: () => sums,
      };
    },
  });
  tf.registerGradient({
    kernelName: 'ImportancePool',
    inputsToSave: ['offsets', 'neighbors', 'weights'],
    gradFunc: (dy, [offsets, neighbors, weights], attrs) => ({
      h: () => run('ImportancePoolGradient', named({ dy: one(dy), offsets, neighbors, weights }), attrs),
    }),
  });
  tf.registerGradient({
    kernelName: 'GatherRows',
    inputsToSave: ['indices'],
    gradFunc: (dy, [indices], attrs) => ({
      x: () => run('GatherRowsGradient', named({ dy: one(dy), indices }), attrs),
    }),
  });
  tf.registerGradient({
    kernelName: 'L2Normalize',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({ x: () => run('L2NormalizeGradient', named({ dy: one(dy), x }), attrs) }),
  });
  tf.registerGradient({ kernelName: 'AddEntries', gradFunc: (dy) => ({ x: () => tf.clone(one(dy)) }) });
  tf.registerGradient({
    kernelName: 'BinaryCrossEntropy',
    inputsToSave: ['logits', 'offsets', 'neighbors', 'weights'],
    gradFunc: (dy, [logits, offsets, neighbors, weights]) => ({
      logits: () => run('BinaryCrossEntropyGradient', named({ dy: one(dy), logits, offsets, neighbors, weights })),
    }),
  });
  tf.registerGradient({
    kernelName: 'SoftmaxCrossEntropy',
    inputsToSave: ['logits', 'offsets', 'neighbors', 'weights'],
    outputsToSave: [false, true],
    gradFunc: (dy, [logits, offsets, neighbors, weights, normalizers]) => ({
      logits: () =>
        run('SoftmaxCrossEntropyGradient', named({ dy: one(dy), logits, offsets, neighbors, weights, normalizers })),
    }),
  });
}

/** The gradient of the first output; the only one, or the only one that is used. */
function one(dy: Tensor | Tensor[]): Tensor {
  const first = Array.isArray(dy) ? dy[0] : dy;
  if (!first) throw new Error('registerGradients: a kernel has at least one output');
  return first;
}

/** Saved tensors come in the order they were named in; that many were saved. */
function named(tensors: Record<string, Tensor | undefined>): Record<string, Tensor> {
  return tensors as Record<string, Tensor>;
}
