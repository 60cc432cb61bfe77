import t from 'tap';
import type { Pin } from '../../data/collection.js';
import { randomInteger, randomStream } from '../../data/random.js';
import { type BipartiteGraph, buildGraph } from '../../graph/bipartite-graph.js';
import { Pixie, type PixieQuery, type PixieResult } from '../../graph/pixie-walk.js';
import { prepareWalk, Walker } from '../../graph/random-walk.js';

function graphOf(boards: number[][], pinCount = Math.max(...boards.flat()) + 1): BipartiteGraph {
  const saves = {
    boards: Uint32Array.from(boards.flatMap((pins, board) => pins.map(() => board))),
    pins: Uint32Array.from(boards.flat()),
  };
  return buildGraph(saves, { pinCount, boardCount: boards.length });
}

function walkFrom(graph: BipartiteGraph, query: PixieQuery): PixieResult {
  return new Pixie(graph).walkFrom(query);
}

function randomGraph(seed: number): BipartiteGraph {
  const random = randomStream(seed, 'spec');
  return graphOf(
    Array.from({ length: 80 }, () => Array.from({ length: 6 }, () => randomInteger(random, 150))),
    150,
  );
}

t.test(
  'walkFrom scores are (sum of square roots of visits) squared, query pins left out, as a naive sum finds',
  (t) => {
    const graph = randomGraph(1);
    const pins = Uint32Array.of(3, 77, 12);
    const steps = 6000;
    const result = walkFrom(graph, { pins, steps, random: randomStream(2, 'spec') });
    const budgets = new Pixie(graph).allocateSteps(pins, undefined, steps);
    const walker = new Walker(prepareWalk(graph));
    const random = randomStream(2, 'spec');
    const sums = new Array<number>(150).fill(0);
    for (const [q, pin] of pins.entries()) {
      walker.walk(pin as Pin, { steps: budgets[q] ?? 0, walkers: 16, restartProbability: 0.5, random });
      for (const [other, count] of walker.counts.entries()) sums[other] = (sums[other] ?? 0) + Math.sqrt(count);
      walker.clear();
    }
    const expected = [...sums.entries()].filter(([pin, sum]) => sum > 0 && !pins.includes(pin));
    expected.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    t.strictSame(
      [...result.pins],
      expected.map(([pin]) => pin),
    );
    for (const [i, [, sum]] of expected.entries()) t.equal(result.scores[i], Math.fround(sum ** 2));
    t.end();
  },
);

t.test('walkFrom of one pin gives plain visit counts', (t) => {
  const graph = graphOf([
    [0, 1, 2],
    [0, 2],
  ]);
  const { pins, scores, stepsTaken } = walkFrom(graph, {
    pins: Uint32Array.of(0),
    steps: 2000,
    random: randomStream(3, 'spec'),
  });
  t.strictSame([...pins], [2, 1]);
  t.equal(stepsTaken, 2000);
  for (const score of scores) t.ok(Math.abs(score - Math.round(score)) < 0.01);
  t.end();
});

t.test('walkFrom puts a pin near all query pins above one near a single query pin', (t) => {
  // pin 2 shares a board with both query pins, pins 3 and 4 each share as many boards with one of them
  const graph = graphOf([
    [0, 2],
    [1, 2],
    [0, 3],
    [0, 3],
    [1, 4],
    [1, 4],
  ]);
  const query = { steps: 30_000, random: randomStream(4, 'spec') };
  t.equal(walkFrom(graph, { ...query, pins: Uint32Array.of(0, 1) }).pins[0], 2);
  t.end();
});

t.test('allocateSteps follows degree, weight and the largest degree, by hand', (t) => {
  // degrees: pin 0 on 3 boards, pin 1 on 1, pin 2 on 2, pin 3 on none
  const pixie = new Pixie(
    graphOf(
      [
        [0, 1],
        [0, 2],
        [0, 2],
      ],
      4,
    ),
  );
  const scale = (degree: number) => degree * (1 + Math.log(3) - Math.log(degree));
  const total = scale(3) + scale(1) + scale(2);
  const steps = pixie.allocateSteps(Uint32Array.of(0, 1, 2, 3), undefined, 900);
  t.strictSame([...steps], [...[3, 1, 2].map((degree) => Math.ceil(900 * (scale(degree) / total))), 0]);
  t.ok((steps[0] ?? 0) > (steps[2] ?? 0) && (steps[2] ?? 0) > (steps[1] ?? 0), 'more saves, more steps');
  t.strictSame([...pixie.allocateSteps(Uint32Array.of(1, 1), Float32Array.of(1, 3), 400)], [100, 300]);
  t.end();
});

t.test('walkFrom follows weights', (t) => {
  const graph = graphOf([
    [0, 2],
    [1, 3],
  ]);
  const query = { pins: Uint32Array.of(0, 1), steps: 5000 };
  const first = walkFrom(graph, { ...query, weights: Float32Array.of(9, 1), random: randomStream(5, 'spec') });
  const second = walkFrom(graph, { ...query, weights: Float32Array.of(1, 9), random: randomStream(5, 'spec') });
  t.strictSame([...first.pins], [2, 3]);
  t.strictSame([...second.pins], [3, 2]);
  t.end();
});

t.test('walkFrom stops early and still finds the same front', (t) => {
  const graph = graphOf([
    [0, 1, 2],
    [0, 1, 2],
    [0, 3],
    [3, 4, 5, 6],
  ]);
  const query = { pins: Uint32Array.of(0), steps: 1_000_000 };
  const { pins, stepsTaken } = walkFrom(graph, {
    ...query,
    earlyStop: { pins: 3, visits: 50 },
    random: randomStream(6, 'spec'),
  });
  t.ok(stepsTaken < 5000, `took ${stepsTaken}`);
  t.strictSame([...pins.subarray(0, 2)].sort(), [1, 2]);
  t.end();
});

t.test('Pixie answers the same whether it is new or was used before', (t) => {
  const graph = randomGraph(7);
  const pixie = new Pixie(graph);
  const query = () => ({ pins: Uint32Array.of(5, 6, 5), steps: 3000, random: randomStream(8, 'spec') });
  const first = pixie.walkFrom(query());
  pixie.walkFrom({ pins: Uint32Array.of(99), steps: 500, random: randomStream(9, 'spec') });
  t.strictSame(pixie.walkFrom(query()), first);
  t.strictSame(walkFrom(graph, query()), first);
  t.end();
});

t.test('walkFrom of pins on no board is empty', (t) => {
  const result = walkFrom(graphOf([[0, 1]], 3), {
    pins: Uint32Array.of(2),
    steps: 10,
    random: randomStream(1, 'spec'),
  });
  t.strictSame(result, { pins: new Uint32Array(), scores: new Float32Array(), stepsTaken: 0 });
  t.end();
});

t.test('walkFrom names what is out of range', (t) => {
  const graph = graphOf([[0, 1]]);
  const query = { pins: Uint32Array.of(0), steps: 10, random: randomStream(1, 'spec') };
  const refusals: [Partial<PixieQuery>, string, string][] = [
    [{ pins: Uint32Array.of(2) }, 'ROW_OUT_OF_RANGE', 'walkFrom: a pin row must be from 0 to 1 (got 2)'],
    [
      { pins: new Uint32Array() },
      'OPTION_OUT_OF_RANGE',
      'walkFrom: the number of query pins must be an integer from 1 to 10000 (got 0)',
    ],
    [{ steps: 0 }, 'OPTION_OUT_OF_RANGE', 'walkFrom: steps must be an integer from 1 to 2147483648 (got 0)'],
    [
      { restartProbability: 2 },
      'OPTION_OUT_OF_RANGE',
      'walkFrom: restartProbability must be at least 0 and below 1 (got 2)',
    ],
    [
      { weights: Float32Array.of(1, 1) },
      'OPTION_OUT_OF_RANGE',
      'walkFrom: there must be one weight a query pin (got 2 weights for 1 pins)',
    ],
    [
      { weights: Float32Array.of(-1) },
      'OPTION_OUT_OF_RANGE',
      'walkFrom: a weight must be a finite number above 0 (got -1)',
    ],
    [
      { earlyStop: { pins: 0, visits: 4 } },
      'OPTION_OUT_OF_RANGE',
      'walkFrom: earlyStop.pins must be an integer from 1 to 2147483648 (got 0)',
    ],
    [
      { earlyStop: { pins: 4, visits: 0 } },
      'OPTION_OUT_OF_RANGE',
      'walkFrom: earlyStop.visits must be an integer from 1 to 2147483648 (got 0)',
    ],
  ];
  for (const [change, code, message] of refusals)
    t.throws(() => walkFrom(graph, { ...query, ...change }), { code, message });
  t.end();
});
