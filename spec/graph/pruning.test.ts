import t from 'tap';
import type { Saves } from '../../data/collection.js';
import { randomInteger, randomStream } from '../../data/random.js';
import { type DegreeBounds, pruneSaves } from '../../graph/pruning.js';

function savesOf(boards: number[][]): Saves {
  return {
    boards: Uint32Array.from(boards.flatMap((pins, board) => pins.map(() => board))),
    pins: Uint32Array.from(boards.flat()),
  };
}

/** Drops rows outside the bounds, one pass after another, until nothing changes. */
function naivePrune(saves: Saves, bounds: DegreeBounds): string[] {
  let pairs = Array.from(saves.pins, (pin, i) => [pin, saves.boards[i] ?? 0] as const);
  const degree = (side: 0 | 1, row: number) => pairs.filter((pair) => pair[side] === row).length;
  const tooLarge = pairs.filter(([pin, board]) => {
    return degree(0, pin) > (bounds.maxPinDegree ?? Infinity) || degree(1, board) > (bounds.maxBoardDegree ?? Infinity);
  });
  pairs = pairs.filter((pair) => !tooLarge.includes(pair));
  for (let before = -1; before !== pairs.length;) {
    before = pairs.length;
    pairs = pairs.filter(([pin, board]) => {
      return degree(0, pin) >= (bounds.minPinDegree ?? 0) && degree(1, board) >= (bounds.minBoardDegree ?? 0);
    });
  }
  return pairs.map((pair) => pair.join('/'));
}

t.test('pruneSaves follows a minimum along a chain to its end and counts what went', (t) => {
  // pins 0 and 3 hang on boards of two; without them the boards are too small, and pins 1, 2 follow
  const chain = savesOf([
    [0, 1],
    [1, 2],
    [2, 3],
    [4, 5, 6],
    [4, 5, 6],
  ]);
  const { kept, dropped } = pruneSaves(chain, { pinCount: 7, boardCount: 5 }, { minPinDegree: 2, minBoardDegree: 2 });
  t.strictSame([...kept.boards], [3, 3, 3, 4, 4, 4]);
  t.strictSame([...kept.pins], [4, 5, 6, 4, 5, 6]);
  t.strictSame(dropped, { pinsBelow: 4, pinsAbove: 0, boardsBelow: 3, boardsAbove: 0, saves: 6 });
  t.end();
});

t.test('pruneSaves drops what is above a maximum by the degrees of the input', (t) => {
  const saves = savesOf([
    [0, 1],
    [0, 2],
    [0, 3],
    [1, 2, 3, 4],
  ]);
  const { kept, dropped } = pruneSaves(saves, { pinCount: 6, boardCount: 4 }, { maxPinDegree: 2, maxBoardDegree: 3 });
  t.strictSame([...kept.pins], [1, 2, 3]);
  t.strictSame(dropped, { pinsBelow: 0, pinsAbove: 1, boardsBelow: 0, boardsAbove: 1, saves: 7 - 0 });
  t.end();
});

t.test('pruneSaves equals a naive fixed point on seeded random saves', (t) => {
  const random = randomStream(1, 'spec');
  for (let round = 0; round < 60; round++) {
    const boards = Array.from({ length: 12 }, () => [
      ...new Set(Array.from({ length: 1 + randomInteger(random, 7) }, () => randomInteger(random, 25))),
    ]);
    const bound = (most: number) => 1 + randomInteger(random, most);
    const bounds = {
      minPinDegree: bound(3),
      minBoardDegree: bound(4),
      ...(round % 2 === 0 && { maxPinDegree: 3 + bound(4), maxBoardDegree: 3 + bound(4) }),
    };
    const saves = savesOf(boards);
    const { kept, dropped } = pruneSaves(saves, { pinCount: 25, boardCount: 12 }, bounds);
    t.strictSame(
      Array.from(kept.pins, (pin, i) => `${pin}/${kept.boards[i]}`),
      naivePrune(saves, bounds),
    );
    t.equal(dropped.saves, saves.pins.length - kept.pins.length);
  }
  t.end();
});

t.test('pruneSaves without bounds keeps every save with its time and weight', (t) => {
  const saves = {
    ...savesOf([[0, 1], [1]]),
    savedAt: Float64Array.of(10, NaN, 30),
    weights: Float32Array.of(1, 2, 3),
  };
  const counts = { pinCount: 2, boardCount: 2 };
  t.strictSame(pruneSaves(saves, counts, {}).kept, saves);
  const { kept } = pruneSaves(saves, counts, { minBoardDegree: 2 });
  t.strictSame(kept, {
    boards: Uint32Array.of(0, 0),
    pins: Uint32Array.of(0, 1),
    savedAt: Float64Array.of(10, NaN),
    weights: Float32Array.of(1, 2),
  });
  t.end();
});

t.test('pruneSaves refuses a bound that is no whole number', (t) => {
  t.throws(() => pruneSaves(savesOf([[0]]), { pinCount: 1, boardCount: 1 }, { minPinDegree: -1 }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'pruneSaves: minPinDegree must be an integer from 0 to 4294967295 (got -1)',
  });
  t.end();
});
