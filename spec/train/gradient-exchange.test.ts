import t from 'tap';
import { randomNormal, randomStream, shuffle } from '../../data/random.js';
import { gradientBoard, publish, published, stepOwnRows, type ShardGradient } from '../../train/gradient-exchange.js';
import type { Optimizer } from '../../train/optimizers.js';
import { optimizerStep, parameter, type Parameter } from '../../train/parameters.js';
import { hex } from './small-world.js';

const [ROWS, COLUMNS] = [150, 3];
const random = randomStream(1, 'spec');
const normal = (length: number): Float32Array => Float32Array.from({ length }, () => randomNormal(random));
const first = normal(ROWS * COLUMNS);

function weightsOf(optimizer: Optimizer, plain = false): Map<string, Parameter> {
  return new Map(
    ['row.query', 'head.G1'].map((name) => [
      name,
      parameter(name, [ROWS, COLUMNS], first.slice(), { optimizer, plain }),
    ]),
  );
}

/** Some rows in any order. */
function drawRows(count: number): Uint32Array {
  const rows = Uint32Array.from({ length: ROWS }, (_, row) => row);
  shuffle(random, rows);
  return rows.slice(0, count);
}

/** Gradients of all rows, zero where none is given. */
function spread({ values, rows }: ShardGradient): Float32Array {
  if (!rows) return values;
  const all = new Float32Array(ROWS * COLUMNS);
  rows.forEach((row, n) => all.set(values.subarray(n * COLUMNS, (n + 1) * COLUMNS), row * COLUMNS));
  return all;
}

for (const [optimizer, plain] of [
  ['adam', false],
  ['adam', true],
  ['adagrad', false],
  ['adagrad', true],
] as const) {
  const where = plain ? 'in plain memory' : 'in its table';
  t.test(`${optimizer} ${where}: three trainers' steps on their own rows are one on the sum, to the bit`, (t) => {
    const weights = weightsOf(optimizer, plain);
    const expected = weightsOf(optimizer, plain);
    const boards = [0, 1, 2].map(() => gradientBoard(weights, (name) => name === 'head.G1'));
    for (const touched of [
      [90, 70, 100],
      [20, 0, 130],
    ]) {
      const gradients = touched.map((count): ReadonlyMap<string, ShardGradient> => {
        const query: ShardGradient = { values: normal(count * COLUMNS), rows: drawRows(count) };
        const whole: ShardGradient = { values: normal(ROWS * COLUMNS) };
        return new Map(Object.entries({ 'row.query': query, 'head.G1': whole }));
      });
      boards.forEach((board, n) => publish(board, gradients[n] ?? new Map()));
      for (const [name, weight] of weights) {
        const shards = boards.map((board) => published(board, name));
        for (const trainer of [2, 0, 1]) stepOwnRows(weight, shards, { trainer, rate: 0.1, step: 1 });
        const given = gradients.map((map) => map.get(name) ?? { values: new Float32Array() });
        const sum = new Float32Array(ROWS * COLUMNS);
        for (const all of given.map(spread)) all.forEach((value, i) => (sum[i] = Number(sum[i]) + value));
        const rows = name === 'row.query' ? [...new Set(given.flatMap(({ rows = [] }) => [...rows]))] : undefined;
        const values = rows
          ? Float32Array.from(rows.flatMap((row) => [...sum.subarray(row * COLUMNS, (row + 1) * COLUMNS)]))
          : sum;
        const target = expected.get(name);
        if (target) optimizerStep(target, values, { rate: 0.1, step: 1, rows: rows && Uint32Array.from(rows) });
        const bytes = (of: Parameter | undefined): string[] => [...(of ? [of.values, ...of.slots] : [])].map(hex);
        t.same(bytes(weight), bytes(target), name);
      }
    }
    t.end();
  });
}

t.test('a trainer changes its own rows only', (t) => {
  const weights = weightsOf('adam');
  for (const [name, weight] of weights) {
    const before = weight.values.slice();
    const values = normal(ROWS * COLUMNS);
    const boards = [0, 1].map(() => gradientBoard(weights, () => name === 'head.G1'));
    for (const board of boards) publish(board, new Map([[name, { values, rows: drawRows(ROWS) }]]));
    stepOwnRows(
      weight,
      boards.map((board) => published(board, name)),
      { trainer: 1, rate: 0.1, step: 1 },
    );
    const changed = Array.from({ length: ROWS }, (_, row) => row).filter(
      (row) => weight.values[row * COLUMNS] !== before[row * COLUMNS],
    );
    t.same(
      changed,
      Array.from({ length: ROWS / 2 }, (_, n) => 2 * n + 1),
      name,
    );
  }
  t.end();
});

t.test('a shard without gradients adds nothing, and nothing of the step before', (t) => {
  const weights = weightsOf('adam');
  const board = gradientBoard(weights, (name) => name === 'head.G1');
  const query: ShardGradient = { values: normal(6), rows: Uint32Array.of(4, 9) };
  const whole: ShardGradient = { values: normal(ROWS * COLUMNS) };
  publish(board, new Map(Object.entries({ 'row.query': query, 'head.G1': whole })));
  t.same(published(board, 'row.query').rows, Uint32Array.of(4, 9));
  publish(board, new Map());
  t.same(published(board, 'row.query').rows, new Uint32Array(0));
  t.ok(published(board, 'row.query').places?.every((place) => place === 0));
  t.ok(published(board, 'head.G1').values.every((value) => value === 0));
  t.end();
});
