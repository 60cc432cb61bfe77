// One step of Adam (Kingma and Ba 2015) over all numbers of a variable, in one pass.

/**
 * first' = b1 first + (1 - b1) g; second' = b2 second + (1 - b2) g^2;
 * value' = value - rate * (first' / bias1) / (sqrt(second' / bias2) + epsilon). Inputs and outputs may not overlap; `count` floats.
 */
export function adamStep(
  value: usize,
  gradient: usize,
  first: usize,
  second: usize,
  newValue: usize,
  newFirst: usize,
  newSecond: usize,
  count: i32,
  rate: f32,
  beta1: f32,
  beta2: f32,
  bias1: f32,
  bias2: f32,
  epsilon: f32,
): void {
  const bytes = (<usize>count) << 2;
  const b1 = f32x4.splat(beta1),
    b2 = f32x4.splat(beta2);
  const c1 = f32x4.splat(1 - beta1),
    c2 = f32x4.splat(1 - beta2);
  const rates = f32x4.splat(rate),
    epsilons = f32x4.splat(epsilon);
  const biases1 = f32x4.splat(bias1),
    biases2 = f32x4.splat(bias2);
  let d: usize = 0;
  for (; d + 16 <= bytes; d += 16) {
    const g = v128.load(gradient + d);
    const m = f32x4.add(f32x4.mul(b1, v128.load(first + d)), f32x4.mul(c1, g));
    const v = f32x4.add(f32x4.mul(b2, v128.load(second + d)), f32x4.mul(c2, f32x4.mul(g, g)));
    const step = f32x4.div(
      f32x4.mul(rates, f32x4.div(m, biases1)),
      f32x4.add(f32x4.sqrt(f32x4.div(v, biases2)), epsilons),
    );
    (v128.store(newFirst + d, m), v128.store(newSecond + d, v));
    v128.store(newValue + d, f32x4.sub(v128.load(value + d), step));
  }
  for (; d < bytes; d += 4) {
    const g = load<f32>(gradient + d);
    const m: f32 = beta1 * load<f32>(first + d) + (1 - beta1) * g;
    const v: f32 = beta2 * load<f32>(second + d) + (1 - beta2) * (g * g);
    (store<f32>(newFirst + d, m), store<f32>(newSecond + d, v));
    store<f32>(newValue + d, load<f32>(value + d) - (rate * (m / bias1)) / (sqrt<f32>(v / bias2) + epsilon));
  }
}
