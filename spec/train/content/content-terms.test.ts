import t from 'tap';
import type { PinVectors } from '../../../data/collection.js';
import { contentTerms, hasTerms, rowsOfTerms } from '../../../train/content/content-terms.js';
import { startingTermRows } from '../../../train/model/starting-rows.js';
import type { TermField } from '../../../train/content/term-index.js';
import { entries } from '../model/naive-model.js';

/** Four pins; term 1 stands in one pin alone, pin 3 says nothing. */
const words: TermField = {
  name: 'tags',
  weight: 0.25,
  isWeighedByCoSaves: true,
  rows: {
    offsets: Uint32Array.of(0, 2, 3, 4, 4),
    neighbors: Uint32Array.of(0, 1, 0, 2),
    weights: Float32Array.of(0.6, 0.8, 1, 1),
  },
  termCount: 3,
};

/** Vectors of pins 0, 2 and 3; that of pin 3 is zero. */
const shown: PinVectors = {
  dimension: 2,
  values: Float32Array.of(3, 4, 9, 9, 0, -2, 0, 0),
  present: Uint8Array.of(1, 0, 1, 1),
};

t.test(
  'a pin is its terms and its vectors side by side, fields by the root of their weight, vectors at unit length',
  (t) => {
    const terms = contentTerms([words], new Map([['own', shown]]), 4);
    t.equal(terms?.termCount, 3, 'the one term that two pins share, and two columns');
    if (!terms?.vectors) throw new Error('pins say something and show something');
    const all = Uint32Array.of(0, 1, 2, 3);
    const rounded = (pin: number): unknown =>
      entries(rowsOfTerms(terms, all), pin).map(([term, weight]) => [term, Number(weight.toFixed(6))]);
    t.same(rounded(0), [
      [0, 0.3],
      [1, 0.6],
      [2, 0.8],
    ]);
    t.same(rounded(1), [
      [0, 0.5],
      [1, 0],
      [2, 0],
    ]);
    t.same(rounded(2), [
      [1, 0],
      [2, -1],
    ]);
    t.same([...terms.vectors.values].slice(6), [0, 0], 'a vector without a length has no direction');
    t.same(
      [...all].map((pin) => hasTerms(terms, pin)),
      [true, true, true, false],
    );
    t.same(entries(rowsOfTerms(terms, Uint32Array.of(2)), 0), entries(rowsOfTerms(terms, all), 2));
    t.ok(terms.rows.neighbors.buffer instanceof SharedArrayBuffer);
    t.ok(terms.vectors.values.buffer instanceof SharedArrayBuffer);
    t.equal(contentTerms([], new Map(), 4), undefined);
    t.end();
  },
);

t.test('of very many terms of a field those of most pins are kept, the first of equal ones', (t) => {
  const count = 50_002;
  // Two pins hold all terms but the last two, a third holds the last one and term 5.
  const all = Uint32Array.from({ length: count - 1 }, (_, term) => term);
  const neighbors = Uint32Array.of(...Array.from({ length: 2 }, () => [...all]).flat(), count - 1, 5);
  const offsets = Uint32Array.of(0, count - 1, 2 * (count - 1), neighbors.length);
  const rows = { offsets, neighbors, weights: new Float32Array(neighbors.length).fill(1) };
  const terms = contentTerms([{ ...words, weight: 1, rows, termCount: count }], new Map(), 3);
  t.equal(terms?.termCount, 50_000);
  t.same(entries(terms?.rows ?? rows, 2), [[0, 1]], 'term 5 comes first, the last one stands in one pin');
  t.end();
});

t.test('rows of terms begin as singular vectors: products of pins are those of their content', (t) => {
  // Six pins over five terms, of rank five.
  const table = [
    [1, 0, 0, 2, 0],
    [0, 1, 0, 0, 1],
    [2, 0, 1, 0, 0],
    [0, 3, 0, 1, 0],
    [1, 1, 1, 0, 0],
    [0, 0, 0, 0, 2],
  ];
  const neighbors = Uint32Array.from(table.flatMap((row) => row.flatMap((value, term) => (value > 0 ? [term] : []))));
  const weights = Float32Array.from(table.flat().filter((value) => value > 0));
  const offsets = Uint32Array.from({ length: 7 }, (_, pin) => table.slice(0, pin).flat().filter(Boolean).length);
  const terms = { rows: { offsets, neighbors, weights }, termCount: 5 };
  const dimension = 7;
  const start = startingTermRows(terms, { dimension, seed: 3 });
  const vectors = table.map((row) =>
    Array.from({ length: 5 }, (_, k) =>
      row.reduce((sum, value, term) => sum + value * Number(start[term * dimension + k]), 0),
    ),
  );
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, x, i) => sum + x * Number(b[i]), 0);
  table.forEach((row, a) =>
    table.forEach((other, b) => {
      const [got, wanted] = [dot(vectors[a] ?? [], vectors[b] ?? []), dot(row, other)];
      t.ok(Math.abs(got - wanted) < 1e-3, `pins ${a} and ${b}: ${got}, ${wanted}`);
    }),
  );
  for (let term = 0; term < 5; term++)
    t.ok(Math.abs(Number(start[term * dimension + 6])) > 0, 'beyond the rank there is noise, not nothing');
  t.same(startingTermRows(terms, { dimension, seed: 3 }), start);
  t.same(startingTermRows(terms, { dimension, seed: 3, mostPins: 6 }), start);
  const sampled = startingTermRows(terms, { dimension: 3, seed: 3, mostPins: 3 }); // pins 0, 2 and 4
  const seen = table.map((row) =>
    [0, 1, 2].map((k) => row.reduce((sum, value, term) => sum + value * Number(sampled[3 * term + k]), 0)),
  );
  t.ok(Math.abs(dot(seen[0] ?? [], seen[2] ?? []) - 2) < 1e-3, 'among those that were looked at products are right');
  t.end();
});
