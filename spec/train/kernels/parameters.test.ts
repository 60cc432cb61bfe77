import t from 'tap';
import { randomNormal, randomStream } from '../../../data/random.js';
import { optimizers } from '../../../train/kernels/optimizers.js';
import { optimizerStep, parameter, type Parameter } from '../../../train/kernels/parameters.js';
import { gather, normalizeRows } from '../../../train/kernels/matrix-rows.js';
import { farthest, hex } from '../small-world.js';

t.test('the first step moves every weight by the rate, against its gradient', (t) => {
  // mean = 0.1 g, square = 0.01 g^2, corrected: g / |g|.
  const target = parameter('w', [2, 2], Float32Array.of(1, 1, 1, 1));
  optimizerStep(target, Float32Array.of(3, -0.5, 0.01, 0), { rate: 0.25, step: 1 });
  t.ok(farthest(target.values, [0.75, 1.25, 0.75, 1]) < 1e-5);
  const [mean = [], square = []] = target.slots;
  t.ok(farthest(mean, [0.3, -0.05, 0.001, 0]) < 1e-7);
  t.ok(farthest(square, [0.09, 0.0025, 1e-6, 0]) < 1e-7);
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
    optimizerStep(target, gradient, { rate: 0.01, step });
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

for (const optimizer of ['adam', 'adagrad'] as const) {
  t.test(`${optimizer}: a step on some rows leaves the others and their slots as they are`, (t) => {
    const make = (): Parameter =>
      parameter(
        'rows',
        [4, 3],
        Float32Array.from({ length: 12 }, (_, i) => i),
        { optimizer },
      );
    const [some, all, before] = [make(), make(), make()];
    const gradient = Float32Array.of(1, -1, 0.5, 2, -2, 3);
    const whole = new Float32Array(12).fill(9);
    whole.set(gradient.subarray(3), 3); // row 1
    whole.set(gradient.subarray(0, 3), 9); // row 3
    optimizerStep(some, gradient, { rate: 0.1, step: 1, rows: Uint32Array.of(3, 1) });
    optimizerStep(all, whole, { rate: 0.1, step: 1 });
    [some.values, ...some.slots].forEach((array, n) => {
      const columns = array.length / 4;
      const rows = (from: Parameter, ...wanted: number[]): Float32Array =>
        gather([from.values, ...from.slots][n] ?? new Float32Array(), columns, Uint32Array.from(wanted));
      t.same(rows(some, 1, 3), rows(all, 1, 3), `array ${n}`);
      t.same(rows(some, 0, 2), rows(before, 0, 2), `array ${n} of untouched rows`);
    });
    t.end();
  });

  t.test(`${optimizer}: equal steps give equal bytes`, (t) => {
    const results = [0, 1].map(() => {
      const target = parameter('w', [1, 3], Float32Array.of(0.1, 0.2, 0.3), { optimizer });
      for (let step = 1; step < 9; step++) optimizerStep(target, Float32Array.of(step, -1, 0.3), { rate: 0.01, step });
      return hex(target.values);
    });
    t.equal(results[0], results[1]);
    t.end();
  });
}

t.test('adagrad moves a row by the rate over the root of its summed mean squares', (t) => {
  const target = parameter('rows', [2, 2], Float32Array.of(1, 1, 5, 5), { optimizer: 'adagrad' });
  optimizerStep(target, Float32Array.of(3, 4), { rate: 0.5, step: 1, rows: Uint32Array.of(1) });
  // mean square 12.5: 5 - 0.5 * 3 / sqrt(12.5), 5 - 0.5 * 4 / sqrt(12.5)
  t.ok(farthest(target.values, [1, 1, 4.575736, 4.434315]) < 1e-6);
  t.same(target.slots, [Float32Array.of(0, 12.5)]);
  optimizerStep(target, Float32Array.of(1, 0), { rate: 0.5, step: 2, rows: Uint32Array.of(1) });
  t.same(target.slots, [Float32Array.of(0, 13)]);
  t.ok(farthest(target.values, [1, 1, 4.575736 - 0.5 / Math.sqrt(13), 4.434315]) < 1e-6);
  t.end();
});

t.test('adagrad agrees with its formula in doubles, at odd widths and where nothing is touched', (t) => {
  const random = randomStream(2, 'adagrad');
  for (const columns of [1, 2, 5]) {
    const target = parameter('w', [3, columns], new Float32Array(3 * columns), { optimizer: 'adagrad' });
    const naive = { values: new Array<number>(3 * columns).fill(0), sums: [0, 0, 0] };
    for (let step = 1; step <= 20; step++) {
      const gradient = Float32Array.from({ length: 3 * columns }, () => randomNormal(random));
      optimizerStep(target, gradient, { rate: 0.1, step });
      naive.sums.forEach((sum, row) => {
        const own = gradient.subarray(row * columns, (row + 1) * columns);
        naive.sums[row] = sum + own.reduce((total, g) => total + g * g, 0) / columns;
        own.forEach((g, c) => {
          const at = row * columns + c;
          naive.values[at] = Number(naive.values[at]) - (0.1 * g) / Math.sqrt(Number(naive.sums[row]));
        });
      });
    }
    t.ok(farthest(target.values, naive.values) < 1e-5, `${columns} columns`);
  }
  const still = parameter('w', [1, 2], Float32Array.of(3, 4), { optimizer: 'adagrad' });
  optimizerStep(still, new Float32Array(2), { rate: 0.1, step: 1 });
  t.same(still.values, Float32Array.of(3, 4), 'a gradient of zeros moves nothing');
  t.end();
});

for (const optimizer of ['adam', 'adagrad'] as const) {
  t.test(`${optimizer}: the kernel does what its plain reference does`, (t) => {
    const random = randomStream(3, optimizer);
    const normal = (length: number): Float32Array => Float32Array.from({ length }, () => randomNormal(random));
    // Rows of no whole vectors, of none, longer than a block, and more rows than a block.
    for (const [rowCount, columns] of [
      [1, 1],
      [3, 3],
      [7, 5],
      [5, 8],
      [4, 37],
      [0, 5],
      [2, 16390],
      [130, 300],
    ] as const) {
      const values = normal(rowCount * columns);
      const [own, reference] = [false, true].map((plain) =>
        parameter('w', [rowCount, columns], values.slice(), { optimizer, plain }),
      ) as [Parameter, Parameter];
      t.ok(own.memory);
      t.notOk(reference.memory);
      for (let step = 1; step <= 10; step++) {
        const touched = Uint32Array.from({ length: rowCount }, (_, row) => row).filter((row) => (row + step) % 3 > 0);
        const rows = touched.reverse();
        const gradient = normal(rows.length * columns);
        for (const target of [own, reference]) optimizerStep(target, gradient, { rate: 0.05, step, rows });
      }
      [own.values, ...own.slots].forEach((array, n) => {
        const expected = [reference.values, ...reference.slots][n] ?? [];
        const error = Math.max(0, ...array.map((value, i) => Math.abs(value - Number(expected[i]))));
        const size = Math.max(1, ...array.map(Math.abs));
        t.ok(error / size < 1e-5, `[${rowCount}, ${columns}] array ${n}: ${error}`);
      });
    }
    t.end();
  });

  t.test(`${optimizer}: the plain reference knows all rows in order too`, (t) => {
    const [plain, named] = [0, 1].map(() => parameter('w', [2, 2], new Float32Array(4), { optimizer, plain: true }));
    const gradient = Float32Array.of(1, 2, -3, 4);
    if (!plain || !named) throw new Error('both were made');
    optimizers[optimizer].step(plain, gradient, { rate: 0.1, step: 1 });
    optimizerStep(named, gradient, { rate: 0.1, step: 1, rows: Uint32Array.of(0, 1) });
    t.same(plain.values, named.values);
    t.end();
  });
}

t.test('a parameter lies in shared memory; adagrad keeps a number a row, adam two a weight', (t) => {
  for (const [optimizer, kept] of [
    ['adam', 12],
    ['adagrad', 3],
  ] as const) {
    const { values, slots } = parameter('w', [3, 2], new Float32Array(6), { optimizer });
    t.ok([values, ...slots].every(({ buffer }) => buffer instanceof SharedArrayBuffer));
    t.equal(
      slots.reduce((sum, slot) => sum + slot.length, 0),
      kept,
      optimizer,
    );
  }
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
