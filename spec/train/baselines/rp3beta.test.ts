import t from 'tap';
import { degree } from '../../../graph/compressed-rows.js';
import { rp3beta } from '../../../train/baselines/rp3beta.js';
import { holds, randomGraph, sixPins } from '../ranking/random-graph.js';

t.test('rp3beta cuts and normalizes the neighbors of a pin, hand-computed on six pins', (t) => {
  const graph = sixPins();
  // Pin 0 is on board 0 {0 1 2} alone: pins 1 and 2 get 1/3 over their degrees 2 and 3, so 3/5 and 2/5 of the sum.
  const two = rp3beta(graph, { beta: 1, neighborCount: 2 }).scorePins(Uint32Array.of(0));
  t.ok(near(two, [0, 3 / 5, 2 / 5, 0, 0, 0]));
  const one = rp3beta(graph, { beta: 1, neighborCount: 1 }).scorePins(Uint32Array.of(0, 5));
  t.same([...one], [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 'a pin without saves has no neighbors');
  t.end();
});

t.test('rp3beta agrees with naive lists, added up over a board', (t) => {
  const graph = randomGraph(6, { pinCount: 30, boardCount: 20, saveCount: 120 });
  const d = (pin: number): number => degree(graph.boardsOfPin, pin);
  const boards = Uint32Array.from({ length: 20 }, (_, b) => b);
  const pins = [...Array(30).keys()];
  const lists = pins.map((j) => {
    const weights = pins.map((i) => {
      const shared = [...boards].filter((v) => i !== j && holds(graph, v, i) && holds(graph, v, j));
      return shared.reduce((sum, v) => sum + d(i) ** -0.4 / d(j) / degree(graph.pinsOfBoard, v), 0);
    });
    const kept = pins.filter((i) => weights[i]).sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0) || a - b);
    const best = kept.slice(0, 5);
    const sum = best.reduce((total, i) => total + (weights[i] ?? 0), 0);
    return pins.map((i) => (best.includes(i) ? (weights[i] ?? 0) / sum : 0));
  });
  const scorer = rp3beta(graph, { neighborCount: 5 });
  const scores = scorer.scoreBoards(boards);
  for (const u of boards) {
    const expected = pins.map((i) => pins.reduce((sum, j) => sum + (holds(graph, u, j) ? (lists[j]?.[i] ?? 0) : 0), 0));
    t.ok(near(scores.subarray(u * 30, (u + 1) * 30), expected), `board ${u}`);
  }
  t.end();
});

function near(got: Float32Array, expected: readonly number[]): boolean {
  return expected.every((score, i) => Math.abs(score - (got[i] ?? NaN)) <= 1e-5);
}
