/**
 * Shortens a block of content vectors to its strongest directions, so that the network reads what differs between pins.
 *
 * Source: principal component analysis (Pearson 1901; Hotelling 1933). Differs: pins without a vector take no part and stay
 * absent.
 */
import type { PinVectors } from '../../data/collection.js';
import type { Workspace } from '../kernels/workspace.js';
import { symmetricEigen } from './symmetric-eigen.js';

/**
 * Projects centered vectors on their `dimension` strongest principal components.
 *
 * @param block  P rows of D values
 * @param dimension  wanted length; a block that is no longer is returned as it is
 * @param workspace  scratch; left as it was found
 *
 * Time O(P D^2 + D^3): 12,960 titles of 512 to 128 in 1.5 s. Same input, same bytes.
 */
export function principalComponents(block: PinVectors, dimension: number, workspace: Workspace): PinVectors {
  const { present, dimension: width } = block;
  if (dimension >= width) return block;
  const centered = center(block);
  const mark = workspace.mark();
  try {
    const rows = workspace.copyIn(centered, present.length, width);
    const covariance = workspace.allocate(width, width);
    workspace.matMul(rows, rows, covariance, { transposeA: true });
    const { vectors } = symmetricEigen(covariance.values);
    const directions = workspace.copyIn(Float32Array.from(vectors.subarray(0, dimension * width)), dimension, width);
    const out = workspace.allocate(present.length, dimension);
    workspace.matMul(rows, directions, out, { transposeB: true });
    return { dimension, values: out.values.slice(), present };
  } finally {
    workspace.reset(mark);
  }
}

/** Rows that are present, less their mean. */
function center({ values, present, dimension }: PinVectors): Float32Array {
  const mean = new Float64Array(dimension);
  let count = 0;
  for (let pin = 0; pin < present.length; pin++) {
    if (present[pin] !== 1) continue;
    count++;
    for (let d = 0; d < dimension; d++) mean[d] = (mean[d] as number) + (values[pin * dimension + d] as number);
  }
  const centered = new Float32Array(values.length);
  for (let pin = 0; pin < present.length; pin++) {
    if (present[pin] !== 1) continue;
    for (let d = 0; d < dimension; d++) {
      const at = pin * dimension + d;
      centered[at] = (values[at] as number) - (mean[d] as number) / count;
    }
  }
  return centered;
}
