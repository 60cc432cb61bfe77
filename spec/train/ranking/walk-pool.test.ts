import t from 'tap';
import type { Board } from '../../../data/collection.js';
import { scoreBuffer, WalkPool } from '../../../train/ranking/walk-pool.js';
import { ExactWalk, walkFactors } from '../../../train/ranking/walk-scores.js';
import { randomGraph, sixPins } from './random-graph.js';

t.test('a pool gives the bytes of single walks with 0, 1 and 2 workers', async (t) => {
  const graph = randomGraph(1, { pinCount: 60, boardCount: 90, saveCount: 400 });
  const sets = [walkFactors(graph), walkFactors(graph, { query: 1, board: 1, target: 0.4, power: 1 })];
  const rows = {
    boards: Uint32Array.from({ length: 90 }, (_, n) => 89 - n),
    pins: Uint32Array.from({ length: 60 }, (_, n) => n),
  };
  for (const workers of [0, 1, 2]) {
    const pool = WalkPool.open(graph, { workers });
    for (const factors of sets) {
      const walk = new ExactWalk(graph, factors);
      for (const kind of ['boards', 'pins'] as const) {
        const out = scoreBuffer(rows[kind].length, 60);
        await pool.score({ kind, rows: rows[kind], factors, out });
        const expected = new Float32Array(out.length);
        rows[kind].forEach((row, n) => {
          const pins = graph.pinsOfBoard.neighbors.subarray(
            graph.pinsOfBoard.offsets[row],
            graph.pinsOfBoard.offsets[row + 1],
          );
          const query = kind === 'boards' ? { pins, ownBoard: row as Board } : { pins: Uint32Array.of(row) };
          walk.scoreInto(query, expected.subarray(n * 60, (n + 1) * 60));
        });
        t.same(Buffer.from(out.buffer), Buffer.from(expected.buffer), `${kind}, ${workers} workers`);
      }
    }
    await pool.close();
  }
});

t.test('a pool refuses what it cannot score', async (t) => {
  const graph = sixPins();
  const factors = walkFactors(graph);
  t.throws(() => WalkPool.open(graph, { workers: 1.5 }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: /0 to 64 \(got 1.5\)/,
  });
  const pool = WalkPool.open(graph, { workers: 1 });
  t.teardown(() => pool.close());
  const out = scoreBuffer(1, 6);
  await t.rejects(pool.score({ kind: 'boards', rows: Uint32Array.of(4), factors, out }), {
    code: 'ROW_OUT_OF_RANGE',
    message: 'WalkPool: rows of boards must be below 4 (got 4)',
  });
  await t.rejects(pool.score({ kind: 'pins', rows: Uint32Array.of(1, 2), factors, out }), {
    message: /2 x 6 scores \(got 6\)/,
  });
  const broken = { ...factors, query: new Float64Array(1) };
  await t.rejects(pool.score({ kind: 'pins', rows: Uint32Array.of(1), factors: broken, out }), {
    code: 'WORKER_FAILED',
    message: /a worker must finish its walks \(got .*got 1, 4, 6/,
  });
});
