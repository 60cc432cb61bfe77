import t from 'tap';
import { randomNormal, randomStream } from '../../../data/random.js';
import { diversify, diversityPool } from '../../../train/ranking/diversify.js';

const listOf = (...scores: number[]): { pins: Uint32Array; scores: Float32Array } => ({
  pins: Uint32Array.from(scores, (_, pin) => pin),
  scores: Float32Array.from(scores),
});

t.test('without rules a list stays as it is', (t) => {
  t.same(diversify(listOf(3, 2, 2, 1), {}), listOf(3, 2, 2, 1));
  t.same(diversify(listOf(), { share: 0.5 }), listOf());
  t.end();
});

t.test('a pin like one above it gives its place to another, by a hand count', (t) => {
  // Relevance 1, .9, .5, 0; pins 0 and 1 are the same direction, pin 2 another, pin 3 has none.
  const vectors = { values: Float32Array.of(1, 0, 2, 0, 0, 1, 0, 0), columns: 2 };
  // After 0: pin 1 is worth .45 - .5 = -.05, pin 2 .25, pin 3 0. After 2: pin 3 0, pin 1 -.05.
  t.same(Array.from(diversify(listOf(10, 9, 5, 0), { share: 0.5, vectors }).pins), [0, 2, 3, 1]);
  t.same(Array.from(diversify(listOf(10, 9, 5, 0), { share: 0.5, vectors }).scores), [10, 5, 0, 9]);
  t.end();
});

t.test('a cap leaves out what is too much of one group, and a pin may be in several', (t) => {
  const groups = [[1], [1, 2], [2], [2], []];
  const caps = [{ most: 1, groupsOf: (pin: number) => groups[pin] ?? [] }];
  t.same(Array.from(diversify(listOf(5, 4, 3, 2, 1), { caps }).pins), [0, 2, 4]);
  t.end();
});

t.test('the beginning does not depend on what is asked for, and no pin comes twice', (t) => {
  const random = randomStream(5, 'diversify');
  const scores = Array.from({ length: 400 }, () => random()).sort((a, b) => b - a);
  const vectors = { values: Float32Array.from({ length: 400 * 4 }, () => randomNormal(random)), columns: 4 };
  const { pins } = diversify(listOf(...scores), { share: 0.7, vectors });
  t.equal(pins.length, diversityPool);
  t.equal(new Set(pins).size, diversityPool);
  t.equal(pins[0], 0, 'the best comes first');
  t.end();
});
