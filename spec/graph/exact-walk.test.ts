import t from 'tap';
import type { Board } from '../../data/collection.js';
import { randomInteger, randomStream } from '../../data/random.js';
import { type BipartiteGraph, buildGraph } from '../../graph/bipartite-graph.js';
import { degree } from '../../graph/compressed-rows.js';
import { ExactWalk, walkFactors, type WalkExponents, type WalkQuery } from '../../graph/exact-walk.js';
import { holds, randomGraph, randomSaves, sixPins } from '../train/ranking/random-graph.js';

/** The formula, word by word. */
function naive(
  graph: BipartiteGraph,
  { query: a, board: b, target: c, power: p }: WalkExponents,
  query: WalkQuery,
): number[] {
  const d = (pin: number): number => degree(graph.boardsOfPin, pin);
  return Array.from({ length: graph.pinCount }, (_, i) => {
    let sum = 0;
    for (let v = 0; v < graph.boardCount; v++) {
      if (v === query.ownBoard || !holds(graph, v, i)) continue;
      let share = 0;
      query.pins.forEach((j, n) => {
        if (holds(graph, v, j)) share += (query.weights?.[n] ?? 1) * d(j) ** -a;
      });
      sum += (degree(graph.pinsOfBoard, v) ** -b * share) ** p;
    }
    return sum === 0 ? 0 : d(i) ** -c * sum;
  });
}

/** Equal to float32 rounding; zero only where zero is expected. */
function near(got: Float32Array, expected: readonly number[]): boolean {
  return expected.every((score, i) => Math.abs(score - (got[i] ?? NaN)) <= 1e-6 * score);
}

t.test('scoreInto gives hand-computed scores on six pins', (t) => {
  const graph = sixPins();
  const walk = new ExactWalk(graph, walkFactors(graph, { query: 1, board: 1, target: 1, power: 2 }));
  const out = new Float32Array(6);
  // From pins 0 and 1 without board 0: only board 1 {1 2 3} is touched, by pin 1: (1/3 * 1/2)^2 = 1/36, over degrees 2, 3, 2.
  const reached = walk.scoreInto({ pins: Uint32Array.of(0, 1), ownBoard: 0 as Board }, out);
  t.same([...reached].sort(), [1, 2, 3]);
  t.ok(near(out, [0, 1 / 72, 1 / 108, 1 / 72, 0, 0]));
  // With board 0 {0 1 2} as well: (1/3 * (1 + 1/2))^2 = 1/4.
  walk.scoreInto({ pins: Uint32Array.of(0, 1) }, out);
  t.ok(near(out, [1 / 4, (1 / 4 + 1 / 36) / 2, (1 / 4 + 1 / 36) / 3, 1 / 72, 0, 0]));
  t.end();
});

t.test('scoreInto agrees with a naive sum over boards for any exponents, weights and own board', (t) => {
  const size = { pinCount: 40, boardCount: 30, saveCount: 150 };
  for (let seed = 0; seed < 12; seed++) {
    const graph = randomGraph(seed, size);
    const random = randomStream(seed, 'query');
    const exponents = {
      query: random(),
      board: random(),
      target: random(),
      power: seed % 3 === 0 ? 1 : 0.5 + random(),
    };
    const pins = Uint32Array.from({ length: 1 + (seed % 5) }, () => randomInteger(random, size.pinCount));
    const query: WalkQuery = {
      pins,
      ...(seed % 2 && { weights: Float32Array.from(pins, () => 0.1 + random()) }),
      ...(seed % 4 > 1 && { ownBoard: randomInteger(random, size.boardCount) as Board }),
    };
    const out = new Float32Array(size.pinCount);
    const reached = new ExactWalk(graph, walkFactors(graph, exponents)).scoreInto(query, out);
    t.ok(near(out, naive(graph, exponents, query)), `seed ${seed}`);
    t.same(
      [...reached].sort((a, b) => a - b),
      [...out.keys()].filter((i) => out[i] !== 0),
      `reached, seed ${seed}`,
    );
  }
  t.end();
});

t.test('scoreInto is the same where few pins are reached and where they are noted on the way', (t) => {
  // The same saves among 40 pins, and among 4,000: there paths are few and reached pins are noted one by one.
  const saves = randomSaves(7, { pinCount: 40, boardCount: 30, saveCount: 150 });
  const [few, many] = [40, 4000].map((pinCount) => buildGraph(saves, { pinCount, boardCount: 30 })) as [
    BipartiteGraph,
    BipartiteGraph,
  ];
  const [small, large] = [new Float32Array(40), new Float32Array(4000)];
  const query = { pins: Uint32Array.of(1, 2, 3) };
  const reachedFew = new ExactWalk(few).scoreInto(query, small);
  const reachedMany = new ExactWalk(many).scoreInto(query, large);
  t.same(large.subarray(0, 40), small);
  t.same([...reachedMany].sort(), [...reachedFew].sort());
  t.end();
});

t.test('a query leaves nothing behind for the next one', (t) => {
  const graph = randomGraph(3, { pinCount: 40, boardCount: 30, saveCount: 150 });
  const walk = new ExactWalk(graph);
  const [first, again] = [new Float32Array(40), new Float32Array(40).fill(9)];
  walk.scoreInto({ pins: Uint32Array.of(5, 6) }, first);
  walk.scoreInto({ pins: Uint32Array.of(7), ownBoard: 2 as Board }, new Float32Array(40));
  walk.scoreInto({ pins: Uint32Array.of(5, 6) }, again);
  t.same(again, first);
  t.end();
});

t.test('a pin without saves reaches nothing and is not reached', (t) => {
  const out = new Float32Array(6);
  t.equal(new ExactWalk(sixPins()).scoreInto({ pins: Uint32Array.of(5) }, out).length, 0);
  t.same(out, new Float32Array(6));
  t.end();
});

t.test('ExactWalk refuses what it cannot walk', (t) => {
  const graph = sixPins();
  const walk = new ExactWalk(graph);
  const out = new Float32Array(6);
  const pins = Uint32Array.of(0);
  t.throws(() => walk.scoreInto({ pins: Uint32Array.of(6) }, out), {
    code: 'ROW_OUT_OF_RANGE',
    message: /from 0 to 5 \(got 6\)/,
  });
  t.throws(() => walk.scoreInto({ pins }, new Float32Array(5)), { message: /one entry a pin, 6 \(got 5\)/ });
  t.throws(() => walk.scoreInto({ pins, weights: Float32Array.of(1, 2) }, out), {
    message: /got 2 weights for 1 pins/,
  });
  t.throws(() => walk.scoreInto({ pins, weights: Float32Array.of(-1) }, out), { message: /above 0 \(got -1\)/ });
  t.throws(() => walkFactors(graph, { board: NaN }), { message: /finite number \(got NaN\)/ });
  t.throws(() => new ExactWalk(graph, walkFactors(graph, { power: 0 })), {
    message: /power must be a finite number above 0 \(got 0\)/,
  });
  t.throws(() => new ExactWalk(graph, { ...walkFactors(graph), board: new Float64Array(3) }), {
    message: /got 6, 3, 6/,
  });
  t.end();
});
