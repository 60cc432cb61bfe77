// Importance pooling over compressed rows, its gradient, and the row copies that gather and segment sum are made of.
// What may come from outside is checked here, where it costs least: each returns -1, or the place of the first row number out of range.
import { BLOCK_ROWS, addColumnSums, mask } from './rows';
import { multiplyAdd } from './vector';

/** out [M, D] = for each row r the sum over its entries e of weights[e] * source[neighbors[e]]; weights 0 means every weight is 1. */
export function pool(
  source: usize, offsets: usize, neighbors: usize, weights: usize,
  out: usize, rows: i32, columns: i32, sourceRows: i32,
): i32 {
  const wrong = firstOutside(neighbors, offsets, rows, sourceRows);
  if (wrong < 0) poolRows(source, offsets, neighbors, weights, out, 0, rows, <usize>columns << 2);
  return wrong;
}

/**
 * `pool`, then the way back through a ReLU: zero where y is not above 0; sums [D] = the column sums. For rows of `transposeRows`,
 * whose neighbors are known to be right.
 */
export function poolReluGradient(
  source: usize, offsets: usize, neighbors: usize, weights: usize,
  y: usize, out: usize, sums: usize, rows: i32, columns: i32,
): void {
  const rowBytes = <usize>columns << 2;
  memory.fill(sums, 0, rowBytes);
  for (let row = 0; row < rows; row += BLOCK_ROWS) {
    const height = min(BLOCK_ROWS, rows - row);
    const at = <usize>row * rowBytes;
    poolRows(source, offsets, neighbors, weights, out + at, row, row + height, rowBytes);
    mask(out + at, y + at, out + at, <usize>height * rowBytes);
    addColumnSums(out + at, sums, height, rowBytes);
  }
}

/** Rows `row` to `rowEnd` (exclusive) of a pooling, the first of them at `out`. */
function poolRows(
  source: usize, offsets: usize, neighbors: usize, weights: usize,
  out: usize, row: i32, rowEnd: i32, rowBytes: usize,
): void {
  const one = f32x4.splat(1);
  for (; row < rowEnd; row++, out += rowBytes) {
    const start = <usize>load<u32>(offsets + (<usize>row << 2));
    const end = <usize>load<u32>(offsets + (<usize>(row + 1) << 2));
    let d: usize = 0;
    for (; d + 64 <= rowBytes; d += 64) {
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
      for (let e = start; e < end; e++) {
        const p = source + <usize>load<u32>(neighbors + (e << 2)) * rowBytes + d;
        const weight = weights == 0 ? one : v128.load32_splat(weights + (e << 2));
        s0 = multiplyAdd(weight, v128.load(p), s0), s1 = multiplyAdd(weight, v128.load(p, 16), s1);
        s2 = multiplyAdd(weight, v128.load(p, 32), s2), s3 = multiplyAdd(weight, v128.load(p, 48), s3);
      }
      v128.store(out + d, s0), v128.store(out + d, s1, 16), v128.store(out + d, s2, 32), v128.store(out + d, s3, 48);
    }
    for (; d + 16 <= rowBytes; d += 16) {
      let sum = f32x4.splat(0);
      for (let e = start; e < end; e++) {
        const weight = weights == 0 ? one : v128.load32_splat(weights + (e << 2));
        sum = multiplyAdd(weight, v128.load(source + <usize>load<u32>(neighbors + (e << 2)) * rowBytes + d), sum);
      }
      v128.store(out + d, sum);
    }
    for (; d < rowBytes; d += 4) {
      let sum: f32 = 0;
      for (let e = start; e < end; e++) {
        const weight: f32 = weights == 0 ? 1 : load<f32>(weights + (e << 2));
        sum += weight * load<f32>(source + <usize>load<u32>(neighbors + (e << 2)) * rowBytes + d);
      }
      store<f32>(out + d, sum);
    }
  }
}

/**
 * The same entries by neighbor: row n of the result owns an entry for each entry of n among `rows`, in their order, with the row
 * it stood in as its neighbor. Offsets have one more than [outRows + 1] as scratch; outOffsets[outRows] is the number of entries.
 * Pooling over it is the way back of pooling, and reads at random what adding row by row would write at random.
 */
export function transposeRows(
  offsets: usize, neighbors: usize, weights: usize, rows: i32, outRows: i32,
  outOffsets: usize, outNeighbors: usize, outWeights: usize,
): i32 {
  const wrong = firstOutside(neighbors, offsets, rows, outRows);
  if (wrong >= 0) return wrong;
  const ends = outOffsets + 4; // ends[n] is where the next entry of n goes; at last where the row ends
  memory.fill(outOffsets, 0, <usize>(outRows + 2) << 2);
  const entryEnd = <usize>load<u32>(offsets + (<usize>rows << 2));
  for (let e = <usize>load<u32>(offsets); e < entryEnd; e++) {
    const count = ends + (<usize>load<u32>(neighbors + (e << 2)) << 2);
    store<u32>(count, load<u32>(count, 4) + 1, 4);
  }
  for (let n: usize = 0; n < <usize>outRows; n++) store<u32>(ends + (n << 2), load<u32>(ends + (n << 2)) + load<u32>(ends + (n << 2), 4), 4);
  for (let row = 0; row < rows; row++) {
    const end = <usize>load<u32>(offsets + (<usize>(row + 1) << 2));
    for (let e = <usize>load<u32>(offsets + (<usize>row << 2)); e < end; e++) {
      const next = ends + (<usize>load<u32>(neighbors + (e << 2)) << 2);
      const place = <usize>load<u32>(next);
      store<u32>(next, <u32>place + 1);
      store<u32>(outNeighbors + (place << 2), row);
      store<f32>(outWeights + (place << 2), weights == 0 ? 1 : load<f32>(weights + (e << 2)));
    }
  }
  return -1;
}

/** The place of the first neighbor that is not a row of the source, or -1. */
export function firstOutside(neighbors: usize, offsets: usize, rows: i32, sourceRows: i32): i32 {
  const end = <usize>load<u32>(offsets + (<usize>rows << 2));
  for (let e = <usize>load<u32>(offsets); e < end; e++) {
    if (load<u32>(neighbors + (e << 2)) >= <u32>sourceRows) return <i32>e;
  }
  return -1;
}

/** out [M, D] = rows `indices` of source. */
export function gatherRows(source: usize, indices: usize, out: usize, rows: i32, columns: i32, sourceRows: i32): i32 {
  const rowBytes = <usize>columns << 2;
  for (let row = 0; row < rows; row++, out += rowBytes) {
    const index = load<u32>(indices + (<usize>row << 2));
    if (index >= <u32>sourceRows) return row;
    const from = source + <usize>index * rowBytes;
    let d: usize = 0;
    for (; d + 16 <= rowBytes; d += 16) v128.store(out + d, v128.load(from + d));
    for (; d < rowBytes; d += 4) store<f32>(out + d, load<f32>(from + d));
  }
  return -1;
}

/** out [segments, D] = 0, then out[ids[r]] += source[r]; a negative or too large id is dropped, as TensorFlow does. */
export function segmentSum(source: usize, ids: usize, out: usize, rows: i32, columns: i32, segments: i32): void {
  const rowBytes = <usize>columns << 2;
  memory.fill(out, 0, <usize>segments * rowBytes);
  for (let row = 0; row < rows; row++, source += rowBytes) {
    const id = load<u32>(ids + (<usize>row << 2));
    if (id < <u32>segments) addScaledRow(source, 1, out + <usize>id * rowBytes, rowBytes);
  }
}

@inline
function addScaledRow(from: usize, scale: f32, to: usize, bytes: usize): void {
  const factor = f32x4.splat(scale);
  let d: usize = 0;
  for (; d + 16 <= bytes; d += 16) v128.store(to + d, multiplyAdd(factor, v128.load(from + d), v128.load(to + d)));
  for (; d < bytes; d += 4) store<f32>(to + d, load<f32>(to + d) + scale * load<f32>(from + d));
}
