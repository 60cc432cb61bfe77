import t from 'tap';
import type { Pin, Saves } from '../../data/collection.js';
import { randomInteger, randomStream } from '../../data/random.js';
import { buildGraph, type BipartiteGraph } from '../../graph/bipartite-graph.js';
import { entriesOf } from '../../graph/compressed-rows.js';
import { ExactWalk, refreshFactors, walkFactors } from '../../graph/exact-walk.js';
import { LiveGraph, type LiveGraphOptions } from '../../graph/live-graph.js';
import { Pixie } from '../../graph/pixie-walk.js';
import { prepareWalk, Walker } from '../../graph/random-walk.js';
import { randomSaves, sixPins } from '../train/ranking/random-graph.js';

const size = { pinCount: 30, boardCount: 12 };
const room = { newPins: 4, newBoards: 3 };
const whole = { pinCount: size.pinCount + room.newPins, boardCount: size.boardCount + room.newBoards };

/** Saves and unsaves at random; after each, what is saved. */
function change(
  live: LiveGraph,
  base: BipartiteGraph,
  { seed, count, weighted }: { seed: number; count: number; weighted: boolean },
): Map<string, number> {
  const saved = new Map<string, number>();
  for (let board = 0; board < base.boardCount; board++) {
    entriesOf(base.pinsOfBoard, board).forEach((pin, n) => {
      const place = (base.pinsOfBoard.offsets[board] as number) + n;
      saved.set(`${pin} ${board}`, base.pinsOfBoard.weights?.[place] ?? 1);
    });
  }
  const random = randomStream(seed, 'changes');
  for (let n = 0; n < count; n++) {
    const [pin, board] = [randomInteger(random, whole.pinCount), randomInteger(random, whole.boardCount)];
    const key = `${pin} ${board}`;
    if (random() < 0.6) {
      const weight = weighted ? 1 + randomInteger(random, 5) : 1;
      if (live.save(pin, board, weight) === saved.has(key)) throw new Error(`save ${key}`);
      saved.set(key, weight);
    } else if (live.unsave(pin, board) !== saved.delete(key)) throw new Error(`unsave ${key}`);
  }
  return saved;
}

function built(saved: ReadonlyMap<string, number>, weighted: boolean): BipartiteGraph {
  const pairs = [...saved.keys()].map((key) => key.split(' ').map(Number) as [number, number]);
  return buildGraph(
    {
      pins: Uint32Array.from(pairs, ([pin]) => pin),
      boards: Uint32Array.from(pairs, ([, board]) => board),
      ...(weighted && { weights: Float32Array.from(saved.values()) }),
    },
    whole,
  );
}

function baseOf(seed: number, weighted: boolean): BipartiteGraph {
  const saves: Saves = randomSaves(seed, { ...size, saveCount: 120 });
  return buildGraph(
    { ...saves, ...(weighted && { weights: Float32Array.from(saves.pins, (pin) => 1 + (pin % 3)) }) },
    size,
  );
}

for (const weighted of [false, true]) {
  const kind = weighted ? 'with weights' : 'without weights';
  t.test(`a live graph ${kind} and every walk over it equal the graph built of the same saves`, (t) => {
    for (let seed = 1; seed <= 6; seed++) {
      const base = baseOf(seed, weighted);
      // Little room, so that rows move and the column is packed often.
      const live = new LiveGraph(base, { ...room, newSaves: 260 });
      const walker = new Walker(prepareWalk(live));
      const pixie = new Pixie(live);
      const saved = change(live, base, { seed, count: 600, weighted });
      const expected = built(saved, weighted);
      t.strictSame(live.finished(), expected);
      t.equal(live.saveCount, expected.saveCount);
      const random = () => randomStream(seed, 'walk');
      const start = randomInteger(randomStream(seed, 'start'), whole.pinCount) as Pin;
      const call = { steps: 500, walkers: 18, restartProbability: 0.3 };
      const twin = new Walker(prepareWalk(expected));
      t.equal(walker.walk(start, { ...call, random: random() }), twin.walk(start, { ...call, random: random() }));
      t.strictSame(walker.counts, twin.counts);
      const pins = Uint32Array.of(start, 1, 2);
      t.strictSame(
        pixie.walkFrom({ pins, steps: 900, random: random() }),
        new Pixie(expected).walkFrom({ pins, steps: 900, random: random() }),
      );
      t.strictSame(exactScores(new ExactWalk(live)), exactScores(new ExactWalk(expected)));
    }
    t.end();
  });
}

function exactScores(walk: ExactWalk): Float32Array {
  const scores = new Float32Array(walk.graph.pinCount);
  walk.scoreInto({ pins: Uint32Array.of(1, 5) }, scores);
  return scores;
}

t.test('an exact walk sees a save and an unsave at once, once the factors of both ends are refreshed', (t) => {
  const live = new LiveGraph(sixPins(), { newPins: 1, newBoards: 1 });
  const exponents = { query: 1, board: 1, target: 1, power: 2 };
  const factors = walkFactors(live, exponents);
  const walk = new ExactWalk(live, factors);
  const scores = new Float32Array(7);
  const from = (pin: number): number[] => [...walk.scoreInto({ pins: Uint32Array.of(pin) }, scores)].sort();
  t.strictSame(from(6), [], 'a new pin without saves reaches none');
  live.save(6, 4);
  live.save(5, 4);
  for (const pin of [5, 6]) refreshFactors(factors, live, { pin, board: 4, exponents });
  t.strictSame(from(6), [5, 6]);
  t.equal(scores[5], 1 / 4, '(1/2 * 1)^2 over a degree of 1');
  live.unsave(5, 4);
  refreshFactors(factors, live, { pin: 5, board: 4, exponents });
  t.strictSame(from(6), [6]);
  t.strictSame(factors, walkFactors(live, exponents));
  t.end();
});

t.test('a live graph leaves its base alone and says what must hold', (t) => {
  const base = sixPins();
  const live = new LiveGraph(base, { newPins: 0, newBoards: 0, newSaves: 2 });
  t.ok(live.save(5, 3));
  t.notOk(live.save(5, 3), 'a save that is there is not new');
  t.notOk(live.unsave(5, 0));
  t.strictSame(base, sixPins());
  t.throws(() => live.save(6, 0), {
    code: 'ROW_OUT_OF_RANGE',
    message: 'live graph: a pin row must be from 0 to 5 (got 6)',
  });
  t.throws(() => live.unsave(0, 4), { message: 'live graph: a board row must be from 0 to 3 (got 4)' });
  t.throws(() => live.save(0, 3, 0), { message: 'save: the weight must be a finite number above 0 (got 0)' });
  t.throws(() => live.save(0, 3, 2), { message: 'save: the weight must be 1 in a graph without weights (got 2)' });
  t.ok(live.save(0, 3));
  t.throws(() => live.save(1, 3), {
    code: 'OPTION_OUT_OF_RANGE',
    message: `save: there must be room for one more (got ${base.saveCount + 2} saves, all there is); make a new generation`,
  });
  t.notOk(live.save(0, 3));
  const weighted = buildGraph(
    { pins: Uint32Array.of(0), boards: Uint32Array.of(0), weights: Float32Array.of(2) },
    { pinCount: 1, boardCount: 1 },
  );
  const wrong: [BipartiteGraph, LiveGraphOptions, RegExp][] = [
    [base, { newPins: -1 }, /^LiveGraph: newPins must be an integer from 0/],
    [base, { newBoards: 0.5 }, /newBoards/],
    [base, { newSaves: NaN }, /newSaves/],
    [weighted, { isWeighted: false }, /isWeighted must be true over a graph with weights/],
  ];
  for (const [graph, options, message] of wrong)
    t.throws(() => new LiveGraph(graph, options), { code: 'OPTION_OUT_OF_RANGE', message });
  t.end();
});

t.test('a graph without weights takes them where it is asked to', (t) => {
  const live = new LiveGraph(sixPins(), { newPins: 0, newBoards: 0, isWeighted: true });
  live.save(0, 0, 3);
  t.strictSame([...(live.finished().boardsOfPin.weights ?? [])].slice(0, 3), [3, 1, 1]);
  t.end();
});
