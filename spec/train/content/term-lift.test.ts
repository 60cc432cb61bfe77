import t from 'tap';
import { randomInteger, randomStream } from '../../../data/random.js';
import type { CompressedRows } from '../../../graph/compressed-rows.js';
import { weighByLift } from '../../../train/content/term-lift.js';
import type { TermField } from '../../../train/content/term-index.js';
import { graphOf } from '../small-world.js';

function fieldOf(rows: readonly (readonly number[])[], termCount: number): TermField {
  const offsets = Uint32Array.from([0, ...rows.map((_, row) => rows.slice(0, row + 1).flat().length)]);
  const weights = Float32Array.from(rows.flatMap((row) => row.map(() => 1 / Math.sqrt(row.length))));
  const compressed: CompressedRows = { offsets, neighbors: Uint32Array.from(rows.flat()), weights };
  return { name: 'tags', weight: 1, isWeighedByCoSaves: true, rows: compressed, termCount };
}

t.test('weights agree with the formula, pair by pair', (t) => {
  const random = randomStream(1, 'telling');
  const [pinCount, termCount] = [12, 6];
  const boards = Array.from({ length: 9 }, () => [
    ...new Set(Array.from({ length: 4 }, () => randomInteger(random, pinCount - 1))),
  ]);
  const graph = graphOf(boards, pinCount); // the last pin has no saves
  const terms = Array.from({ length: pinCount }, () => [
    ...new Set(Array.from({ length: 3 }, () => randomInteger(random, termCount))),
  ]);
  const field = fieldOf(terms, termCount);

  const degree = (pin: number): number => boards.filter((board) => board.includes(pin)).length;
  const saved = [...terms.keys()].filter((pin) => degree(pin) > 0);
  const strength = (i: number, j: number): number =>
    boards
      .filter((board) => board.includes(i) && board.includes(j))
      .reduce((sum, board) => sum + 1 / (board.length * Math.sqrt(degree(i) * degree(j))), 0);
  const pairs = saved.flatMap((i) => saved.filter((j) => j !== i).map((j) => [i, j] as const));
  const sum = (of: readonly (readonly [number, number])[]): number => of.reduce((s, [i, j]) => s + strength(i, j), 0);
  const mean = sum(pairs) / pairs.length;
  const lift = Array.from({ length: termCount }, (_, term) => {
    const own = pairs.filter(([i, j]) => terms[i]?.includes(term) && terms[j]?.includes(term));
    return (sum(own) + 5 * mean) / (own.length + 5) / mean;
  });

  const { rows } = weighByLift(field, graph);
  t.same(rows.neighbors, field.rows.neighbors);
  terms.forEach((own, pin) => {
    const raw = own.map((term) => Number(lift[term]) ** 0.25);
    const length = Math.hypot(...raw);
    own.forEach((term, n) => {
      const got = rows.weights?.[Number(rows.offsets[pin]) + n] ?? NaN;
      t.ok(Math.abs(got - Number(raw[n]) / length) < 1e-6, `pin ${pin}, term ${term}`);
    });
  });
  t.end();
});

t.test('a term that goes with boards outweighs one that does not', (t) => {
  const graph = graphOf(
    [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [0, 4],
    ],
    9,
  );
  // Term 0 says which board, term 1 is shared across them; the last pin, without saves, has both.
  const field = fieldOf([[0, 1], [0], [0, 1], [0], [1], [], [1], [], [0, 1]], 2);
  const { rows } = weighByLift(field, graph);
  const [board = 0, across = 0] = rows.weights?.subarray(rows.offsets[8], rows.offsets[9]) ?? [];
  t.ok(board > across);
  t.ok(Math.abs(Math.hypot(board, across) - 1) < 1e-6);
  t.end();
});

t.test('where no pins are saved together nothing changes', (t) => {
  const field = fieldOf([[0], [0, 1], [1]], 2);
  t.equal(weighByLift(field, graphOf([[0], [1]], 3)), field);
  t.equal(weighByLift(field, graphOf([], 3)), field);
  t.end();
});
