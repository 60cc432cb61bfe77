import t from 'tap';
import { degree } from '../../../graph/compressed-rows.js';
import { coSave } from '../../../train/baselines/co-save.js';
import { holds, randomGraph, sixPins } from '../ranking/random-graph.js';

t.test('coSave adds up idf-weighted cosines, hand-computed on six pins', (t) => {
  const scorer = coSave(sixPins());
  // Pin 0 is on board 0 {0 1 2} alone: idf 1/log2(5); degrees of 0, 1, 2 are 1, 2, 3.
  const idf = 1 / Math.log2(5) ** 2;
  const scores = scorer.scorePins(Uint32Array.of(0));
  t.ok(near(scores, [idf, idf / Math.sqrt(2), idf / Math.sqrt(3), 0, 0, 0]));
  t.end();
});

t.test('coSave agrees with a naive sum over pairs of pins', (t) => {
  const graph = randomGraph(5, { pinCount: 30, boardCount: 20, saveCount: 120 });
  const d = (pin: number): number => degree(graph.boardsOfPin, pin);
  const boards = Uint32Array.from({ length: 20 }, (_, b) => b);
  const scores = coSave(graph).scoreBoards(boards);
  for (const u of boards) {
    const expected = Array.from({ length: 30 }, (_, i) => {
      let sum = 0;
      for (let j = 0; j < 30; j++) {
        if (!holds(graph, u, j)) continue;
        for (const v of boards) {
          if (v === u || !holds(graph, v, i) || !holds(graph, v, j)) continue;
          sum += 1 / Math.log2(2 + degree(graph.pinsOfBoard, v)) ** 2 / Math.sqrt(d(i) * d(j));
        }
      }
      return sum;
    });
    t.ok(near(scores.subarray(u * 30, (u + 1) * 30), expected), `board ${u}`);
  }
  t.end();
});

function near(got: Float32Array, expected: readonly number[]): boolean {
  return expected.every((score, i) => Math.abs(score - (got[i] ?? NaN)) <= 1e-6 * score);
}
