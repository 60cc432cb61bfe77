// Row-wise and column-wise passes: length normalization and its gradient, sums, the gradient of ReLU, transposition.
import { laneSum, multiplyAdd } from './vector';

/** Rows that are worked on together, while they are in the cache. */
export const BLOCK_ROWS: i32 = 64;

/** y = x * scale with scale = 1 / sqrt(sum of squares of the row + epsilon), kept in scales [rows] unless that is 0; y may be x. */
export function l2Normalize(x: usize, y: usize, scales: usize, rows: i32, columns: i32, epsilon: f32): void {
  const bytes = (<usize>columns) << 2;
  for (let row = 0; row < rows; row++, x += bytes, y += bytes) {
    const scale: f32 = 1 / sqrt<f32>(rowDot(x, x, bytes) + epsilon);
    if (scales != 0) store<f32>(scales + ((<usize>row) << 2), scale);
    const factor = f32x4.splat(scale);
    let d: usize = 0;
    for (; d + 16 <= bytes; d += 16) v128.store(y + d, f32x4.mul(v128.load(x + d), factor));
    for (; d < bytes; d += 4) store<f32>(y + d, load<f32>(x + d) * scale);
  }
}

/** dx = dy / length - x * (x . dy) / length^3, with length = sqrt(sum of squares + epsilon). */
export function l2NormalizeGradient(x: usize, dy: usize, dx: usize, rows: i32, columns: i32, epsilon: f32): void {
  const bytes = (<usize>columns) << 2;
  for (let row = 0; row < rows; row++, x += bytes, dy += bytes, dx += bytes) {
    const scale: f32 = 1 / sqrt<f32>(rowDot(x, x, bytes) + epsilon);
    const back: f32 = -scale * scale * scale * rowDot(x, dy, bytes);
    const scales = f32x4.splat(scale),
      backs = f32x4.splat(back);
    let d: usize = 0;
    for (; d + 16 <= bytes; d += 16) {
      v128.store(dx + d, multiplyAdd(backs, v128.load(x + d), f32x4.mul(scales, v128.load(dy + d))));
    }
    for (; d < bytes; d += 4) store<f32>(dx + d, scale * load<f32>(dy + d) + back * load<f32>(x + d));
  }
}

/** The inner product of two rows of `bytes` bytes. */
function rowDot(a: usize, b: usize, bytes: usize): f32 {
  let s0 = f32x4.splat(0),
    s1 = s0;
  let d: usize = 0;
  for (; d + 32 <= bytes; d += 32) {
    s0 = multiplyAdd(v128.load(a + d), v128.load(b + d), s0);
    s1 = multiplyAdd(v128.load(a + d, 16), v128.load(b + d, 16), s1);
  }
  let sum = laneSum(f32x4.add(s0, s1));
  for (; d < bytes; d += 4) sum += load<f32>(a + d) * load<f32>(b + d);
  return sum;
}

/** out [columns] = the sum of all rows of x; blocks of 64 rows are summed by themselves first, for precision. */
export function columnSum(x: usize, out: usize, rows: i32, columns: i32): void {
  const bytes = (<usize>columns) << 2;
  memory.fill(out, 0, bytes);
  for (let row = 0; row < rows; row += BLOCK_ROWS, x += bytes * BLOCK_ROWS) {
    addColumnSums(x, out, min(BLOCK_ROWS, rows - row), bytes);
  }
}

/** out += the sum of a block of rows. */
export function addColumnSums(x: usize, out: usize, rows: i32, bytes: usize): void {
  let d: usize = 0;
  for (; d + 64 <= bytes; d += 64) {
    let s0 = f32x4.splat(0),
      s1 = s0,
      s2 = s0,
      s3 = s0;
    let p = x + d;
    for (let row = 0; row < rows; row++, p += bytes) {
      ((s0 = f32x4.add(s0, v128.load(p))), (s1 = f32x4.add(s1, v128.load(p, 16))));
      ((s2 = f32x4.add(s2, v128.load(p, 32))), (s3 = f32x4.add(s3, v128.load(p, 48))));
    }
    const to = out + d;
    (v128.store(to, f32x4.add(v128.load(to), s0)), v128.store(to, f32x4.add(v128.load(to, 16), s1), 16));
    (v128.store(to, f32x4.add(v128.load(to, 32), s2), 32), v128.store(to, f32x4.add(v128.load(to, 48), s3), 48));
  }
  for (; d < bytes; d += 4) {
    let sum: f32 = 0;
    let p = x + d;
    for (let row = 0; row < rows; row++, p += bytes) sum += load<f32>(p);
    store<f32>(out + d, load<f32>(out + d) + sum);
  }
}

/** out [rows] = the sum of each row of x; stretches of 4,096 are summed in single precision, their sums in double. */
export function rowSum(x: usize, out: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    const end = x + ((<usize>columns) << 2);
    let total: f64 = 0;
    while (x < end) {
      const stop = min<usize>(x + 16384, end);
      let s0 = f32x4.splat(0),
        s1 = s0,
        s2 = s0,
        s3 = s0;
      for (; x + 64 <= stop; x += 64) {
        ((s0 = f32x4.add(s0, v128.load(x))), (s1 = f32x4.add(s1, v128.load(x, 16))));
        ((s2 = f32x4.add(s2, v128.load(x, 32))), (s3 = f32x4.add(s3, v128.load(x, 48))));
      }
      let sum = laneSum(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
      for (; x < stop; x += 4) sum += load<f32>(x);
      total += <f64>sum;
    }
    store<f32>(out + ((<usize>row) << 2), <f32>total);
  }
}

/**
 * dz [rows, columns] = dy where y > 0, else 0; sums [columns] = its column sums, the gradient of a bias; in one pass.
 * dz may be dy.
 */
export function reluGradient(dy: usize, y: usize, dz: usize, sums: usize, rows: i32, columns: i32): void {
  const bytes = (<usize>columns) << 2;
  memory.fill(sums, 0, bytes);
  for (let row = 0; row < rows; row += BLOCK_ROWS) {
    const height = min(BLOCK_ROWS, rows - row);
    const at = <usize>row * bytes;
    mask(dy + at, y + at, dz + at, <usize>height * bytes);
    addColumnSums(dz + at, sums, height, bytes);
  }
}

/** dz = dy where y > 0, else 0. */
export function mask(dy: usize, y: usize, dz: usize, bytes: usize): void {
  const zero = f32x4.splat(0);
  let d: usize = 0;
  for (; d + 16 <= bytes; d += 16) v128.store(dz + d, v128.and(v128.load(dy + d), f32x4.gt(v128.load(y + d), zero)));
  for (; d < bytes; d += 4) store<f32>(dz + d, load<f32>(y + d) > 0 ? load<f32>(dy + d) : 0);
}

/**
 * The way back through a row's ReLU and then its scaling to unit length: for z = y scale, y = ReLU(x), scale = 1 / length of y,
 * dx = scale * (dy - z * (z . dy)) where z > 0, else 0; sums [columns] = its column sums.
 */
export function unitReluGradient(dy: usize, z: usize, scales: usize, dx: usize, sums: usize, rows: i32, columns: i32): void {
  const bytes = (<usize>columns) << 2;
  const zero = f32x4.splat(0);
  memory.fill(sums, 0, bytes);
  for (let block = 0; block < rows; block += BLOCK_ROWS) {
    const height = min(BLOCK_ROWS, rows - block);
    const begin = dx;
    for (let row = 0; row < height; row++, z += bytes, dy += bytes, dx += bytes, scales += 4) {
      const scale = load<f32>(scales);
      const back: f32 = -scale * rowDot(z, dy, bytes);
      const factors = f32x4.splat(scale),
        backs = f32x4.splat(back);
      let d: usize = 0;
      for (; d + 16 <= bytes; d += 16) {
        const own = v128.load(z + d);
        const slope = multiplyAdd(backs, own, f32x4.mul(factors, v128.load(dy + d)));
        v128.store(dx + d, v128.and(slope, f32x4.gt(own, zero)));
      }
      for (; d < bytes; d += 4) {
        const own = load<f32>(z + d);
        store<f32>(dx + d, own > 0 ? scale * load<f32>(dy + d) + back * own : 0);
      }
    }
    addColumnSums(begin, sums, height, bytes);
  }
}

/** out [columns, rows] = x [rows, columns] turned, in squares of 16 that stay in the cache. */
export function transpose(x: usize, out: usize, rows: i32, columns: i32): void {
  const inBytes = (<usize>columns) << 2,
    outBytes = (<usize>rows) << 2;
  for (let row = 0; row < rows; row += 16) {
    const rowEnd = min(row + 16, rows);
    for (let column = 0; column < columns; column += 16) {
      const columnEnd = min(column + 16, columns);
      for (let i = row; i < rowEnd; i++) {
        for (let j = column; j < columnEnd; j++) {
          store<f32>(
            out + <usize>j * outBytes + ((<usize>i) << 2),
            load<f32>(x + <usize>i * inBytes + ((<usize>j) << 2)),
          );
        }
      }
    }
  }
}
