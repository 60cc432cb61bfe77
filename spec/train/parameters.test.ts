import t from 'tap';
import { randomNormal, randomStream } from '../../data/random.js';
import { adamStep, parameter } from '../../train/parameters.js';
import { gather, normalizeRows } from '../../train/matrix-rows.js';
import { farthest, hex } from './small-world.js';

t.test('the first step moves every weight by the rate, against its gradient', (t) => {
  // mean = 0.1 g, square = 0.01 g^2, corrected: g / |g|.
  const target = parameter('w', [2, 2], Float32Array.of(1, 1, 1, 1));
  adamStep(target, Float32Array.of(3, -0.5, 0.01, 0), { rate: 0.25, step: 1 });
  t.ok(farthest(target.values, [0.75, 1.25, 0.75, 1]) < 1e-5);
  t.ok(farthest(target.mean, [0.3, -0.05, 0.001, 0]) < 1e-7);
  t.ok(farthest(target.square, [0.09, 0.0025, 1e-6, 0]) < 1e-7);
  t.end();
});

t.test('steps agree with the paper written out in doubles', (t) => {
  const random = randomStream(1, 'adam');
  const target = parameter(
    'w',
    [3, 4],
    Float32Array.from({ length: 12 }, () => randomNormal(random)),
  );
  const naive = Array.from(target.values, (value) => ({ value, m: 0, v: 0 }));
  for (let step = 1; step <= 30; step++) {
    const gradient = Float32Array.from({ length: 12 }, () => randomNormal(random));
    adamStep(target, gradient, { rate: 0.01, step });
    naive.forEach((weight, i) => {
      const g = Number(gradient[i]);
      weight.m = 0.9 * weight.m + 0.1 * g;
      weight.v = 0.99 * weight.v + 0.01 * g * g;
      weight.value -= (0.01 * (weight.m / (1 - 0.9 ** step))) / Math.sqrt(weight.v / (1 - 0.99 ** step));
    });
  }
  t.ok(
    farthest(
      target.values,
      naive.map(({ value }) => value),
    ) < 1e-5,
  );
  t.end();
});

t.test('a step on some rows leaves the others and their moments as they are', (t) => {
  const make = (): ReturnType<typeof parameter> => parameter('rows', [4, 2], Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const [some, all] = [make(), make()];
  const gradient = Float32Array.of(1, -1, 2, -2);
  adamStep(some, gradient, { rate: 0.1, step: 1, rows: Uint32Array.of(3, 1) });
  adamStep(all, Float32Array.of(9, 9, 2, -2, 9, 9, 1, -1), { rate: 0.1, step: 1 });
  for (const name of ['values', 'mean', 'square'] as const) {
    t.same(gather(some[name], 2, Uint32Array.of(1, 3)), gather(all[name], 2, Uint32Array.of(1, 3)), name);
    t.same(
      gather(some[name], 2, Uint32Array.of(0, 2)),
      name === 'values' ? Float32Array.of(1, 2, 5, 6) : new Float32Array(4),
      `${name} of untouched rows`,
    );
  }
  t.end();
});

t.test('equal steps give equal bytes', (t) => {
  const results = [0, 1].map(() => {
    const target = parameter('w', [1, 3], Float32Array.of(0.1, 0.2, 0.3));
    for (let step = 1; step < 9; step++) adamStep(target, Float32Array.of(step, -1, 0.3), { rate: 0.01, step });
    return hex(target.values);
  });
  t.equal(results[0], results[1]);
  t.end();
});

t.test('gather copies rows in the order asked for, twice if asked twice', (t) => {
  t.same(gather(Float32Array.of(1, 2, 3, 4, 5, 6), 2, Uint32Array.of(2, 0, 2)), Float32Array.of(5, 6, 1, 2, 5, 6));
  t.same(gather(new Float32Array(0), 0, Uint32Array.of(1)), new Float32Array(0));
  t.end();
});

t.test('normalizeRows scales to unit length and leaves zero rows', (t) => {
  const values = Float32Array.of(3, 4, 0, 0, 0, -2);
  normalizeRows(values, 2);
  t.ok(farthest(values, [0.6, 0.8, 0, 0, 0, -1]) < 1e-7);
  t.end();
});
