/**
 * What the model calls beside ordinary TF.js: the same operations on every backend, differentiable, by our kernels where they are
 * installed (`register.ts`) and by stock operations else.
 */
import * as tf from '@tensorflow/tfjs-core';
import { PinwalkError } from '../../data/errors.js';
import { gather } from './matrix-rows.js';

/** Keeps the length of a row of zeros above 0. */
const EPSILON = 1e-12;

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
 * ReLU([self ; pooled] W + b) with every row at unit length, PinSage's convolution, without the joined matrix.
 *
 * @param self  [R, K1], R >= M: the first M rows count
 * @param pooled  [M, K2]
 * @param W  [K1 + K2, N]
 * @param b  [N]
 * @returns [M, N], a row of zeros where ReLU leaves nothing; differentiable in all four, at no cost for those that need no gradient
 */
export function convolve(self: tf.Tensor2D, pooled: tf.Tensor2D, W: tf.Tensor2D, b: tf.Tensor1D): tf.Tensor2D {
  const depth = self.shape[1] + pooled.shape[1];
  if (self.shape[0] < pooled.shape[0] || W.shape[0] !== depth || W.shape[1] !== b.shape[0]) {
    const shapes = [self, pooled, W, b].map(({ shape }) => `[${shape.join(', ')}]`).join(' ');
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `convolve: shapes must fit (got self, pooled, W, b ${shapes})`);
  }
  if (isInstalled('Convolve')) return firstOf('Convolve', { self, pooled, W, b }, { epsilon: EPSILON });
  const prefix = tf.slice(self, [0, 0], [pooled.shape[0], self.shape[1]]);
  return l2Normalize(denseRelu(tf.concat([prefix, pooled], 1), W, b));
}

/**
 * `importancePool` of `denseRelu(x, W, b)`: a neighborhood's part of a convolution, with one pass less on the way back.
 *
 * @param x  [N, K]
 * @param W  [K, D]
 * @param b  [D]
 * @param rows  as for `importancePool`
 * @returns [M, D]; differentiable in x, W and b
 */
export function densePool(
  x: tf.Tensor2D,
  W: tf.Tensor2D,
  b: tf.Tensor1D,
  rows: { offsets: tf.Tensor1D; neighbors: tf.Tensor1D; weights: tf.Tensor1D },
): tf.Tensor2D {
  checkRows('densePool', rows);
  if (x.shape[1] === W.shape[0] && W.shape[1] === b.shape[0] && isInstalled('DensePool')) {
    return firstOf('DensePool', { x, W, b, ...rows }, {});
  }
  return importancePool(denseRelu(x, W, b), rows.offsets, rows.neighbors, rows.weights);
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
 * Rows of a matrix that is no tensor, as a tensor; the matrix itself may be larger than a backend's memory.
 *
 * @param values  row-major, `columns` wide
 * @param rows  below the number of its rows; may repeat
 * @param adjust  may change the copied numbers before they are a tensor
 * @returns [rows.length, columns]; a constant
 */
export function takeRows(
  values: Float32Array,
  { columns, rows, adjust }: { columns: number; rows: Uint32Array; adjust?: (copied: Float32Array) => void },
): tf.Tensor2D {
  if (isInstalled('TakeRows')) return run('TakeRows', {}, { values, columns, rows, adjust });
  const copied = gather(values, columns, rows);
  adjust?.(copied);
  return tf.tensor2d(copied, [rows.length, columns]);
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
export function l2Normalize(x: tf.Tensor2D, epsilon = EPSILON): tf.Tensor2D {
  if (isInstalled('L2Normalize')) return run('L2Normalize', { x }, { epsilon });
  return tf.mul(x, tf.rsqrt(tf.add(tf.sum(tf.square(x), 1, true), epsilon)));
}

/**
 * x with some entries changed: weights[e] is added in row r at column neighbors[e], for each entry e of r.
 *
 * @param x  [M, N]
 * @param rows.offsets  int32 [M + 1], as for `importancePool`
 * @param rows.neighbors  int32 [E], columns of x
 * @param rows.weights  float32 [E]
 * @returns [M, N]; differentiable in x
 * @throws PinwalkError `ROW_OUT_OF_RANGE` on wasm when a column is not below N
 */
export function addEntries(
  x: tf.Tensor2D,
  rows: { offsets: tf.Tensor1D; neighbors: tf.Tensor1D; weights: tf.Tensor1D },
): tf.Tensor2D {
  checkRows('addEntries', rows);
  if (isInstalled('AddEntries')) return run('AddEntries', { x, ...rows }, {});
  const places = tf.stack([ownersOf(rows.offsets, rows.neighbors.size), rows.neighbors], 1); // [E, 2]
  return tf.add(x, tf.scatterND(places, rows.weights, x.shape));
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
    return firstOf('SoftmaxCrossEntropy', { logits, ...targets }, {});
  }
  const owners = ownersOf(targetOffsets, targetColumns.size); // [E]
  const places = tf.add<tf.Tensor1D>(tf.mul(owners, tf.scalar(logits.shape[1], 'int32')), targetColumns);
  const chosen = tf.gather(tf.reshape(logits, [-1]), places); // [E]
  const normalizers = tf.gather(tf.logSumExp(logits, 1), owners); // [E]
  return tf.sum(tf.mul(targetWeights, tf.sub(normalizers, chosen)));
}

/**
 * Cross entropy of a yes or no for every column, by sigmoids: sum over all logits of log(1 + e^logit), less the logits of targets.
 *
 * @param logits  [B, N]
 * @param targets  rows as for `addEntries`, each column at most once a row; their weights are not read
 * @returns a scalar, the sum over rows; differentiable in logits
 * @throws PinwalkError `ROW_OUT_OF_RANGE` on wasm when a column is not below N
 */
export function binaryCrossEntropy(
  logits: tf.Tensor2D,
  targets: { offsets: tf.Tensor1D; neighbors: tf.Tensor1D; weights: tf.Tensor1D },
): tf.Scalar {
  checkRows('binaryCrossEntropy', targets);
  if (isInstalled('BinaryCrossEntropy')) return run('BinaryCrossEntropy', { logits, ...targets }, {});
  const owners = ownersOf(targets.offsets, targets.neighbors.size);
  const places = tf.add<tf.Tensor1D>(tf.mul(owners, tf.scalar(logits.shape[1], 'int32')), targets.neighbors);
  const all = tf.sum(tf.add(tf.relu(logits), tf.log1p(tf.exp(tf.neg(tf.abs(logits))))));
  return tf.sub(all, tf.sum(tf.gather(tf.reshape(logits, [-1]), places)));
}

/** Whether the active backend has a kernel of ours. */
function isInstalled(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}

/** Runs a kernel of ours on the tape; the caller names what it returns. */
function run<T extends tf.Tensor | tf.Tensor[]>(
  kernelName: string,
  inputs: Record<string, tf.Tensor>,
  attrs: Record<string, unknown>,
): T {
  return tf.engine().runKernel<T>(kernelName, inputs, attrs as tf.NamedAttrMap); // handed on as they are
}

/** Runs a kernel of ours whose other outputs are kept for its gradient. */
function firstOf<T extends tf.Tensor>(
  kernelName: string,
  inputs: Record<string, tf.Tensor>,
  attrs: Record<string, number>,
): T {
  return run<tf.Tensor[]>(kernelName, inputs, attrs)[0] as T;
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
