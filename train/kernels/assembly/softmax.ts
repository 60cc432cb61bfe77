// Exponentials four at a time, and cross entropies against sparse targets, by softmax and by sigmoids, forward and backward, in one
// pass each.
import { firstOutside } from './pool';
import { laneSum, multiplyAdd } from './vector';

/** The host's natural logarithm: the standard library's own would bring a table, and the memory's low addresses are not ours. */
@external('env', 'log')
declare function log(x: f64): f64;

/**
 * e^x in each lane, off by at most 2 units in the last place; below -87.3 it gives 0 (no subnormals), above 88.7 infinity, NaN for NaN.
 * Source: Moshier's Cephes library, expf: x = n ln 2 + r, a polynomial of degree 7 in r, times 2^n.
 */
@inline
function exponential(x: v128): v128 {
  const clamped = f32x4.pmax(f32x4.splat(-87.33654), f32x4.pmin(f32x4.splat(88.72283), x));
  const n = f32x4.nearest(f32x4.mul(clamped, f32x4.splat(1.44269504)));
  let r = multiplyAdd(n, f32x4.splat(-0.693359375), clamped);
  r = multiplyAdd(n, f32x4.splat(2.12194440e-4), r);
  let p = multiplyAdd(f32x4.splat(1.9875691500e-4), r, f32x4.splat(1.3981999507e-3));
  p = multiplyAdd(p, r, f32x4.splat(8.3334519073e-3));
  p = multiplyAdd(p, r, f32x4.splat(4.1665795894e-2));
  p = multiplyAdd(p, r, f32x4.splat(1.6666665459e-1));
  p = multiplyAdd(p, r, f32x4.splat(5.0000001201e-1));
  p = f32x4.add(multiplyAdd(p, f32x4.mul(r, r), r), f32x4.splat(1));
  // 2^n in two halves, since 2^128 itself is not a float
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  const low = i32x4.shl(i32x4.add(half, i32x4.splat(127)), 23);
  const high = i32x4.shl(i32x4.add(i32x4.sub(whole, half), i32x4.splat(127)), 23);
  p = f32x4.mul(f32x4.mul(p, low), high);
  p = v128.andnot(p, f32x4.lt(x, f32x4.splat(-87.33654)));
  p = v128.bitselect(f32x4.splat(Infinity), p, f32x4.gt(x, f32x4.splat(88.72283)));
  return v128.bitselect(p, x, f32x4.eq(x, x));
}

@inline
function exponentialOne(x: f32): f32 {
  return f32x4.extract_lane(exponential(f32x4.splat(x)), 0);
}

/** y = e^x; `count` floats. */
export function exp(x: usize, y: usize, count: i32): void {
  const bytes = <usize>count << 2;
  let d: usize = 0;
  for (; d + 16 <= bytes; d += 16) v128.store(y + d, exponential(v128.load(x + d)));
  for (; d < bytes; d += 4) store<f32>(y + d, exponentialOne(load<f32>(x + d)));
}

/**
 * out [rows, columns] = logits, with values[e] added at columns[e] for each entry e of a row.
 * Returns -1, or the place of the first entry that is not a column.
 */
export function addEntries(
  logits: usize, offsets: usize, places: usize, values: usize, out: usize, rows: i32, columns: i32,
): i32 {
  const wrong = firstOutside(places, offsets, rows, columns);
  if (wrong >= 0) return wrong;
  const bytes = <usize>columns << 2;
  for (let row = 0; row < rows; row++, logits += bytes, out += bytes) {
    memory.copy(out, logits, bytes);
    const end = <usize>load<u32>(offsets + (<usize>(row + 1) << 2));
    for (let e = <usize>load<u32>(offsets + (<usize>row << 2)); e < end; e++) {
      const at = out + (<usize>load<u32>(places + (e << 2)) << 2);
      store<f32>(at, load<f32>(at) + load<f32>(values + (e << 2)));
    }
  }
  return -1;
}

/**
 * losses [rows] = (row's total target weight) * logSumExp(row) - sum over its targets e of weights[e] * logits[row, columns[e]];
 * normalizers [rows] = logSumExp(row), kept for the gradient. A row without targets loses 0.
 * Returns -1, or the place of the first target that is not a column.
 */
export function softmaxCrossEntropy(
  logits: usize, offsets: usize, targets: usize, weights: usize,
  losses: usize, normalizers: usize, rows: i32, columns: i32,
): i32 {
  const wrong = firstOutside(targets, offsets, rows, columns);
  if (wrong >= 0) return wrong;
  const bytes = <usize>columns << 2;
  for (let row = 0; row < rows; row++, logits += bytes) {
    const largest = rowMax(logits, bytes);
    const largests = f32x4.splat(largest);
    let sums = f32x4.splat(0);
    let d: usize = 0;
    for (; d + 16 <= bytes; d += 16) sums = f32x4.add(sums, exponential(f32x4.sub(v128.load(logits + d), largests)));
    let sum = laneSum(sums);
    for (; d < bytes; d += 4) sum += exponentialOne(load<f32>(logits + d) - largest);
    const normalizer = <f32>(<f64>largest + log(<f64>sum));
    store<f32>(normalizers + (<usize>row << 2), normalizer);
    let loss: f64 = 0;
    const end = <usize>load<u32>(offsets + (<usize>(row + 1) << 2));
    for (let e = <usize>load<u32>(offsets + (<usize>row << 2)); e < end; e++) {
      const logit = load<f32>(logits + (<usize>load<u32>(targets + (e << 2)) << 2));
      loss += <f64>load<f32>(weights + (e << 2)) * (<f64>normalizer - <f64>logit);
    }
    store<f32>(losses + (<usize>row << 2), <f32>loss);
  }
  return -1;
}

/** dx [rows, columns] = scale * (row's total target weight * softmax(row) - targets); `normalizers` as the forward pass left them. */
export function softmaxCrossEntropyGradient(
  logits: usize, offsets: usize, targets: usize, weights: usize,
  normalizers: usize, scale: f32, dx: usize, rows: i32, columns: i32,
): void {
  const bytes = <usize>columns << 2;
  for (let row = 0; row < rows; row++, logits += bytes, dx += bytes) {
    const start = <usize>load<u32>(offsets + (<usize>row << 2));
    const end = <usize>load<u32>(offsets + (<usize>(row + 1) << 2));
    let total: f32 = 0;
    for (let e = start; e < end; e++) total += load<f32>(weights + (e << 2));
    total *= scale;
    const normalizer = load<f32>(normalizers + (<usize>row << 2));
    const normalizerLanes = f32x4.splat(normalizer), totals = f32x4.splat(total);
    let d: usize = 0;
    for (; d + 16 <= bytes; d += 16) {
      v128.store(dx + d, f32x4.mul(totals, exponential(f32x4.sub(v128.load(logits + d), normalizerLanes))));
    }
    for (; d < bytes; d += 4) store<f32>(dx + d, total * exponentialOne(load<f32>(logits + d) - normalizer));
    for (let e = start; e < end; e++) {
      const at = dx + (<usize>load<u32>(targets + (e << 2)) << 2);
      store<f32>(at, load<f32>(at) - scale * load<f32>(weights + (e << 2)));
    }
  }
}

/** Steps of four columns whose factors, each from 1 to 2, are multiplied before a logarithm is taken. */
const LOG_STEPS: usize = 64;

/**
 * losses [rows] = sum over the row's columns of log(1 + e^logit) - sum over its targets of their logits.
 * Returns -1, or the place of the first target that is not a column.
 */
export function binaryCrossEntropy(
  logits: usize, offsets: usize, targets: usize, losses: usize, rows: i32, columns: i32,
): i32 {
  const wrong = firstOutside(targets, offsets, rows, columns);
  if (wrong >= 0) return wrong;
  const bytes = <usize>columns << 2;
  const one = f32x4.splat(1), zero = f32x4.splat(0);
  for (let row = 0; row < rows; row++, logits += bytes) {
    let loss: f64 = 0;
    let d: usize = 0;
    while (d + 16 <= bytes) {
      const stop = min<usize>(d + (LOG_STEPS << 4), bytes - 15);
      let factors = one, positives = zero;
      for (; d < stop; d += 16) {
        const x = v128.load(logits + d);
        factors = f32x4.mul(factors, f32x4.add(one, exponential(f32x4.neg(f32x4.abs(x)))));
        positives = f32x4.add(positives, f32x4.max(x, zero));
      }
      const low = <f64>f32x4.extract_lane(factors, 0) * <f64>f32x4.extract_lane(factors, 1);
      const high = <f64>f32x4.extract_lane(factors, 2) * <f64>f32x4.extract_lane(factors, 3);
      loss += log(low * high) + <f64>laneSum(positives);
    }
    for (; d < bytes; d += 4) {
      const x = load<f32>(logits + d);
      loss += log(1 + <f64>exponentialOne(-abs<f32>(x))) + <f64>max<f32>(x, 0);
    }
    const end = <usize>load<u32>(offsets + (<usize>(row + 1) << 2));
    for (let e = <usize>load<u32>(offsets + (<usize>row << 2)); e < end; e++) {
      loss -= <f64>load<f32>(logits + (<usize>load<u32>(targets + (e << 2)) << 2));
    }
    store<f32>(losses + (<usize>row << 2), <f32>loss);
  }
  return -1;
}

/** dx [rows, columns] = scale * (1 / (1 + e^-logit), less 1 for targets). */
export function binaryCrossEntropyGradient(
  logits: usize, offsets: usize, targets: usize, scale: f32, dx: usize, rows: i32, columns: i32,
): void {
  const bytes = <usize>columns << 2;
  const one = f32x4.splat(1), scales = f32x4.splat(scale);
  for (let row = 0; row < rows; row++, logits += bytes, dx += bytes) {
    let d: usize = 0;
    for (; d + 16 <= bytes; d += 16) {
      v128.store(dx + d, f32x4.div(scales, f32x4.add(one, exponential(f32x4.neg(v128.load(logits + d))))));
    }
    for (; d < bytes; d += 4) store<f32>(dx + d, scale / (1 + exponentialOne(-load<f32>(logits + d))));
    const end = <usize>load<u32>(offsets + (<usize>(row + 1) << 2));
    for (let e = <usize>load<u32>(offsets + (<usize>row << 2)); e < end; e++) {
      const at = dx + (<usize>load<u32>(targets + (e << 2)) << 2);
      store<f32>(at, load<f32>(at) - scale);
    }
  }
}

@inline
function rowMax(row: usize, bytes: usize): f32 {
  let larger = f32x4.splat(-Infinity);
  let d: usize = 0;
  for (; d + 16 <= bytes; d += 16) larger = f32x4.max(larger, v128.load(row + d));
  let largest = max<f32>(
    max<f32>(f32x4.extract_lane(larger, 0), f32x4.extract_lane(larger, 1)),
    max<f32>(f32x4.extract_lane(larger, 2), f32x4.extract_lane(larger, 3)),
  );
  for (; d < bytes; d += 4) largest = max<f32>(largest, load<f32>(row + d));
  return largest;
}
