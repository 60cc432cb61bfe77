/** spec/scores.md is what is served: lists recomputed from a generation's file alone, by another program, are those of the server. */
import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import { randomInteger, randomNormal, randomStream } from '../data/random.js';
import { writeGeneration } from '../data/generation/write.js';
import { openSnapshot, type Snapshot } from '../serve/snapshot.js';
import { vectorsOf } from '../train/export/vectors.js';
import { fusionWeights, rankingDefaults, scoreNames, strategies } from '../train/ranking/settings.js';
import { ScoreOracle, type Query } from './score-oracle.js';
import { graphOf } from './train/small-world.js';

const pinCount = 40;
const boardCount = 25;
const words = ['rain', 'rainy', 'umbrella', 'sun', 'sunny', 'cloud', 'Café', 'guitar', 'drum', 'drums'];

/** Random saves, titles, tags, vectors and weights; the last eight pins have no saves, the last of all has nothing at all. */
function writeWorld(seed: number): string {
  const random = randomStream(seed, 'spec');
  const pick = (): string => words[randomInteger(random, words.length)] as string;
  const matrix = (rows: number, columns: number, { isUnit = false } = {}) => {
    const values = Float32Array.from({ length: rows * columns }, () => randomNormal(random));
    for (let row = 0; row < rows; row++) {
      const own = values.subarray(row * columns, (row + 1) * columns);
      if (row === pinCount - 1 && rows === pinCount) own.fill(0);
      const length = isUnit ? Math.hypot(...own) || 1 : 1;
      own.forEach((value, n) => (own[n] = value / length));
    }
    return { rows, columns, values };
  };
  const saved = pinCount - 8;
  const boards = Array.from({ length: boardCount }, (_, board) => {
    const size = board === boardCount - 1 ? 0 : 1 + randomInteger(random, 6);
    return [...new Set(Array.from({ length: size }, () => randomInteger(random, saved)))];
  });
  const factors = matrix(pinCount, 4);
  factors.values.fill(0, 4 * saved);
  const bias = matrix(pinCount, 1);
  const weights = (): Record<string, number> => Object.fromEntries(scoreNames.map((name) => [name, 0.2 + random()]));
  const titled = (count: number): string[] =>
    Array.from({ length: count }, (_, row) => (row === pinCount - 1 ? '' : `${pick()} ${pick()}`));
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'pinwalk-scores-')), 'pinwalk.sqlite');
  const settings = {
    ...{ ...rankingDefaults, temperature: 0.2, querySizePower: 0.3, coldScale: 0.7 },
    ...{ boardWeights: fusionWeights(weights()), pinWeights: fusionWeights(weights()) },
    coldWeights: fusionWeights(weights()),
  };
  writeGeneration(file, {
    meta: { name: 'scores', ranking: settings, config: {} },
    pins: {
      ids: Array.from({ length: pinCount }, (_, pin) => `pin ${pin}`),
      titles: titled(pinCount),
      attributes: Array.from({ length: pinCount }, (_, pin) =>
        pin % 3 === 0 && pin < pinCount - 1 ? { tags: `${pick()}|${pick()}` } : undefined,
      ),
    },
    boards: {
      ids: Array.from({ length: boardCount }, (_, board) => `board ${board}`),
      titles: titled(boardCount),
      attributes: Array.from({ length: boardCount }, () => undefined),
    },
    graph: graphOf(boards, pinCount),
    matrices: new Map([
      ['pin.query', matrix(pinCount, 5)],
      ['pin.target', matrix(pinCount, 5, { isUnit: true })],
      ['pin.bias', bias],
      ['pin.structure', factors],
      ['structure.values', { rows: 4, columns: 1, values: Float32Array.of(0.95, 0.8, 0.6, 0.4) }],
      ['pin.content', matrix(pinCount, 3, { isUnit: true })],
    ]),
  });
  return file;
}

function open(t: Test, seed: number): { snapshot: Snapshot; oracle: ScoreOracle } {
  const file = writeWorld(seed);
  const snapshot = openSnapshot(file);
  t.teardown(() => {
    snapshot.close();
    rmSync(path.dirname(file), { recursive: true });
  });
  return { snapshot, oracle: new ScoreOracle(file) };
}

const isClose = (a: number, b: number): boolean => Math.abs(a - b) <= 2e-4 * Math.max(1, Math.abs(a));

t.test('every served list is the one that spec/scores.md gives, for every strategy', async (t) => {
  let compared = 0;
  const { snapshot, oracle } = open(t, 1);
  const saved = pinCount - 8;
  const queries: Query[] = [
    ...Array.from({ length: saved }, (_, row) => ({ kind: 'pins' as const, row })),
    ...Array.from({ length: boardCount - 1 }, (_, row) => ({ kind: 'boards' as const, row })),
  ].filter(({ kind, row }) => kind === 'boards' || (oracle.boardsOf[row]?.length ?? 0) > 0);
  for (const strategy of strategies) {
    for (const query of queries) {
      const { kind, row } = query;
      const { recommender } = snapshot;
      const served = await (kind === 'pins'
        ? recommender.similarPins(oracle.pinIds[row] as string, 15, { strategy })
        : recommender.recommendForBoard(oracle.boardIds[row] as string, 15, { strategy }));
      const expected = oracle.list(query, strategy);
      const where = `${strategy}, ${kind} ${row}`;
      const isRight = Array.from(served.pins, (pin, n) => {
        const score = served.scores[n] as number;
        compared++;
        const own = expected.scores[expected.pins.indexOf(pin)] ?? NaN;
        return isClose(score, expected.scores[n] ?? NaN) && isClose(score, own);
      });
      t.equal(served.fallback, null, where);
      t.equal(served.pins.length, Math.min(15, expected.pins.length), where);
      t.notOk(isRight.includes(false), `${where}: place ${isRight.indexOf(false) + 1}`);
    }
  }
  t.ok(compared > 2000, `${compared} places`);
});

t.test(
  'inner products of the exported vectors are the served scores of the strategy embedding, but for scale and shift',
  async (t) => {
    const { snapshot, oracle } = open(t, 3);
    const { generation, recommender } = snapshot;
    const settings = { temperature: 0.2, querySizePower: 0.3 };
    const { pins, pinsForBoards, boards, leftOut } = vectorsOf(generation, settings);
    t.same(leftOut, { pins: 1, boards: 1 }, 'a pin that nothing is known of, an empty board');
    const ranked = (a: Float32Array, table: Float32Array, known: readonly number[]): number[] => {
      const d = a.length;
      const scores = Array.from({ length: table.length / d }, (_, n) =>
        a.reduce((sum, value, c) => sum + value * (table[n * d + c] as number), 0),
      );
      const rows = [...scores.keys()].filter((n) => !known.includes(pins.rows[n] as number));
      return rows.sort((a, b) => (scores[b] as number) - (scores[a] as number)).map((n) => pins.rows[n] as number);
    };
    const all = (table: typeof pins): Float32Array => table.values(0, table.rows.length);
    for (const [n, pin] of pins.rows.entries()) {
      const served = await recommender.similarPins(oracle.pinIds[pin] as string, 10, { strategy: 'embedding' });
      t.same(ranked(pins.values(n, n + 1), all(pins), [pin]).slice(0, 10), [...served.pins], `pin ${pin}`);
    }
    for (const [n, board] of boards.rows.entries()) {
      const served = await recommender.recommendForBoard(oracle.boardIds[board] as string, 10, {
        strategy: 'embedding',
      });
      const ideas = ranked(boards.values(n, n + 1), all(pinsForBoards), oracle.pinsOf[board] as number[]);
      t.same(
        ideas.slice(0, 10),
        [...served.pins].filter((pin) => pin !== pinCount - 1),
        `board ${board}`,
      );
    }
  },
);
