import t from 'tap';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { passOn, contentNeighbors } from '../../../train/ranking/content-neighbors.js';

// Pins 0, 1, 2 have saves, pins 3, 4, 5 have none.
const graph = buildGraph(
  { boards: Uint32Array.of(0, 0, 1), pins: Uint32Array.of(0, 1, 2) },
  { pinCount: 6, boardCount: 2 },
);
const content: Record<number, number[]> = {
  3: [0.3, 0, 0.4, 1, 0.9, 0],
  4: [0, 0, 0, 0.9, 1, 0.8],
  5: [0, 0.5, -0.2, 0, 0.8, 1],
};

t.test('neighbors are pins with saves, weighed by the square of their score', (t) => {
  const { offsets, neighbors, weights } = contentNeighbors(graph, Uint32Array.of(3, 4, 5), (pins) =>
    Float32Array.from([...pins].flatMap((pin) => content[pin] ?? [])),
  );
  t.same(
    offsets,
    Uint32Array.of(0, 0, 0, 0, 2, 2, 3),
    'pin 4 is like no saved pin, a negative score is no targetCosine',
  );
  t.same(neighbors, Uint32Array.of(2, 0, 1));
  [0.16 / 0.25, 0.09 / 0.25, 1].forEach((weight, n) => t.ok(Math.abs((weights?.[n] ?? NaN) - weight) < 1e-6));
  t.end();
});

t.test('a pin gets the weighted mean of its neighbors, a pin without neighbors keeps what it has', (t) => {
  const rows = {
    offsets: Uint32Array.of(0, 0, 2, 2),
    neighbors: Uint32Array.of(0, 2),
    weights: Float32Array.of(0.25, 0.75),
  };
  const out = Float32Array.of(7, 7, 7);
  passOn(rows, Float32Array.of(4, 0, 8), out);
  t.same(out, Float32Array.of(7, 7, 7));
  passOn(rows, Float32Array.of(4, 0, 16), out);
  t.same(out, Float32Array.of(7, 13, 7));
  t.end();
});

t.test('at most 80 neighbors are kept', (t) => {
  const pins = Uint32Array.from({ length: 100 }, (_, pin) => pin);
  const wide = buildGraph({ boards: new Uint32Array(100), pins }, { pinCount: 101, boardCount: 1 });
  const rows = contentNeighbors(wide, Uint32Array.of(100), () =>
    Float32Array.from({ length: 101 }, (_, pin) => pin + 1),
  );
  t.equal(rows.neighbors.length, 80);
  t.same(rows.neighbors.slice(0, 2), Uint32Array.of(99, 98));
  t.end();
});
