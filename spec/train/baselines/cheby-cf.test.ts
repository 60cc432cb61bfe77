import t from 'tap';
import type { StoredMatrix } from '../../../data/generation/schema.js';
import type { BipartiteGraph } from '../../../graph/bipartite-graph.js';
import { degree } from '../../../graph/compressed-rows.js';
import { chebyCf } from '../../../train/baselines/cheby-cf.js';
import { gfCf } from '../../../train/baselines/gf-cf.js';
import { spectralFactors } from '../../../train/features/spectral-factors.js';
import { Workspace } from '../../../train/kernels/workspace.js';
import { Ranker } from '../../../train/ranking/ranker.js';
import { holds, randomGraph } from '../ranking/random-graph.js';

const size = { pinCount: 40, boardCount: 30, saveCount: 200 };
const graph = randomGraph(4, size);
const boards = Uint32Array.from({ length: size.boardCount }, (_, board) => board);

function factorsOf(rank: number): { factors: StoredMatrix; singularValues: Float32Array } {
  const { pinFactors, singularValues } = spectralFactors(graph, { rank, seed: 1, workspace: Workspace.open() });
  return { factors: { rows: size.pinCount, columns: rank, values: pinFactors }, singularValues };
}

const d = (pin: number): number => degree(graph.boardsOfPin, pin);

/** N^T N, entry by entry. */
function hops({ pinCount, boardCount }: BipartiteGraph): number[][] {
  const pins = [...Array(pinCount).keys()];
  return pins.map((j) =>
    pins.map((i) => {
      let sum = 0;
      for (let v = 0; v < boardCount; v++)
        if (holds(graph, v, i) && holds(graph, v, j)) sum += 1 / degree(graph.pinsOfBoard, v) / Math.sqrt(d(i) * d(j));
      return sum;
    }),
  );
}

const multiply = (a: number[][], x: number[]): number[] =>
  a.map((row) => row.reduce((sum, value, j) => sum + value * (x[j] ?? NaN), 0));

/** V V^T x */
function lowPass({ columns, values }: StoredMatrix, x: number[]): number[] {
  const weights = Array.from({ length: columns }, (_, k) =>
    x.reduce((sum, value, pin) => sum + value * (values[pin * columns + k] ?? NaN), 0),
  );
  return x.map((_, pin) => weights.reduce((sum, w, k) => sum + w * (values[pin * columns + k] ?? NaN), 0));
}

const savesOf = (board: number): number[] =>
  Array.from({ length: size.pinCount }, (_, pin) => (holds(graph, board, pin) ? 1 : 0));
const foreign = (board: number): number[] =>
  [...Array(size.pinCount).keys()].filter((pin) => !holds(graph, board, pin) && d(pin) > 0);

t.test('gfCf is one hop and an ideal low-pass, on every pin that a board lacks', (t) => {
  const { factors } = factorsOf(8);
  const scores = gfCf(graph, factors).scoreBoards(boards);
  const walk = hops(graph);
  for (const board of boards) {
    const saves = savesOf(board);
    const hop = multiply(walk, saves);
    const low = lowPass(
      factors,
      saves.map((x, pin) => x / Math.sqrt(Math.max(d(pin), 1))),
    );
    for (const pin of foreign(board)) {
      const expected = (hop[pin] ?? NaN) + 0.3 * (low[pin] ?? NaN) * Math.sqrt(d(pin));
      t.ok(Math.abs((scores[board * size.pinCount + pin] ?? NaN) - expected) < 2e-5, `board ${board}, pin ${pin}`);
    }
  }
  t.end();
});

t.test('chebyCf is its polynomial of eight hops', (t) => {
  const { factors } = factorsOf(8);
  const scores = chebyCf(graph, factors).scoreBoards(boards);
  const walk = hops(graph);
  const laplacian = (x: number[]): number[] => multiply(walk, x).map((value, pin) => (x[pin] ?? NaN) - 2 * value);
  const nodes = Array.from({ length: 9 }, (_, j) => (Math.PI * (j + 0.5)) / 9);
  const coefficient = (k: number): number =>
    ((k === 0 ? 1 : 2) / 9) *
    nodes.reduce((sum, a) => sum + (1 - Math.sign(Math.cos(a)) * Math.abs(Math.cos(a)) ** 1.5) * Math.cos(k * a), 0);
  for (const board of [0, 7, 23]) {
    const signal = savesOf(board).map((x, pin) => x / Math.max(d(pin), 1) ** 0.4);
    let before = signal;
    let current = laplacian(signal);
    let total = signal.map((x, pin) => coefficient(0) * x + coefficient(1) * (current[pin] ?? NaN));
    for (let k = 2; k <= 8; k++) {
      const applied = laplacian(current);
      const next = applied.map((x, pin) => 2 * x - (before[pin] ?? NaN));
      [before, current] = [current, next];
      total = total.map((x, pin) => x + coefficient(k) * (next[pin] ?? NaN));
    }
    const low = lowPass(factors, signal);
    total.forEach((x, pin) => {
      const expected = (x + 0.2 * (low[pin] ?? NaN)) * d(pin) ** 0.4;
      t.ok(Math.abs((scores[board * size.pinCount + pin] ?? NaN) - expected) < 5e-5, `board ${board}, pin ${pin}`);
    });
  }
  t.end();
});

t.test('the score `filter` stands close to chebyCf, by one hop', (t) => {
  const { factors, singularValues } = factorsOf(14);
  const matrices = new Map([
    ['pin.structure', factors],
    ['structure.values', { rows: 14, columns: 1, values: singularValues }],
  ]);
  const filter = Ranker.open({ graph, matrices }).scoreAlone(
    [...boards].map((board) => ({
      pins: graph.pinsOfBoard.neighbors.subarray(
        graph.pinsOfBoard.offsets[board],
        graph.pinsOfBoard.offsets[board + 1],
      ),
    })),
    'filter',
  );
  const exact = chebyCf(graph, factors).scoreBoards(boards);
  for (const board of boards) {
    const pins = foreign(board);
    const [a, b] = [filter, exact].map((scores) => pins.map((pin) => scores[board * size.pinCount + pin] ?? NaN));
    t.ok(correlation(a ?? [], b ?? []) > 0.97, `board ${board}`);
  }
  t.end();
});

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0) / x.length;
  const product = (x: readonly number[], y: readonly number[]): number =>
    mean(x.map((value, n) => (value - mean(x)) * ((y[n] ?? NaN) - mean(y))));
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b));
}
