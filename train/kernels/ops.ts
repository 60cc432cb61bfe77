/**
 * What the model calls beside ordinary TF.js: the same operations on every backend, differentiable, by our kernels where they are
 * installed (`register.ts`) and by stock operations else.
 */
import * as tf from '@tensorflow/tfjs-core';
import { PinwalkError } from '../../data/errors.js';

/**
 * x W + bias, then ReLU if asked for.
 *
 * @param x  [M, K]
 * @param W  [K, N], or [N, K] with `transposeW`
 * @param options.bias  [N], default none
 * @param options.relu  default false
 * @returns [M, N]; differentiable in x, W and bias
 */
export function dense(
  x: tf.Tensor2D,
  W: tf.Tensor2D,
  options: { bias?: tf.Tensor1D; relu?: boolean; transposeW?: boolean } = {},
): tf.Tensor2D {
  const { bias, relu = false, transposeW = false } = options;
  const [depth, columns] = transposeW ? [W.shape[1], W.shape[0]] : W.shape;
  if (x.shape[1] !== depth || (bias && bias.shape[0] !== columns)) {
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      `dense: shapes must fit (got x [${x.shape.join(', ')}], W [${W.shape.join(', ')}]${transposeW ? ' transposed' : ''}, bias [${bias?.shape.join(', ') ?? ''}])`,
    );
  }
  if (isInstalled('Dense')) return run('Dense', bias ? { x, W, bias } : { x, W }, { transposeW, relu });
  const product: tf.Tensor2D = tf.matMul(x, W, false, transposeW);
  const sum: tf.Tensor2D = bias ? tf.add(product, bias) : product;
  return relu ? tf.relu(sum) : sum;
}

/** ReLU(x W + b): x [M, K], W [K, N], b [N]; one pass, differentiable in all three. */
export function denseRelu(x: tf.Tensor2D, W: tf.Tensor2D, b: tf.Tensor1D): tf.Tensor2D {
  return dense(x, W, { bias: b, relu: true });
}

/**
 * ReLU([self ; pooled] W + b), PinSage's convolution, without the joined matrix.
 *
 * @param self  [R, K1], R >= M: the first M rows count
 * @param pooled  [M, K2]
 * @param W  [K1 + K2, N]
 * @param b  [N]
 * @returns [M, N]; differentiable in all four, at no cost for those that need no gradient
 */
export function denseReluPair(self: tf.Tensor2D, pooled: tf.Tensor2D, W: tf.Tensor2D, b: tf.Tensor1D): tf.Tensor2D {
  const depth = self.shape[1] + pooled.shape[1];
  if (self.shape[0] < pooled.shape[0] || W.shape[0] !== depth || W.shape[1] !== b.shape[0]) {
    const shapes = [self, pooled, W, b].map(({ shape }) => `[${shape.join(', ')}]`).join(' ');
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `denseReluPair: shapes must fit (got self, pooled, W, b ${shapes})`);
  }
  if (isInstalled('DensePair')) return run('DensePair', { self, pooled, W, b }, {});
  const prefix = tf.slice(self, [0, 0], [pooled.shape[0], self.shape[1]]);
  return denseRelu(tf.concat([prefix, pooled], 1), W, b);
}

/**
 * Importance pooling: row r of the result is the sum over its entries e of weights[e] * h[neighbors[e]].
 *
 * @param h  [N, D]
 * @param offsets  int32 [M + 1], ascending from 0 to E: row r owns entries `[offsets[r], offsets[r + 1])`; it may own none
 * @param neighbors  int32 [E], rows of h
 * @param weights  float32 [E]
 * @returns [M, D]; differentiable in h only
 * @throws PinwalkError `ROW_OUT_OF_RANGE` on wasm; other backends do as their gather does
 *
 * Source: Ying et al. 2018, section 3.1, importance pooling. Differs: neighborhoods may have different sizes.
 */
export function importancePool(
  h: tf.Tensor2D,
  offsets: tf.Tensor1D,
  neighbors: tf.Tensor1D,
  weights: tf.Tensor1D,
): tf.Tensor2D {
  checkRows('importancePool', { offsets, neighbors, weights });
  if (isInstalled('ImportancePool')) {
    return run('ImportancePool', { h, offsets, neighbors, weights }, { sourceRows: h.shape[0] });
  }
  const entries = tf.mul<tf.Tensor2D>(tf.gather(h, neighbors), tf.expandDims(weights, 1)); // [E, D]
  return tf.unsortedSegmentSum<tf.Tensor2D>(entries, ownersOf(offsets, neighbors.size), offsets.size - 1);
}

/**
 * Rows of x by number.
 *
 * @param x  [N, D]
 * @param indices  int32 [M], rows of x; may repeat
 * @returns [M, D]; differentiable in x
 */
export function gatherRows(x: tf.Tensor2D, indices: tf.Tensor1D): tf.Tensor2D {
  if (isInstalled('GatherRows')) return run('GatherRows', { x, indices }, { sourceRows: x.shape[0] });
  return tf.gather(x, indices);
}

/**
 * Scales each row to length 1: y = x / sqrt(sum of squares + epsilon).
 *
 * @param x  [M, D]
 * @param epsilon  default 1e-12; keeps a row of zeros at zero, with the gradient dy / sqrt(epsilon)
 * @returns [M, D]; differentiable
 */
export function l2Normalize(x: tf.Tensor2D, epsilon = 1e-12): tf.Tensor2D {
  if (isInstalled('L2Normalize')) return run('L2Normalize', { x }, { epsilon });
  return tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), 1, true), epsilon)));
}

/**
 * Softmax cross entropy against sparse targets, summed over rows:
 * sum over rows r and targets e of r of weights[e] * (logSumExp(logits[r]) - logits[r, columns[e]]).
 *
 * @param logits  [B, N]
 * @param targetOffsets  int32 [B + 1]: row r owns targets `[offsets[r], offsets[r + 1])`; a row without targets costs nothing
 * @param targetColumns  int32 [E], columns of logits, each at most once a row
 * @param targetWeights  float32 [E]; let those of a row sum to 1 / B for the mean cross entropy
 * @returns a scalar; differentiable in logits: dlogits = (row's total weight) * softmax - targets
 * @throws PinwalkError `ROW_OUT_OF_RANGE` on wasm when a column is not below N
 */
export function softmaxCrossEntropy(
  logits: tf.Tensor2D,
  targetOffsets: tf.Tensor1D,
  targetColumns: tf.Tensor1D,
  targetWeights: tf.Tensor1D,
): tf.Scalar {
  const targets = { offsets: targetOffsets, neighbors: targetColumns, weights: targetWeights };
  checkRows('softmaxCrossEntropy', targets);
  if (targetOffsets.size - 1 !== logits.shape[0]) {
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      `softmaxCrossEntropy: targetOffsets must have ${logits.shape[0] + 1} entries (got ${targetOffsets.size})`,
    );
  }
  if (isInstalled('SoftmaxCrossEntropy')) {
    const [loss] = run<tf.Tensor[]>('SoftmaxCrossEntropy', { logits, ...targets }, {});
    return loss as tf.Scalar; // the second is kept for the gradient
  }
  const owners = ownersOf(targetOffsets, targetColumns.size); // [E]
  const places = tf.add<tf.Tensor1D>(tf.mul(owners, tf.scalar(logits.shape[1], 'int32')), targetColumns);
  const chosen = tf.gather(tf.reshape(logits, [-1]), places); // [E]
  const normalizers = tf.gather(tf.logSumExp(logits, 1), owners); // [E]
  return tf.sum(tf.mul(targetWeights, tf.sub(normalizers, chosen)));
}

/** What Adam keeps of a variable, both of its shape and zero before the first step. */
export interface AdamSlots {
  readonly first: tf.Variable;
  readonly second: tf.Variable;
}

/**
 * One step of Adam on a variable and its slots, in one pass.
 *
 * @param options.step  number of this step, from 1
 * @param options.learningRate  above 0
 * @param options.epsilon  default 1e-7, as tf.train.adam has it
 *
 * Source: Kingma and Ba 2015, algorithm 1. Equals tf.train.adam, whose twelve passes cost six times the time on wasm.
 */
export function adamStep(
  variable: tf.Variable,
  gradient: tf.Tensor,
  slots: AdamSlots,
  options: { step: number; learningRate: number; beta1?: number; beta2?: number; epsilon?: number },
): void {
  const { step, learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options;
  const bias1 = 1 - beta1 ** step;
  const bias2 = 1 - beta2 ** step;
  tf.tidy(() => {
    const { first, second } = slots;
    if (isInstalled('AdamStep')) {
      const rates = { rate: learningRate, beta1, beta2, bias1, bias2, epsilon };
      const next = run<tf.Tensor[]>('AdamStep', { value: variable, gradient, first, second }, rates);
      [variable, first, second].forEach((target, i) => target.assign(next[i] as tf.Tensor));
      return;
    }
    first.assign(tf.add(tf.mul(first, beta1), tf.mul(gradient, 1 - beta1)));
    second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    const length = tf.add(tf.sqrt(tf.div(second, bias2)), epsilon);
    variable.assign(tf.sub(variable, tf.mul(tf.div(tf.div(first, bias1), length), learningRate)));
  });
}

/** Whether the active backend has a kernel of ours. */
function isInstalled(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}

/** Runs a kernel of ours on the tape; the caller names what it returns. */
function run<T extends tf.Tensor | tf.Tensor[]>(
  kernelName: string,
  inputs: Record<string, tf.Tensor>,
  attrs: Record<string, number | boolean>,
): T {
  return tf.engine().runKernel<T>(kernelName, inputs, attrs);
}

/** The row of each entry, int32 [E]; read on the host, for backends without our kernels. */
function ownersOf(offsets: tf.Tensor1D, entryCount: number): tf.Tensor1D {
  const ends = offsets.dataSync();
  const owners = new Int32Array(entryCount);
  for (let row = 0; row + 1 < ends.length; row++) owners.fill(row, ends[row], ends[row + 1]);
  return tf.tensor1d(owners, 'int32');
}

function checkRows(where: string, rows: { offsets: tf.Tensor1D; neighbors: tf.Tensor1D; weights: tf.Tensor1D }): void {
  const { offsets, neighbors, weights } = rows;
  if (offsets.size < 1 || neighbors.size !== weights.size || offsets.dtype !== 'int32' || neighbors.dtype !== 'int32') {
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      `${where}: offsets and row numbers must be int32, with a weight for each (got ${offsets.dtype} [${offsets.size}], ` +
        `${neighbors.dtype} [${neighbors.size}], ${weights.size} weights)`,
    );
  }
}
