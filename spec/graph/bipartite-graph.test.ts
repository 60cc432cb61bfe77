import t from 'tap';
import { randomInteger, randomStream } from '../../data/random.js';
import type { Saves } from '../../data/collection.js';
import { sharedGraph, buildGraph } from '../../graph/bipartite-graph.js';
import { type CompressedRows, degree, degrees, hasNeighbor, transpose } from '../../graph/compressed-rows.js';

/** Row by row, neighbors as plain arrays. */
function lists(rows: CompressedRows): number[][] {
  return Array.from({ length: rows.offsets.length - 1 }, (_, row) => [
    ...rows.neighbors.subarray(rows.offsets[row], rows.offsets[row + 1]),
  ]);
}

/** Seeded saves with weights, times (some unknown) and about one pair in five standing twice or more. */
function randomSaves(seed: number, counts: { pinCount: number; boardCount: number }, length: number): Saves {
  const random = randomStream(seed, 'spec');
  return {
    boards: Uint32Array.from({ length }, () => randomInteger(random, counts.boardCount)),
    pins: Uint32Array.from({ length }, () => randomInteger(random, counts.pinCount)),
    weights: Float32Array.from({ length }, () => 1 + randomInteger(random, 8)),
    savedAt: Float64Array.from({ length }, () => (random() < 0.2 ? NaN : randomInteger(random, 1000))),
  };
}

t.test('buildGraph sorts, merges and counts saves in both directions', (t) => {
  // board 0 holds 2, 0, 2 again; board 1 nothing; board 2 holds 1
  const saves = { boards: Uint32Array.of(0, 2, 0, 0), pins: Uint32Array.of(2, 1, 0, 2) };
  const graph = buildGraph(saves, { pinCount: 4, boardCount: 3 });
  t.equal(graph.saveCount, 3);
  t.strictSame(lists(graph.pinsOfBoard), [[0, 2], [], [1]]);
  t.strictSame(lists(graph.boardsOfPin), [[0], [2], [0], []]);
  t.strictSame([...degrees(graph.boardsOfPin)], [1, 1, 1, 0]);
  t.equal(degree(graph.pinsOfBoard, 0), 2);
  t.equal(graph.pinsOfBoard.weights, undefined);
  t.end();
});

t.test('buildGraph equals a naive loop on seeded random saves, weights and times included', (t) => {
  const counts = { pinCount: 23, boardCount: 17 };
  for (let seed = 0; seed < 20; seed++) {
    const saves = randomSaves(seed, counts, 120);
    const graph = buildGraph(saves, counts);
    const naive = new Map<string, number>();
    for (let i = 0; i < saves.pins.length; i++) {
      const key = `${saves.boards[i]}/${saves.pins[i]}`;
      naive.set(key, (naive.get(key) ?? 0) + (saves.weights?.[i] ?? 0));
    }
    t.equal(graph.saveCount, naive.size);
    for (const [rows, keyOf] of [
      [graph.pinsOfBoard, (row: number, neighbor: number) => `${row}/${neighbor}`],
      [graph.boardsOfPin, (row: number, neighbor: number) => `${neighbor}/${row}`],
    ] as const) {
      t.equal(rows.offsets.at(-1), naive.size, 'the last offset is the number of entries');
      t.equal(rows.neighbors.length, naive.size);
      for (const [row, neighbors] of lists(rows).entries()) {
        t.strictSame(
          neighbors,
          [...new Set(neighbors)].sort((a, b) => a - b),
        );
        for (const [i, neighbor] of neighbors.entries()) {
          const entry = (rows.offsets[row] ?? 0) + i;
          const expected = naive.get(keyOf(row, neighbor));
          t.equal(rows.weights?.[entry], expected);
        }
      }
    }
  }
  t.end();
});

t.test('buildGraph does not depend on the order of the saves', (t) => {
  const counts = { pinCount: 23, boardCount: 17 };
  const saves = randomSaves(3, counts, 200);
  const reversed = {
    boards: saves.boards.slice().reverse(),
    pins: saves.pins.slice().reverse(),
    weights: saves.weights?.slice().reverse() ?? new Float32Array(),
    savedAt: saves.savedAt?.slice().reverse() ?? new Float64Array(),
  };
  t.strictSame(buildGraph(saves, counts), buildGraph(reversed, counts));
  t.end();
});

t.test('buildGraph puts every column on shared memory', (t) => {
  const graph = buildGraph(randomSaves(1, { pinCount: 5, boardCount: 5 }, 40), { pinCount: 5, boardCount: 5 });
  for (const rows of [graph.pinsOfBoard, graph.boardsOfPin]) {
    for (const column of Object.values(rows) as CompressedRows['offsets'][]) {
      t.ok(column.buffer instanceof SharedArrayBuffer);
    }
  }
  t.end();
});

t.test('transpose twice gives the rows again', (t) => {
  const graph = buildGraph(randomSaves(8, { pinCount: 9, boardCount: 30 }, 90), { pinCount: 9, boardCount: 30 });
  t.strictSame(transpose(transpose(graph.pinsOfBoard, 9), 30), graph.pinsOfBoard);
  t.strictSame(transpose(graph.pinsOfBoard, 9), graph.boardsOfPin);
  t.end();
});

t.test('hasNeighbor equals a search through the list', (t) => {
  const graph = buildGraph(randomSaves(5, { pinCount: 12, boardCount: 7 }, 40), { pinCount: 12, boardCount: 7 });
  const naive = lists(graph.pinsOfBoard);
  for (let board = 0; board < 7; board++) {
    for (let pin = 0; pin < 13; pin++) {
      t.equal(hasNeighbor(graph.pinsOfBoard, board, pin), naive[board]?.includes(pin));
    }
  }
  t.end();
});

t.test('buildGraph of no saves has empty rows', (t) => {
  const graph = buildGraph({ boards: new Uint32Array(), pins: new Uint32Array() }, { pinCount: 2, boardCount: 0 });
  t.strictSame(lists(graph.boardsOfPin), [[], []]);
  t.strictSame(lists(graph.pinsOfBoard), []);
  t.equal(graph.saveCount, 0);
  t.end();
});

t.test('buildGraph refuses what it cannot build', (t) => {
  const counts = { pinCount: 2, boardCount: 1 };
  const boards = Uint32Array.of(0, 0);
  const pins = Uint32Array.of(0, 1);
  t.throws(() => buildGraph({ boards, pins: Uint32Array.of(0, 2) }, counts), {
    code: 'ROW_OUT_OF_RANGE',
    message: 'buildGraph: a pin row must be from 0 to 1 (got 2 in save 1)',
  });
  t.throws(() => buildGraph({ boards: Uint32Array.of(1, 0), pins }, counts), {
    code: 'ROW_OUT_OF_RANGE',
    message: 'buildGraph: a board row must be from 0 to 0 (got 1 in save 0)',
  });
  t.throws(() => buildGraph({ boards, pins: Uint32Array.of(0) }, counts), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'buildGraph: the columns of saves must be equally long (got 1, 2, 1, 1)',
  });
  for (const weight of [0, -1, NaN, Infinity]) {
    t.throws(() => buildGraph({ boards, pins, weights: Float32Array.of(1, weight) }, counts), {
      code: 'OPTION_OUT_OF_RANGE',
      message: `buildGraph: a weight must be a finite number above 0 (got ${weight} in save 1)`,
    });
  }
  t.end();
});

t.test('a shared graph is the graph', (t) => {
  const saves = { boards: Uint32Array.of(0, 0, 1), pins: Uint32Array.of(0, 2, 1) };
  const graph = buildGraph(saves, { pinCount: 3, boardCount: 2 });
  const copy = sharedGraph(graph);
  t.same([copy.pinCount, copy.boardCount, copy.saveCount], [3, 2, 3]);
  for (const name of ['boardsOfPin', 'pinsOfBoard'] as const) {
    t.same([...copy[name].offsets], [...graph[name].offsets], name);
    t.same([...copy[name].neighbors], [...graph[name].neighbors], name);
    t.ok(copy[name].neighbors.buffer instanceof SharedArrayBuffer);
  }
  t.end();
});
