import t from 'tap';
import { randomInteger, randomStream, shuffle } from '../../../data/random.js';
import type { Saves } from '../../../data/collection.js';
import { type BipartiteGraph, buildGraph } from '../../../graph/bipartite-graph.js';
import { foldInPins, spectralFactors, type SpectralFactors } from '../../../train/features/spectral-factors.js';
import { mostRank } from '../../../train/features/singular-vectors.js';
import { Workspace, workspaceBytes } from '../../../train/kernels/workspace.js';

const workspace = Workspace.open();

function graphOf(boards: readonly (readonly number[])[], pinCount: number, weight?: (save: number) => number) {
  return buildGraph(savesOf(boards, weight), { pinCount, boardCount: boards.length });
}

function savesOf(boards: readonly (readonly number[])[], weight?: (save: number) => number): Saves {
  const rows = boards.flatMap((pins, board) => pins.map(() => board));
  return {
    boards: Uint32Array.from(rows),
    pins: Uint32Array.from(boards.flat()),
    ...(weight && { weights: Float32Array.from(rows, (_, save) => weight(save)) }),
  };
}

/** Seeded boards of 2 to 7 distinct pins. */
function randomBoards(boardCount: number, pinCount: number, seed: number): number[][] {
  const random = randomStream(seed, 'boards');
  return Array.from({ length: boardCount }, () => {
    const pins = new Set<number>();
    const size = 2 + randomInteger(random, 6);
    while (pins.size < size) pins.add(randomInteger(random, pinCount));
    return [...pins];
  });
}

/** N^T N [P, P] by the formula, entry by entry. */
function naiveSquare(graph: BipartiteGraph): number[][] {
  const { pinCount: P, boardCount: B, pinsOfBoard } = graph;
  const a = Array.from({ length: B }, () => new Array<number>(P).fill(0));
  for (const [b, row] of a.entries()) {
    for (let e = pinsOfBoard.offsets[b] ?? 0; e < (pinsOfBoard.offsets[b + 1] ?? 0); e++) {
      row[pinsOfBoard.neighbors[e] ?? 0] = pinsOfBoard.weights?.[e] ?? 1;
    }
  }
  const boardSums = a.map((row) => row.reduce((sum, x) => sum + x, 0));
  const pinSums = Array.from({ length: P }, (_, p) => a.reduce((sum, row) => sum + (row[p] ?? 0), 0));
  const n = a.map((row, b) =>
    row.map((x, p) => (x === 0 ? 0 : x / Math.sqrt((boardSums[b] ?? 0) * (pinSums[p] ?? 0)))),
  );
  return Array.from({ length: P }, (_, p) =>
    Array.from({ length: P }, (_, q) => n.reduce((sum, row) => sum + (row[p] ?? 0) * (row[q] ?? 0), 0)),
  );
}

/** Eigenvalues (descending) and eigenvectors of a small symmetric matrix by cyclic Jacobi rotations. */
function naiveJacobi(matrix: number[][]): { value: number; vector: number[] }[] {
  const a = matrix.map((row) => row.slice());
  const size = a.length;
  const v = a.map((_, i) => a.map((_, j) => (i === j ? 1 : 0)));
  const at = (m: number[][], i: number, j: number): number => m[i]?.[j] ?? 0;
  const rotate = (m: number[][], i: number, j: number, c: number, s: number): void => {
    for (const row of m)
      [row[i], row[j]] = [c * (row[i] ?? 0) - s * (row[j] ?? 0), s * (row[i] ?? 0) + c * (row[j] ?? 0)];
  };
  for (let round = 0; round < 12; round++) {
    for (let i = 0; i < size; i++) {
      for (let j = i + 1; j < size; j++) {
        if (at(a, i, j) === 0) continue;
        const angle = Math.atan2(2 * at(a, i, j), at(a, j, j) - at(a, i, i)) / 2;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        rotate(a, i, j, c, s);
        const [rowI, rowJ] = [a[i] ?? [], a[j] ?? []];
        a[i] = rowI.map((x, k) => c * x - s * (rowJ[k] ?? 0));
        a[j] = rowI.map((x, k) => s * x + c * (rowJ[k] ?? 0));
        rotate(v, i, j, c, s);
      }
    }
  }
  return a
    .map((_, i) => ({ value: at(a, i, i), vector: v.map((row) => row[i] ?? 0) }))
    .sort((x, y) => y.value - x.value);
}

function column({ pinFactors, rank }: SpectralFactors, c: number): number[] {
  return Array.from({ length: pinFactors.length / rank }, (_, p) => pinFactors[p * rank + c] ?? 0);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((worst, x, i) => Math.max(worst, Math.abs(x - (b[i] ?? 0))), 0);
}

t.test('spectralFactors of one board with four pins are one factor of halves', (t) => {
  // N = 1 / sqrt(4 * 1) for each pin: singular value 1, vector (1/2, 1/2, 1/2, 1/2)
  const factors = spectralFactors(graphOf([[0, 1, 2, 3]], 5), { rank: 3, seed: 1, workspace });
  t.equal(factors.rank, 1, 'never more factors than the graph has');
  t.ok(Math.abs((factors.singularValues[0] ?? 0) - 1) < 1e-6);
  t.ok(largestDifference(factors.pinFactors, Float32Array.of(0.5, 0.5, 0.5, 0.5, 0)) < 1e-6);
  t.end();
});

t.test('spectralFactors of a chain of two boards agree with the closed form', (t) => {
  // boards {0, 1} and {1, 2}: N = [[1/sqrt2, 1/2, 0], [0, 1/2, 1/sqrt2]], N N^T = [[3/4, 1/4], [1/4, 3/4]]: 1 and 1/2
  const factors = spectralFactors(
    graphOf(
      [
        [0, 1],
        [1, 2],
      ],
      3,
    ),
    { rank: 2, seed: 1, workspace },
  );
  t.ok(largestDifference(factors.singularValues, Float32Array.of(1, Math.SQRT1_2)) < 1e-6);
  t.ok(Math.abs((column(factors, 0)[1] ?? 0) - Math.SQRT1_2) < 1e-6, 'the shared pin leads the first factor');
  const second = column(factors, 1);
  t.ok(Math.abs(Math.abs(second[0] ?? 0) - Math.SQRT1_2) < 1e-5);
  t.ok(Math.abs((second[0] ?? 0) + (second[2] ?? 0)) < 1e-5, 'the second factor tells the ends apart');
  t.ok(Math.abs(second[1] ?? 1) < 1e-5);
  t.end();
});

t.test('spectralFactors agree with a dense Jacobi on either shape, with and without weights', (t) => {
  const random = randomStream(3, 'weights');
  const worlds = [
    graphOf(randomBoards(60, 25, 1), 25),
    graphOf(randomBoards(20, 45, 2), 45),
    graphOf(randomBoards(50, 30, 3), 30, () => 0.5 + 2 * random()),
    graphOf(randomBoards(25, 40, 4), 40, () => 0.5 + 2 * random()),
  ];
  for (const [world, graph] of worlds.entries()) {
    const factors = spectralFactors(graph, { rank: 8, rounds: 20, seed: 5, workspace });
    t.equal(factors.rank, 8);
    for (const [c, { value, vector }] of naiveJacobi(naiveSquare(graph)).slice(0, 8).entries()) {
      t.ok(Math.abs((factors.singularValues[c] ?? 0) - Math.sqrt(value)) < 2e-6, `world ${world}, value ${c}`);
      t.ok(Math.abs(Math.abs(dot(column(factors, c), vector)) - 1) < 1e-4, `world ${world}, vector ${c}`);
    }
  }
  t.end();
});

t.test('spectralFactors give orthonormal columns whose largest entry is positive', (t) => {
  const factors = spectralFactors(graphOf(randomBoards(300, 200, 6), 200), { rank: 24, seed: 5, workspace });
  for (let c = 0; c < 24; c++) {
    const own = column(factors, c);
    for (let d = 0; d <= c; d++) t.ok(Math.abs(dot(own, column(factors, d)) - (c === d ? 1 : 0)) < 1e-5);
    t.ok(own.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a)) > 0);
  }
  t.end();
});

t.test('spectralFactors see three cliques as three factors of strength 1', (t) => {
  const cliques = [0, 1, 2].flatMap((clique) =>
    Array.from({ length: 5 }, (_, i) => [0, 1, 2, 3].map((j) => clique * 4 + ((i + j) % 4))),
  );
  const { rank, singularValues, pinFactors } = spectralFactors(graphOf(cliques, 12), { rank: 10, seed: 2, workspace });
  t.equal(rank, 3);
  t.ok(largestDifference(singularValues, Float32Array.of(1, 1, 1)) < 1e-6);
  const row = (pin: number): number[] => [...pinFactors.subarray(pin * rank, (pin + 1) * rank)];
  for (let p = 0; p < 12; p++) {
    for (let q = 0; q < 12; q++) {
      const sameClique = Math.floor(p / 4) === Math.floor(q / 4);
      t.ok(Math.abs(dot(row(p), row(q)) - (sameClique ? 0.25 : 0)) < 1e-6);
    }
  }
  t.end();
});

t.test(
  'spectralFactors repeat to the byte, whatever the order of the saves, and leave the workspace as it was',
  (t) => {
    const boards = randomBoards(120, 90, 7);
    const saves = savesOf(boards);
    const order = Array.from(saves.pins.keys());
    shuffle(randomStream(8, 'order'), order);
    const permuted: Saves = {
      boards: Uint32Array.from(order, (i) => saves.boards[i] ?? 0),
      pins: Uint32Array.from(order, (i) => saves.pins[i] ?? 0),
    };
    const mark = workspace.mark();
    const options = { rank: 16, seed: 9, workspace };
    const counts = { pinCount: 90, boardCount: 120 };
    const first = spectralFactors(buildGraph(saves, counts), options);
    t.same(spectralFactors(buildGraph(permuted, counts), options), first);
    t.equal(workspace.mark(), mark);
    t.end();
  },
);

t.test('spectralFactors report each round and the last step', (t) => {
  const seen: string[] = [];
  const onProgress = (done: number, total: number): void => void seen.push(`${done}/${total}`);
  spectralFactors(
    graphOf(
      [
        [0, 1],
        [1, 2],
      ],
      3,
    ),
    { rank: 1, rounds: 2, seed: 1, workspace, onProgress },
  );
  t.same(seen, ['1/3', '2/3', '3/3']);
  t.end();
});

t.test('spectralFactors say which option is wrong', (t) => {
  const graph = graphOf([[0, 1]], 2);
  const cases = [
    [{ rank: 0 }, 'singularVectors: rank must be an integer from 1 up (got 0)'],
    [{ rank: 1, rounds: 0 }, 'singularVectors: rounds must be an integer from 1 up (got 0)'],
    [{ rank: 1, oversampling: -1 }, 'singularVectors: oversampling must be an integer from 0 up (got -1)'],
  ] as const;
  for (const [options, message] of cases) {
    t.throws(() => spectralFactors(graph, { seed: 1, workspace, ...options }), {
      code: 'OPTION_OUT_OF_RANGE',
      message,
    });
  }
  t.throws(() => spectralFactors(graphOf([[]], 2), { rank: 1, seed: 1, workspace }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'spectralFactors: the graph must have saves (got none)',
  });
  t.end();
});

t.test('foldInPins gives the training graph its own rows back', (t) => {
  const graph = graphOf(randomBoards(60, 25, 1), 25);
  const factors = spectralFactors(graph, { rank: 8, rounds: 30, seed: 5, workspace });
  const mark = workspace.mark();
  t.ok(largestDifference(foldInPins(factors, graph, { workspace }), factors.pinFactors) < 1e-4);
  t.equal(workspace.mark(), mark);
  t.end();
});

t.test('foldInPins places a pin without training saves beside the pins it now shares boards with', (t) => {
  const train = [
    [0, 1, 2],
    [0, 1, 2],
    [3, 4, 5],
    [3, 4, 5],
  ];
  const factors = spectralFactors(graphOf(train, 8), { rank: 2, seed: 5, workspace });
  // pin 6 joins the second clique through an old board and a new one; pin 7 stays without saves
  const full = [
    [0, 1, 2],
    [0, 1, 2],
    [3, 4, 5],
    [3, 4, 5, 6],
    [4, 6],
  ];
  const folded = foldInPins(factors, graphOf(full, 8), { workspace });
  const row = (pin: number): number[] => [...folded.subarray(pin * 2, pin * 2 + 2)];
  const cosine = (a: number[], b: number[]): number => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  t.ok(cosine(row(6), row(4)) > 0.9999);
  t.ok(Math.abs(cosine(row(6), row(0))) < 1e-3);
  t.same(row(7), [0, 0]);
  t.ok(dot(row(0), [...factors.pinFactors.subarray(0, 2)]) > 0.3, 'an untouched clique keeps its place');
  t.end();
});

t.test('foldInPins demands the same pins', (t) => {
  const factors = spectralFactors(graphOf([[0, 1]], 2), { rank: 1, seed: 1, workspace });
  t.throws(() => foldInPins(factors, graphOf([[0, 1]], 3), { workspace }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: "foldInPins: the graph must have the factors' 2 pins (got 3)",
  });
  t.end();
});

t.test('mostRank leaves room for everything the iteration holds', (t) => {
  const bytes = (width: number, { rows, columns, entries }: Parameters<typeof mostRank>[0]): number =>
    16 * width ** 2 +
    4 * width * (Math.max(rows, columns) + 3 * Math.min(rows, columns)) +
    16 * entries +
    8 * (rows + columns);
  for (const size of [
    { rows: 1_000_000, columns: 1_000_000, entries: 20_000_000 },
    { rows: 5_000_000, columns: 300_000, entries: 90_000_000 },
    { rows: 40_000, columns: 70_000, entries: 1_000_000 },
  ]) {
    const rank = mostRank(size);
    t.ok(bytes(rank + 32, size) <= workspaceBytes, 'what fits');
    t.ok(bytes(rank + 33, size) > workspaceBytes, 'and no more would');
  }
  t.equal(mostRank({ rows: 1_000_000, columns: 1_000_000, entries: 20_000_000 }), 214);
  t.equal(mostRank({ rows: 1_000_000, columns: 1_000_000, entries: 300_000_000 }), 0, 'saves alone are too many');
  t.end();
});
