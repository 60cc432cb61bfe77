import t from 'tap';
import type { Pin } from '../../data/collection.js';
import { randomInteger, randomStream } from '../../data/random.js';
import { type BipartiteGraph, buildGraph } from '../../graph/bipartite-graph.js';
import type { CompressedRows } from '../../graph/compressed-rows.js';
import { importanceNeighborhoods } from '../../graph/sampled-neighborhoods.js';
import { prepareWalk, Walker } from '../../graph/random-walk.js';

/** Seeded saves, popular pins first; the last pin has none. */
function randomGraph(seed: number, pinCount: number, boardCount: number): BipartiteGraph {
  const random = randomStream(seed, 'spec');
  const length = pinCount * 4;
  const saves = {
    boards: Uint32Array.from({ length }, () => randomInteger(random, boardCount)),
    pins: Uint32Array.from({ length }, () => Math.floor((pinCount - 1) * random() ** 2)),
  };
  return buildGraph(saves, { pinCount, boardCount });
}

function row(rows: CompressedRows, at: number): [number, number][] {
  const [first, end] = [rows.offsets[at], rows.offsets[at + 1]];
  return [...rows.neighbors.subarray(first, end)].map((pin, i) => [pin, rows.weights?.[(first ?? 0) + i] ?? NaN]);
}

function isSame(a: Uint32Array | Float32Array, b: Uint32Array | Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

const options = { neighborCount: 10, walkSteps: 300, restartProbability: 0.5, seed: 7 };

t.test(
  'importanceNeighborhoods are the most visited pins with their shares of visits, as a naive sort finds',
  async (t) => {
    const graph = randomGraph(1, 200, 60);
    const rows = await importanceNeighborhoods(graph, options);
    const walker = new Walker(prepareWalk(graph));
    for (let pin = 0; pin < graph.pinCount; pin++) {
      const random = randomStream(7, 'importance', pin);
      walker.walk(pin as Pin, { steps: 300, walkers: 16, restartProbability: 0.5, random });
      const visited = [...walker.counts.entries()].filter(([, count]) => count > 0);
      walker.clear();
      const best = visited.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 10);
      const sum = best.reduce((total, [, count]) => total + count, 0);
      t.strictSame(
        row(rows, pin),
        best.map(([other, count]) => [other, Math.fround(count / sum)]),
      );
    }
  },
);

t.test('importanceNeighborhoods are the same bytes for 1 and 2 workers, and tell their progress', async (t) => {
  const graph = randomGraph(2, 2500, 900);
  const heard: number[] = [];
  const onProgress = (done: number) => heard.push(done);
  const one = await importanceNeighborhoods(graph, { ...options, workers: 1, onProgress });
  const two = await importanceNeighborhoods(graph, { ...options, workers: 2, onProgress });
  t.ok(isSame(one.offsets, two.offsets));
  t.ok(isSame(one.neighbors, two.neighbors));
  t.ok(isSame(one.weights, two.weights));
  t.equal(heard.length, 6);
  t.strictSame([heard[2], heard[5]], [2500, 2500]);
});

t.test('importanceNeighborhoods hold what they promise: no pin itself, sums of 1, order, shared memory', async (t) => {
  const graph = randomGraph(4, 400, 100);
  const rows = await importanceNeighborhoods(graph, options);
  for (let pin = 0; pin < graph.pinCount; pin++) {
    const entries = row(rows, pin);
    t.ok(entries.length <= 10);
    t.notOk(entries.some(([other]) => other === pin));
    const sorted = [...entries].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    t.strictSame(entries, sorted);
    const sum = entries.reduce((total, [, weight]) => total + weight, 0);
    t.ok(entries.length === 0 || Math.abs(sum - 1) < 1e-6);
  }
  t.strictSame(row(rows, 399), [], 'a pin without saves has no neighborhood');
  t.ok(rows.weights.buffer instanceof SharedArrayBuffer);
});

t.test('importanceNeighborhoods change with the seed', async (t) => {
  const graph = randomGraph(5, 100, 30);
  const first = await importanceNeighborhoods(graph, options);
  t.ok(isSame((await importanceNeighborhoods(graph, options)).neighbors, first.neighbors));
  t.notOk(isSame((await importanceNeighborhoods(graph, { ...options, seed: 8 })).neighbors, first.neighbors));
});

t.test('importanceNeighborhoods of a graph without pins is empty', async (t) => {
  const graph = buildGraph({ boards: new Uint32Array(), pins: new Uint32Array() }, { pinCount: 0, boardCount: 0 });
  const rows = await importanceNeighborhoods(graph, options);
  t.strictSame([...rows.offsets], [0]);
});

t.test('importanceNeighborhoods names the option that is out of range', async (t) => {
  const graph = randomGraph(6, 10, 5);
  for (const [option, value, range] of [
    ['neighborCount', 0, '1 to 1000'],
    ['walkSteps', -1, '1 to 2147483648'],
    ['workers', 0, '1 to 256'],
  ] as const) {
    await t.rejects(importanceNeighborhoods(graph, { ...options, [option]: value }), {
      code: 'OPTION_OUT_OF_RANGE',
      message: `importanceNeighborhoods: ${option} must be an integer from ${range} (got ${value})`,
    });
  }
  await t.rejects(importanceNeighborhoods(graph, { ...options, restartProbability: -0.1 }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'importanceNeighborhoods: restartProbability must be at least 0 and below 1 (got -0.1)',
  });
});
