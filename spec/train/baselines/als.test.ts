import t from 'tap';
import { als, alsFactors } from '../../../train/baselines/als.js';
import { holds, randomGraph } from '../ranking/random-graph.js';

const size = { pinCount: 40, boardCount: 30, saveCount: 200 };
const graph = randomGraph(4, size);
const boards = Uint32Array.from({ length: size.boardCount }, (_, board) => board);

t.test('als scores by the least squares vector of a board: its normal equations hold', (t) => {
  const factors = alsFactors(graph, 1);
  const scores = als(graph, factors).scoreBoards(boards);
  const vector = (pin: number): number[] => [...factors.values.subarray(64 * pin, 64 * pin + 64)];
  const pins = [...Array(size.pinCount).keys()];
  for (const board of [0, 11]) {
    // The gradient of the loss by the board's vector w is zero: sum over saves (s_i - 1) v_i + .02 sum over all s_i v_i + ridge w.
    // w itself is not given, so the gradient is looked at where w has no part: it must lie in w's direction, which has products s_i.
    const gradient = Array.from({ length: 64 }, (_, k) =>
      pins.reduce((sum, i) => {
        const score = scores[board * size.pinCount + i] ?? NaN;
        return sum + ((holds(graph, board, i) ? score - 1 : 0) + 0.02 * score) * (vector(i)[k] ?? NaN);
      }, 0),
    );
    const held = pins.filter((i) => holds(graph, board, i)).length;
    const ridge = 0.005 * (held + 0.02 * size.pinCount);
    for (const i of pins) {
      const product = gradient.reduce((sum, g, k) => sum + g * (vector(i)[k] ?? NaN), 0);
      const expected = -ridge * (scores[board * size.pinCount + i] ?? NaN);
      t.ok(Math.abs(product - expected) < 1e-3, `board ${board}, pin ${i}: ${product} and ${expected}`);
    }
  }
  t.end();
});

t.test('als puts the pins of a board first, the same with the same seed', (t) => {
  const scorer = als(graph, alsFactors(graph, 1));
  const scores = scorer.scoreBoards(boards);
  let first = 0;
  for (const board of boards) {
    const row = scores.subarray(board * size.pinCount, (board + 1) * size.pinCount);
    const best = [...row.keys()].reduce((a, b) => ((row[b] ?? NaN) > (row[a] ?? NaN) ? b : a));
    if (holds(graph, board, best)) first++;
  }
  t.ok(first >= 28, `${first} of 30 boards`);
  t.same(als(graph, alsFactors(graph, 1)).scorePins(Uint32Array.of(3)), scorer.scorePins(Uint32Array.of(3)));
  t.end();
});
