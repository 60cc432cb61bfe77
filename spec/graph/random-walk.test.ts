import t from 'tap';
import type { Pin } from '../../data/collection.js';
import { randomStream } from '../../data/random.js';
import { type BipartiteGraph, buildGraph } from '../../graph/bipartite-graph.js';
import { countVisits, prepareWalk, Walker } from '../../graph/random-walk.js';

/** Saves given as board -> pins, weights 1 unless given in the same shape. */
function graphOf(boards: number[][], weights?: number[][]): BipartiteGraph {
  const saves = {
    boards: Uint32Array.from(boards.flatMap((pins, board) => pins.map(() => board))),
    pins: Uint32Array.from(boards.flat()),
    ...(weights && { weights: Float32Array.from(weights.flat()) }),
  };
  return buildGraph(saves, { pinCount: Math.max(...boards.flat()) + 1, boardCount: boards.length });
}

const options = { walkCount: 16, walkLength: 1000, restartProbability: 0.5 };

/**
 * The expected share of visits to each pin in the long run, start included, by power iteration over
 * `v = restart * e_start + (1 - restart) * v`, one hop pair each.
 */
function expectedShares(graph: BipartiteGraph, start: number, restartProbability: number): number[] {
  const { boardsOfPin, pinsOfBoard } = graph;
  const spread = (shares: number[], rows: typeof boardsOfPin, length: number): number[] => {
    const result = new Array<number>(length).fill(0);
    for (const [row, share] of shares.entries()) {
      const [first, end] = [rows.offsets[row] ?? 0, rows.offsets[row + 1] ?? 0];
      let total = 0;
      for (let i = first; i < end; i++) total += rows.weights?.[i] ?? 1;
      for (let i = first; i < end; i++) {
        const neighbor = rows.neighbors[i] ?? 0;
        result[neighbor] = (result[neighbor] ?? 0) + (share * (rows.weights?.[i] ?? 1)) / total;
      }
    }
    return result;
  };
  let shares: number[] = Array.from({ length: graph.pinCount }, (_, pin) => (pin === start ? 1 : 0));
  for (let round = 0; round < 200; round++) {
    const from = shares.map(
      (share, pin) => (1 - restartProbability) * share + (pin === start ? restartProbability : 0),
    );
    shares = spread(spread(from, boardsOfPin, graph.boardCount), pinsOfBoard, graph.pinCount);
  }
  return shares;
}

t.test('countVisits visits the only other pin in half the hop pairs', (t) => {
  const counts = countVisits(graphOf([[0, 1]]), 0 as Pin, { ...options, random: randomStream(1, 'spec') });
  t.equal(counts[0], 0);
  // 16,000 hop pairs, each ending at pin 1 with chance 1/2: standard deviation 63
  t.ok(Math.abs((counts[1] ?? 0) - 8000) < 4 * 63, `got ${counts[1]}`);
  t.end();
});

t.test('countVisits agrees with the exact shares, with and without weights', (t) => {
  const boards = [
    [0, 1, 2],
    [2, 3],
    [0, 3, 4],
    [4, 5],
  ];
  const weights = [
    [1, 2, 3],
    [4, 1],
    [1, 1, 6],
    [2, 2],
  ];
  for (const graph of [graphOf(boards), graphOf(boards, weights)]) {
    const shares = expectedShares(graph, 0, 0.3);
    const steps = 400_000;
    const counts = countVisits(graph, 0 as Pin, {
      walkCount: 16,
      walkLength: steps / 16,
      restartProbability: 0.3,
      random: randomStream(2, 'spec'),
    });
    for (let pin = 1; pin < graph.pinCount; pin++) {
      t.ok(Math.abs((counts[pin] ?? 0) / steps - (shares[pin] ?? 0)) < 0.005, `pin ${pin}: ${counts[pin]}`);
    }
  }
  t.end();
});

t.test('countVisits follows weights: a save of weight 9 is taken nine times as often', (t) => {
  const graph = graphOf([[0, 1, 2]], [[1, 9, 1]]);
  const counts = countVisits(graph, 0 as Pin, { ...options, random: randomStream(3, 'spec') });
  const ratio = (counts[1] ?? 0) / (counts[2] ?? 1);
  t.ok(ratio > 7.8 && ratio < 10.4, `got ${ratio}`);
  t.end();
});

t.test('countVisits falls with distance along a chain', (t) => {
  const graph = graphOf([
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 4],
  ]);
  const counts = [...countVisits(graph, 0 as Pin, { ...options, random: randomStream(4, 'spec') })];
  t.strictSame(
    counts.slice(1),
    counts.slice(1).sort((a, b) => b - a),
  );
  t.ok((counts[4] ?? 0) > 0);
  t.end();
});

t.test('countVisits never counts the start pin and never leaves its component', (t) => {
  const graph = graphOf([
    [0, 1, 2],
    [3, 4],
  ]);
  for (let pin = 0; pin < 5; pin++) {
    const counts = countVisits(graph, pin as Pin, { ...options, random: randomStream(5, 'spec', pin) });
    t.equal(counts[pin], 0);
    for (let other = 0; other < 5; other++) if (pin < 3 !== other < 3) t.equal(counts[other], 0);
  }
  t.end();
});

t.test('countVisits of a pin on no board is zero everywhere', (t) => {
  const graph = buildGraph({ boards: Uint32Array.of(0), pins: Uint32Array.of(1) }, { pinCount: 2, boardCount: 1 });
  t.strictSame([...countVisits(graph, 0 as Pin, { ...options, random: randomStream(1, 'spec') })], [0, 0]);
  t.end();
});

t.test('countVisits repeats with the same randomness', (t) => {
  const graph = graphOf([
    [0, 1, 2],
    [2, 3],
    [0, 3, 4],
  ]);
  const run = () => countVisits(graph, 2 as Pin, { ...options, random: randomStream(6, 'spec') });
  t.strictSame(run(), run());
  t.end();
});

t.test('Walker takes exactly the steps asked for, whatever the number of walkers', (t) => {
  const walker = new Walker(
    prepareWalk(
      graphOf([
        [0, 1],
        [0, 2],
      ]),
    ),
  );
  for (const walkers of [1, 3, 16, 5000]) {
    const random = randomStream(7, 'spec');
    t.equal(walker.walk(0 as Pin, { steps: 1000, walkers, restartProbability: 0, random }), 1000);
    walker.clear();
    t.ok(walker.counts.every((count) => count === 0));
    t.equal(walker.visitedCount, 0);
  }
  t.end();
});

t.test('Walker adds up walks until it is cleared and lists each visited pin once', (t) => {
  const walker = new Walker(prepareWalk(graphOf([[0, 1, 2, 3]])));
  const random = randomStream(8, 'spec');
  for (let i = 0; i < 2; i++) walker.walk(0 as Pin, { steps: 100, walkers: 4, restartProbability: 0.5, random });
  t.strictSame([...walker.visited.subarray(0, walker.visitedCount)].sort(), [1, 2, 3]);
  const total = walker.counts.reduce((sum, count) => sum + count, 0);
  t.ok(total > 110 && total <= 200, `got ${total}`);
  t.end();
});

t.test('Walker stops early once enough pins have enough visits', (t) => {
  const walker = new Walker(prepareWalk(graphOf([[0, 1, 2, 3]])));
  const random = randomStream(9, 'spec');
  const enough = { pins: 2, visits: 5 };
  const taken = walker.walk(0 as Pin, { steps: 10_000, walkers: 1, restartProbability: 0.5, random, enough });
  t.ok(taken < 60, `took ${taken}`);
  t.equal(walker.counts.filter((count) => count >= 5).length, 2);
  t.end();
});

t.test('countVisits names the option that is out of range', (t) => {
  const graph = graphOf([[0, 1]]);
  const random = randomStream(1, 'spec');
  t.throws(() => countVisits(graph, 2 as Pin, { ...options, random }), {
    code: 'ROW_OUT_OF_RANGE',
    message: 'countVisits: a pin row must be from 0 to 1 (got 2)',
  });
  t.throws(() => countVisits(graph, 0 as Pin, { ...options, walkCount: 0, random }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'countVisits: walkCount must be an integer from 1 to 1048576 (got 0)',
  });
  t.throws(() => countVisits(graph, 0 as Pin, { ...options, walkLength: 1.5, random }), /walkLength.*got 1.5/);
  t.throws(() => countVisits(graph, 0 as Pin, { ...options, restartProbability: 1, random }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'countVisits: restartProbability must be at least 0 and below 1 (got 1)',
  });
  t.end();
});
