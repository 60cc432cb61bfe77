/**
 * Results back from a backend, whichever it is: read where they lie, or waited for.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { inPlace } from './register.js';

/** Values of tensors, which are gone afterwards, whether or not they could be read. */
export async function readAndDispose(tensors: readonly tf.Tensor[]): Promise<Float32Array[]> {
  return withValues(tensors, (values) => values.map((read) => read.slice()));
}

/** Lends the values of tensors, which are gone afterwards, whether or not they could be read. */
export async function withValues<Result>(
  tensors: readonly tf.Tensor[],
  use: (values: Float32Array[]) => Result,
): Promise<Result> {
  try {
    return use(await Promise.all(tensors.map(async (tensor) => inPlace(tensor) ?? (await tensor.data<'float32'>()))));
  } finally {
    tensors.forEach((tensor) => tensor.dispose());
  }
}
