import t from 'tap';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import type { CompressedRows } from '../../../graph/compressed-rows.js';
import {
  boardIdeas,
  coldPins,
  relatedPins,
  sampleQueries,
  slicesOf,
  thinOut,
} from '../../../train/evaluation/tasks.js';
import { holds, randomSaves, savesOf, sixPins } from '../ranking/random-graph.js';

const lists = ({ offsets, neighbors }: CompressedRows): number[][] =>
  Array.from({ length: offsets.length - 1 }, (_, row) => [...neighbors.subarray(offsets[row], offsets[row + 1])]);

t.test('boardIdeas asks each board with held-out saves and takes out what it is known to have', (t) => {
  const task = boardIdeas({ known: sixPins(), heldOut: savesOf([[], [5, 0], [], [3]]) });
  t.same([task.name, task.kind, [...task.queries]], ['boardIdeas', 'boards', [1, 3]]);
  t.same(lists(task.relevant), [[0, 5], [3]]);
  t.same(lists(task.known), [
    [1, 2, 3],
    [2, 4],
  ]);
  t.equal(task.candidates, undefined);
  t.end();
});

t.test('boardIdeas keeps a held-out save that is known as relevant, where it can only be missed', (t) => {
  const task = boardIdeas({ known: sixPins(), heldOut: savesOf([[1, 5]]) });
  t.same([lists(task.relevant), lists(task.known)], [[[1, 5]], [[0, 1, 2]]]);
  t.end();
});

t.test('coldPins asks for pins without known saves among such pins', (t) => {
  const task = coldPins({ known: sixPins(), heldOut: savesOf([[3, 5], [4], [5]]) });
  t.same([...task.queries], [0, 2]);
  t.same(lists(task.relevant), [[5], [5]]);
  t.same(task.candidates, Uint8Array.of(0, 0, 0, 0, 0, 1));
  t.end();
});

t.test('coldPins takes a list of the cold pins', (t) => {
  const task = coldPins({ known: sixPins(), heldOut: savesOf([[3, 5], [4]]), coldPins: Uint32Array.of(3, 4) });
  t.same(
    [lists(task.relevant), [...task.queries]],
    [
      [[3], [4]],
      [0, 1],
    ],
  );
  t.same(task.candidates, Uint8Array.of(0, 0, 0, 1, 1, 0));
  t.end();
});

const size = { pinCount: 50, boardCount: 20, saveCount: 120 };
const known = buildGraph(randomSaves(1, size), size);
const heldOut = randomSaves(2, { ...size, saveCount: 60 });
const hidden = buildGraph(heldOut, size);
const boardsWith = (query: number, target: number, where = known): number[] =>
  [...Array(size.boardCount).keys()].filter(
    (b) => holds(hidden, b, target) && !holds(known, b, target) && (holds(known, b, query) || holds(where, b, query)),
  );

t.test('relatedPins asks once for each held-out save that is not known, from another pin of the board', (t) => {
  const task = relatedPins({ known, heldOut }, { seed: 1 });
  const saves = lists(hidden.pinsOfBoard).flatMap((pins, b) =>
    pins.filter((pin) => !holds(known, b, pin)).map(() => b),
  );
  t.equal(task.queries.length, saves.filter((b) => lists(known.pinsOfBoard)[b]?.length).length);
  t.same(lists(task.known).flat(), [...task.queries], 'only the query itself is taken out');
  for (const [n, query] of task.queries.entries()) {
    const target = task.relevant.neighbors[n] ?? -1;
    t.ok(query !== target && boardsWith(query, target).length > 0, `query ${query}, target ${target}`);
  }
  t.end();
});

t.test('relatedPins can ask from held-out pins too', (t) => {
  const alone = { known: sixPins(), heldOut: savesOf([[], [], [], [], [0, 1], [5]]) };
  const wide = { known: buildGraph(savesOf([[0, 1, 2]]), { pinCount: 6, boardCount: 6 }), heldOut: alone.heldOut };
  t.equal(relatedPins(wide, { seed: 1 }).queries.length, 0);
  const task = relatedPins(wide, { seed: 1, queriesFrom: 'all' });
  const pairs = [...task.queries].map((query, n) => [query, task.relevant.neighbors[n]]);
  t.same(
    pairs.sort(),
    [
      [0, 1],
      [1, 0],
    ],
    'board 5 has no other pin to ask from',
  );
  const many = relatedPins({ known, heldOut }, { seed: 1, queriesFrom: 'all' });
  for (const [n, query] of many.queries.entries()) {
    t.ok(boardsWith(query, many.relevant.neighbors[n] ?? -1, hidden).length > 0);
  }
  t.end();
});

t.test('relatedPins is a seeded sample of at most maxPairs and leaves out large boards', (t) => {
  const few = relatedPins({ known, heldOut }, { seed: 1, maxPairs: 10 });
  t.equal(few.queries.length, 10);
  t.same(relatedPins({ known, heldOut }, { seed: 1, maxPairs: 10 }), few, 'same seed, same pairs');
  t.notSame(relatedPins({ known, heldOut }, { seed: 2, maxPairs: 10 }), few);
  const all = relatedPins({ known, heldOut }, { seed: 1 });
  t.same(all.queries.subarray(0, 10), few.queries, 'a smaller sample is the start of a larger one');
  t.equal(
    relatedPins({ known: sixPins(), heldOut: savesOf([[5], [], [5]]) }, { seed: 1, largestBoard: 2 }).queries.length,
    1,
  );
  t.throws(() => relatedPins({ known, heldOut }, { seed: 1, maxPairs: 0 }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'relatedPins: maxPairs must be an integer from 1 up (got 0)',
  });
  t.end();
});

t.test('a seeded sample keeps queries with their answers, in order, and says of how many it is', (t) => {
  const task = boardIdeas({ known, heldOut });
  const count = task.queries.length;
  t.equal(sampleQueries(task, count, 1), task);
  const few = sampleQueries(task, 6, 1);
  t.equal(few.sampledFrom, count);
  t.same(
    [...few.queries],
    [...few.queries].sort((a, b) => a - b),
  );
  t.equal(new Set(few.queries).size, 6);
  for (const [n, query] of [...few.queries].entries()) {
    const at = task.queries.indexOf(query);
    t.same([lists(few.relevant)[n], lists(few.known)[n]], [lists(task.relevant)[at], lists(task.known)[at]]);
  }
  t.same(sampleQueries(task, 6, 1), few, 'same seed, same queries');
  t.notSame([...sampleQueries(task, 6, 2).queries], [...few.queries]);
  const drawn = new Set(Array.from({ length: 200 }, (_, seed) => [...sampleQueries(task, 1, seed).queries]).flat());
  t.ok(drawn.size > 0.7 * count, 'each query may be drawn');
  t.end();
});

t.test('thinOut and slicesOf keep queries with their answers, in order', (t) => {
  const task = boardIdeas({ known, heldOut });
  const answers = new Map([...task.queries].map((query, n) => [query, lists(task.relevant)[n]]));
  const few = thinOut(task, 5);
  t.equal(few.queries.length, 5);
  t.equal(thinOut(task, 1000), task);
  const slices = slicesOf(task, 7);
  t.equal(slices.length, Math.ceil(task.queries.length / 7));
  t.same(
    slices.flatMap((slice) => [...slice.queries]),
    [...task.queries],
  );
  for (const part of [few, ...slices]) {
    t.same(
      lists(part.relevant),
      [...part.queries].map((query) => answers.get(query)),
    );
  }
  t.end();
});
