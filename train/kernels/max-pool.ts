/**
 * PinSage's max-pooling ablation: the elementwise maximum over a neighborhood in place of the weighted mean.
 *
 * Plain TypeScript on every backend: it is for comparison, and a pass over [E, D] values costs less than the products around it.
 */
import * as tf from '@tensorflow/tfjs-core';
import { PinwalkError } from '../../data/errors.js';

/**
 * Elementwise maximum over the rows of each neighborhood.
 *
 * @param h  [N, D]
 * @param rows.offsets  [R + 1]: row r owns `neighbors[offsets[r] .. offsets[r + 1])`
 * @param rows.neighbors  [E] rows of h; may repeat
 * @returns [R, D], zero for an empty neighborhood; differentiable in h: the gradient goes to the first row that holds the maximum
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` on webgpu, where values come only later
 */
export function maxPool(h: tf.Tensor2D, rows: { offsets: Uint32Array; neighbors: Uint32Array }): tf.Tensor2D {
  if (tf.getBackend() === 'webgpu') {
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      'maxPool: the backend must read at once (got webgpu); take --backend wasm with --pooling max',
    );
  }
  const [sourceRows, columns] = h.shape;
  const rowCount = rows.offsets.length - 1;
  const pool = tf.customGrad((x) => {
    const { values, winners } = largest((x as tf.Tensor).dataSync() as Float32Array, columns, rows);
    return {
      value: tf.tensor2d(values, [rowCount, columns]),
      gradFunc: (dy: tf.Tensor) => {
        const slopes = dy.dataSync();
        const gradient = new Float32Array(sourceRows * columns);
        winners.forEach((winner, i) => {
          if (winner >= 0) gradient[winner] = (gradient[winner] as number) + (slopes[i] as number);
        });
        return tf.tensor2d(gradient, [sourceRows, columns]);
      },
    };
  });
  return pool(h) as tf.Tensor2D; // of the shape made above
}

/** The maxima [R, D], and at which entry of `h` each was found (-1: nowhere). */
function largest(
  h: Float32Array,
  columns: number,
  { offsets, neighbors }: { offsets: Uint32Array; neighbors: Uint32Array },
): { values: Float32Array; winners: Int32Array } {
  const size = (offsets.length - 1) * columns;
  const values = new Float32Array(size);
  const winners = new Int32Array(size).fill(-1);
  for (let row = 0; row + 1 < offsets.length; row++) {
    const at = row * columns;
    for (let i = offsets[row] as number; i < (offsets[row + 1] as number); i++) {
      const from = (neighbors[i] as number) * columns;
      for (let d = 0; d < columns; d++) {
        const value = h[from + d] as number;
        if ((winners[at + d] as number) >= 0 && value <= (values[at + d] as number)) continue;
        values[at + d] = value;
        winners[at + d] = from + d;
      }
    }
  }
  return { values, winners };
}
