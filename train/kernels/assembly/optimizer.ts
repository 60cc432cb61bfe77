// One step of an optimizer on rows of a table.
import { laneSum, multiplyAdd } from './vector';

/**
 * Adam on `count` rows: `mean = b1 mean + (1 - b1) g`, `square = b2 square + (1 - b2) g^2`,
 * `value -= rate * mean / (sqrt(square) + epsilon)`.
 * The gradients [count, columns] lie one after the other; gradient n is of row rows[n].
 */
export function adam(
  values: usize, mean: usize, square: usize, gradients: usize, rows: usize, count: i32, columns: i32,
  rate: f32, meanDecay: f32, squareDecay: f32, epsilon: f32,
): void {
  const bytes = <usize>columns << 2;
  const meanShare: f32 = 1 - meanDecay, squareShare: f32 = 1 - squareDecay;
  const meanDecays = f32x4.splat(meanDecay), meanShares = f32x4.splat(meanShare);
  const squareDecays = f32x4.splat(squareDecay), squareShares = f32x4.splat(squareShare);
  const rates = f32x4.splat(rate), epsilons = f32x4.splat(epsilon);
  for (let n = 0; n < count; n++, gradients += bytes) {
    const at = <usize>load<u32>(rows + (<usize>n << 2)) * bytes;
    const v = values + at, m = mean + at, s = square + at;
    let d: usize = 0;
    for (; d + 16 <= bytes; d += 16) {
      const g = v128.load(gradients + d);
      const first = multiplyAdd(meanDecays, v128.load(m + d), f32x4.mul(meanShares, g));
      const second = multiplyAdd(squareDecays, v128.load(s + d), f32x4.mul(squareShares, f32x4.mul(g, g)));
      v128.store(m + d, first);
      v128.store(s + d, second);
      const move = f32x4.div(f32x4.mul(rates, first), f32x4.add(f32x4.sqrt(second), epsilons));
      v128.store(v + d, f32x4.sub(v128.load(v + d), move));
    }
    for (; d < bytes; d += 4) {
      const g = load<f32>(gradients + d);
      const first: f32 = meanDecay * load<f32>(m + d) + meanShare * g;
      const second: f32 = squareDecay * load<f32>(s + d) + squareShare * (g * g);
      store<f32>(m + d, first);
      store<f32>(s + d, second);
      store<f32>(v + d, load<f32>(v + d) - rate * first / (sqrt<f32>(second) + epsilon));
    }
  }
}

/** Rowwise Adagrad: `sum += mean of g^2 over the row`, `value -= rate * g / (sqrt(sum) + epsilon)`; arguments as for `adam`. */
export function adagrad(
  values: usize, sums: usize, gradients: usize, rows: usize, count: i32, columns: i32, rate: f32, epsilon: f32,
): void {
  const bytes = <usize>columns << 2;
  for (let n = 0; n < count; n++, gradients += bytes) {
    const row = <usize>load<u32>(rows + (<usize>n << 2));
    const v = values + row * bytes;
    const kept = sums + (row << 2);
    const sum: f32 = load<f32>(kept) + squares(gradients, bytes) / <f32>columns;
    store<f32>(kept, sum);
    const scale: f32 = rate / (sqrt<f32>(sum) + epsilon);
    const back = f32x4.splat(-scale);
    let d: usize = 0;
    for (; d + 16 <= bytes; d += 16) v128.store(v + d, multiplyAdd(back, v128.load(gradients + d), v128.load(v + d)));
    for (; d < bytes; d += 4) store<f32>(v + d, load<f32>(v + d) - scale * load<f32>(gradients + d));
  }
}

/** The sum of the squares of a row. */
function squares(row: usize, bytes: usize): f32 {
  let even = f32x4.splat(0), odd = even;
  let d: usize = 0;
  for (; d + 32 <= bytes; d += 32) {
    const a = v128.load(row + d), b = v128.load(row + d, 16);
    even = multiplyAdd(a, a, even), odd = multiplyAdd(b, b, odd);
  }
  let sum = laneSum(f32x4.add(even, odd));
  for (; d < bytes; d += 4) sum += load<f32>(row + d) * load<f32>(row + d);
  return sum;
}
