import t from 'tap';
import { randomStream } from '../../data/random.js';
import { aliasTable } from '../../graph/alias-table.js';

/** Chance of each neighbor of a row under the table, computed from the table itself. */
function chances(rows: Parameters<typeof aliasTable>[0], row: number): Map<number, number> {
  const { kept, alias } = aliasTable(rows);
  const [from, to] = [rows.offsets[row] ?? 0, rows.offsets[row + 1] ?? 0];
  const result = new Map<number, number>();
  const add = (neighbor: number, chance: number): unknown => result.set(neighbor, (result.get(neighbor) ?? 0) + chance);
  for (let i = from; i < to; i++) {
    const share = ((kept[i] ?? 0) >>> 0) / 2 ** 32;
    add(rows.neighbors[i] ?? -1, share / (to - from));
    add(alias[i] ?? -1, (1 - share) / (to - from));
  }
  return result;
}

t.test('each neighbor has the chance of its weight, whatever the weights are', (t) => {
  const random = randomStream(1, 'alias');
  const sizes = [1, 2, 3, 50, 1000, 0, 7];
  const offsets = Uint32Array.from([0, ...sizes.map((_, n) => sizes.slice(0, n + 1).reduce((a, b) => a + b, 0))]);
  const length = offsets.at(-1) ?? 0;
  const neighbors = Uint32Array.from({ length }, (_, i) => i);
  const weights = Float32Array.from({ length }, (_, i) => (i % 5 === 0 ? 1e-6 : i % 7 === 0 ? 1e6 : random() + 0.01));
  sizes.forEach((size, row) => {
    const found = chances({ offsets, neighbors, weights }, row);
    const from = offsets[row] ?? 0;
    const sum = weights.subarray(from, from + size).reduce((total, weight) => total + weight, 0);
    for (let i = from; i < from + size; i++) {
      const expected = (weights[i] ?? 0) / sum;
      t.ok(Math.abs((found.get(i) ?? 0) - expected) < 1e-6 / size, `${size} entries: ${found.get(i)} for ${expected}`);
    }
  });
  t.end();
});

t.test('equal weights are an even draw', (t) => {
  const offsets = Uint32Array.of(0, 4);
  const rows = { offsets, neighbors: Uint32Array.of(3, 5, 8, 9), weights: new Float32Array(4).fill(0.1) };
  for (const neighbor of [3, 5, 8, 9]) t.ok(Math.abs((chances(rows, 0).get(neighbor) ?? 0) - 0.25) < 1e-9);
  t.end();
});
