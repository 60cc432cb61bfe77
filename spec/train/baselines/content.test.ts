import t from 'tap';
import type { PinVectors } from '../../../data/collection.js';
import { randomNormal, randomStream } from '../../../data/random.js';
import { content } from '../../../train/baselines/content.js';
import { holds, randomGraph, sixPins } from '../ranking/random-graph.js';

const random = randomStream(8, 'content');

function vectors(pinCount: number, dimension: number, absent: readonly number[] = []): PinVectors {
  const values = Float32Array.from({ length: pinCount * dimension }, () => randomNormal(random));
  return {
    dimension,
    values,
    present: Uint8Array.from({ length: pinCount }, (_, pin) => (absent.includes(pin) ? 0 : 1)),
  };
}

t.test('content gives hand-computed cosines on six pins', (t) => {
  const values = Float32Array.of(3, 4, 0, 2, 1, 0, -1, 0, 5, 5, 9, 9);
  const scorer = content(sixPins(), [{ dimension: 2, values, present: Uint8Array.of(1, 1, 1, 1, 1, 0) }]);
  t.ok(
    near(scorer.scorePins(Uint32Array.of(0)), [1, 0.8, 0.6, -0.6, 1.4 / Math.SQRT2, 0]),
    'a pin without vector gets 0',
  );
  // Board 3 holds pins 2 (1, 0) and 4 (1, 1) / sqrt 2.
  const half = Math.SQRT1_2;
  t.ok(near(scorer.scoreBoards(Uint32Array.of(3)), [0.6 + 1.4 * half, half, 1 + half, -1 - half, half + 1, 0]));
  t.end();
});

t.test('content agrees with a naive mean of cosines over blocks', (t) => {
  const graph = randomGraph(9, { pinCount: 37, boardCount: 12, saveCount: 90 });
  const blocks = [vectors(37, 5, [3, 4]), vectors(37, 9, [4, 30])];
  const cosine = ({ dimension, values, present }: PinVectors, i: number, j: number): number => {
    if (!present[i] || !present[j]) return 0;
    const row = (pin: number): number[] => [...values.subarray(pin * dimension, (pin + 1) * dimension)];
    const dot = (a: number[], b: number[]): number => a.reduce((sum, x, d) => sum + x * (b[d] ?? 0), 0);
    return dot(row(i), row(j)) / Math.sqrt(dot(row(i), row(i)) * dot(row(j), row(j)));
  };
  const alike = (i: number, j: number): number => blocks.reduce((sum, block) => sum + cosine(block, i, j) / 2, 0);
  const pins = [...Array(37).keys()];
  const scorer = content(graph, blocks);
  const boards = Uint32Array.from({ length: 12 }, (_, b) => b);
  const scores = scorer.scoreBoards(boards);
  for (const b of boards) {
    const expected = pins.map((i) => pins.reduce((sum, j) => sum + (holds(graph, b, j) ? alike(i, j) : 0), 0));
    t.ok(near(scores.subarray(b * 37, (b + 1) * 37), expected), `board ${b}`);
  }
  const related = scorer.scorePins(Uint32Array.from(pins));
  t.ok(
    near(
      related,
      pins.flatMap((j) => pins.map((i) => alike(i, j))),
    ),
  );
  t.end();
});

t.test('content needs blocks with a row for every pin', (t) => {
  const graph = sixPins();
  t.throws(() => content(graph, []), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'content: blocks must have 6 rows (got no blocks)',
  });
  t.throws(() => content(graph, [vectors(6, 2), vectors(5, 2)]), { message: /6 rows \(got 6, 5\)/ });
  t.end();
});

function near(got: Float32Array, expected: readonly number[]): boolean {
  return got.length === expected.length && expected.every((score, i) => Math.abs(score - (got[i] ?? NaN)) <= 2e-6);
}
