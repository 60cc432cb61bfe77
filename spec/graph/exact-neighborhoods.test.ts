import t from 'tap';
import { randomInteger, randomStream } from '../../data/random.js';
import { buildGraph } from '../../graph/bipartite-graph.js';
import type { CompressedRows } from '../../graph/compressed-rows.js';
import { exactNeighborhoods, hopPairCount } from '../../graph/exact-neighborhoods.js';
import { importanceNeighborhoods } from '../../graph/sampled-neighborhoods.js';

function row(rows: CompressedRows, at: number): [number, number][] {
  const [first, end] = [rows.offsets[at], rows.offsets[at + 1]];
  return [...rows.neighbors.subarray(first, end)].map((pin, i) => [pin, rows.weights?.[(first ?? 0) + i] ?? NaN]);
}

t.test('exactNeighborhoods are the probabilities of one hop pair, by hand', (t) => {
  // board 0 holds 0, 1, 2 and board 1 holds 0, 1: from pin 0 to pin 1 1/2 * 1/3 + 1/2 * 1/2 = 5/12, to pin 2 1/6
  const graph = buildGraph(
    { boards: Uint32Array.of(0, 0, 0, 1, 1), pins: Uint32Array.of(0, 1, 2, 0, 1) },
    { pinCount: 4, boardCount: 2 },
  );
  t.equal(hopPairCount(graph), 9 + 4);
  const rows = exactNeighborhoods(graph, { neighborCount: 5 });
  t.strictSame(row(rows, 0), [
    [1, Math.fround(5 / 7)],
    [2, Math.fround(2 / 7)],
  ]);
  t.strictSame(row(rows, 2), [
    [0, 0.5],
    [1, 0.5],
  ]);
  t.strictSame(row(rows, 3), []);
  t.strictSame(row(exactNeighborhoods(graph, { neighborCount: 1 }), 0), [[1, 1]]);
  t.end();
});

t.test('exactNeighborhoods equal a naive double loop over weighted saves', (t) => {
  const [pinCount, boardCount, length] = [30, 12, 120];
  const random = randomStream(1, 'spec');
  const saves = {
    boards: Uint32Array.from({ length }, () => randomInteger(random, boardCount)),
    pins: Uint32Array.from({ length }, () => randomInteger(random, pinCount)),
    weights: Float32Array.from({ length }, () => 1 + randomInteger(random, 5)),
  };
  const rows = exactNeighborhoods(buildGraph(saves, { pinCount, boardCount }), { neighborCount: pinCount });
  const dense = Array.from({ length: boardCount }, () => new Array<number>(pinCount).fill(0));
  for (let i = 0; i < length; i++) {
    const board = dense[saves.boards[i] ?? 0] ?? [];
    board[saves.pins[i] ?? 0] = (board[saves.pins[i] ?? 0] ?? 0) + (saves.weights[i] ?? 0);
  }
  for (let pin = 0; pin < pinCount; pin++) {
    const scores = Array.from({ length: pinCount }, (_, other) => {
      if (other === pin) return 0;
      return dense.reduce((sum, board) => {
        const total = board.reduce((a, b) => a + b, 0);
        return total === 0 ? sum : sum + ((board[pin] ?? 0) * (board[other] ?? 0)) / total;
      }, 0);
    });
    const total = scores.reduce((a, b) => a + b, 0);
    const got = new Map(row(rows, pin));
    for (const [other, score] of scores.entries()) {
      t.ok(Math.abs((got.get(other) ?? 0) - (total > 0 ? score / total : 0)) < 1e-6);
    }
    t.equal(got.size, scores.filter((score) => score > 0).length);
  }
  t.end();
});

t.test('importanceNeighborhoods with little chance to go on come close to the exact ones', async (t) => {
  const random = randomStream(2, 'spec');
  const length = 200;
  const saves = {
    boards: Uint32Array.from({ length }, () => randomInteger(random, 20)),
    pins: Uint32Array.from({ length }, () => randomInteger(random, 40)),
  };
  const graph = buildGraph(saves, { pinCount: 40, boardCount: 20 });
  const exact = exactNeighborhoods(graph, { neighborCount: 40 });
  const sampled = await importanceNeighborhoods(graph, {
    neighborCount: 40,
    walkSteps: 100_000,
    restartProbability: 0.999,
    seed: 1,
  });
  for (let pin = 0; pin < 40; pin++) {
    const shares = new Map(row(sampled, pin));
    for (const [other, weight] of row(exact, pin)) t.ok(Math.abs((shares.get(other) ?? 0) - weight) < 0.01);
  }
});

t.test('exactNeighborhoods refuses a neighborCount out of range', (t) => {
  const graph = buildGraph({ boards: new Uint32Array(), pins: new Uint32Array() }, { pinCount: 0, boardCount: 0 });
  t.throws(() => exactNeighborhoods(graph, { neighborCount: 1001 }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'exactNeighborhoods: neighborCount must be an integer from 1 to 1000 (got 1001)',
  });
  t.strictSame([...exactNeighborhoods(graph, { neighborCount: 3 }).offsets], [0]);
  t.end();
});
