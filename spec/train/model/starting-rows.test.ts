import t from 'tap';
import { startingRows } from '../../../train/model/starting-rows.js';
import { dot } from './naive-model.js';
import { farthest, graphOf } from '../small-world.js';

/** Degrees 1, 2, 1, 0. */
const graph = graphOf(
  [
    [0, 1],
    [1, 2],
  ],
  4,
);
const factors = {
  rank: 2,
  singularValues: Float32Array.of(1, 0.25),
  pinFactors: Float32Array.of(0.6, 0.8, 0, -1, 0.5, 0.5, 0, 0),
};

t.test('rows start at the factors, scaled by the root of their strength', (t) => {
  const { query, target, bias } = startingRows(graph, factors, { dimension: 2, seed: 1, loss: 'softmax' });
  // V s^1/2: (0.6, 0.4), (0, -0.5), (0.5, 0.25); queries over the root of the degree, to a root mean square of 0.06.
  const rows = [0.6, 0.4, 0, -0.5 / Math.SQRT2, 0.5, 0.25, 0, 0];
  const scale = 0.06 / Math.sqrt(dot(rows, rows) / 8);
  t.ok(
    farthest(
      query,
      rows.map((value) => scale * value),
    ) < 1e-7,
  );
  const [a, b] = [Math.hypot(0.6, 0.4), Math.hypot(0.5, 0.25)];
  t.ok(farthest(target, [0.6 / a, 0.4 / a, 0, -1, 0.5 / b, 0.25 / b, 0, 0]) < 1e-6);
  t.ok(
    farthest(bias, [0, 0.6 * Math.log(2), 0, 0]) < 1e-6,
    'a pin without saves starts at zero, as one with a single save',
  );
  const binary = startingRows(graph, factors, { dimension: 2, seed: 1, loss: 'binary' });
  const boards = graph.boardCount;
  t.ok(
    farthest(
      binary.bias,
      [1, 2, 1, 1].map((d) => Math.log(d / boards)),
    ) < 1e-6,
    'the share of boards that hold a pin',
  );
  t.end();
});

t.test('columns beyond the factors get small noise, by the seed, and none for pins without saves', (t) => {
  const rows = startingRows(graph, factors, { dimension: 5, seed: 1, loss: 'softmax' });
  for (const values of [rows.query, rows.target]) {
    t.ok([0, 1, 2].every((pin) => values.subarray(5 * pin + 2, 5 * pin + 5).every((value) => value !== 0)));
    t.ok(values.subarray(15).every((value) => value === 0));
  }
  t.ok(
    rows.target.subarray(2, 5).every((value) => Math.abs(value) < 0.3),
    'small beside the factors',
  );
  t.same(startingRows(graph, factors, { dimension: 5, seed: 1, loss: 'softmax' }), rows);
  t.notSame(startingRows(graph, factors, { dimension: 5, seed: 2, loss: 'softmax' }).query, rows.query);
  t.end();
});

t.test('without factors all columns are noise; fewer columns than factors take the strongest', (t) => {
  const noise = startingRows(graph, undefined, { dimension: 3, seed: 1, loss: 'softmax' });
  t.ok(Math.abs(Math.sqrt(dot([...noise.query], [...noise.query]) / 12) - 0.06) < 1e-6);
  const first = startingRows(graph, factors, { dimension: 1, seed: 1, loss: 'softmax' });
  t.same(first.target, Float32Array.of(1, 0, 1, 0));
  t.end();
});
