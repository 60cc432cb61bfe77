import t from 'tap';
import type { Collection } from '../../data/collection.js';
import { chain, checkerboard, popularPin, syntheticSaves, threeCliques } from '../../data/synthetic.js';

function degreesOf({ pins, boards, saves }: Collection): { pin: Uint32Array; board: Uint32Array } {
  const pin = new Uint32Array(pins.ids.length);
  const board = new Uint32Array(boards.ids.length);
  saves.pins.forEach((row) => (pin[row] as number)++);
  saves.boards.forEach((row) => (board[row] as number)++);
  return { pin, board };
}

t.test('checkerboard boards hold the pins of their colour, one withheld', (t) => {
  const { collection, withheld } = checkerboard();
  const { saves } = collection;
  t.equal(saves.boards.length, 99);
  t.ok(saves.boards.every((board, i) => board % 2 === (saves.pins[i] ?? -1) % 2));
  t.notOk(saves.boards.some((board, i) => board === withheld.board && saves.pins[i] === withheld.pin));
  t.equal(withheld.board % 2, withheld.pin % 2);
  t.end();
});

t.test('three cliques are complete and joined by one board only', (t) => {
  const { collection, pinGroup, boardGroup } = threeCliques();
  const degrees = degreesOf(collection);
  t.same([...degrees.board], [...Array<number>(12).fill(6), 3]);
  t.same([...degrees.pin].filter((degree) => degree === 5).length, 3, 'one pin of each group is on the bridge');
  collection.saves.boards.forEach((board, i) => {
    const group = boardGroup[board];
    if (group !== 3 && group !== pinGroup[collection.saves.pins[i] ?? -1]) t.fail('a board reaches into another group');
  });
  t.end();
});

t.test('a chain holds neighbors together', (t) => {
  const { saves } = chain(4);
  t.same([...saves.boards], [0, 0, 1, 1, 2, 2]);
  t.same([...saves.pins], [0, 1, 1, 2, 2, 3]);
  t.end();
});

t.test('the popular pin is on every board but one', (t) => {
  const { collection, popular, without } = popularPin(5);
  const { pin } = degreesOf(collection);
  t.same([...pin], [4, ...Array<number>(10).fill(1)]);
  t.notOk(collection.saves.boards.some((board, i) => board === without && collection.saves.pins[i] === popular));
  t.end();
});

t.test('syntheticSaves gives exactly the wanted distinct saves, the same for a seed', (t) => {
  const size = { pinCount: 3_000, boardCount: 1_500, saveCount: 40_000, seed: 9 };
  const { collection } = syntheticSaves(size);
  const { saves } = collection;
  t.equal(saves.boards.length, 40_000);
  t.equal(new Set(Array.from(saves.boards, (board, i) => board * 3_000 + (saves.pins[i] ?? 0))).size, 40_000);
  t.equal(syntheticSaves(size).collection.fingerprint, collection.fingerprint);
  t.not(syntheticSaves({ ...size, seed: 10 }).collection.fingerprint, collection.fingerprint);
  t.ok(
    degreesOf(collection).board.every((degree) => degree >= 1),
    'no board is empty',
  );
  t.end();
});

t.test('syntheticSaves has skewed degrees', (t) => {
  const { collection } = syntheticSaves({ pinCount: 3_000, boardCount: 1_500, saveCount: 40_000, seed: 9 });
  const { pin, board } = degreesOf(collection);
  for (const degrees of [pin, board]) {
    const sorted = [...degrees].sort((a, b) => b - a);
    const top = sorted.slice(0, sorted.length / 10).reduce((sum, degree) => sum + degree, 0);
    t.ok(top > 0.2 * 40_000, `the largest tenth has ${top} of 40,000 saves`);
    t.ok((sorted[0] ?? 0) > 5 * (sorted[sorted.length >> 1] ?? 0), 'the largest is far above the median');
  }
  t.end();
});

t.test('syntheticSaves plants topics: a board holds mostly pins of its own', (t) => {
  const { collection, pinTopic, boardTopic, topicCount } = syntheticSaves({
    pinCount: 3_000,
    boardCount: 1_500,
    saveCount: 20_000,
    seed: 9,
  });
  const own = collection.saves.boards.filter(
    (b, i) => boardTopic[b] === pinTopic[collection.saves.pins[i] ?? 0],
  ).length;
  t.ok(own > 0.75 * 20_000 && own < 0.95 * 20_000, `${own} of 20,000`);
  t.ok(pinTopic.every((topic) => topic < topicCount));
  t.equal(collection.pins.titles[5]?.split(' ')[0], collection.pins.titles[5 + topicCount]?.split(' ')[0]);
  t.end();
});

t.test('syntheticSaves fills boards to the last pin', (t) => {
  const { collection } = syntheticSaves({ pinCount: 7, boardCount: 5, saveCount: 35, seed: 1 });
  t.same([...degreesOf(collection).board], [7, 7, 7, 7, 7]);
  t.end();
});

t.test('syntheticSaves says which sizes there are', (t) => {
  const size = { pinCount: 3, boardCount: 2, saveCount: 4, seed: 1 };
  for (const [change, message] of [
    [{ saveCount: 7 }, 'saveCount must be an integer from 2 to 6 (got 7)'],
    [{ saveCount: 1 }, 'saveCount must be an integer from 2 to 6 (got 1)'],
    [{ pinCount: 0 }, 'pinCount must be an integer from 1 to 2147483648 (got 0)'],
    [{ boardCount: 0.5 }, 'boardCount must be an integer from 1 to 2147483648 (got 0.5)'],
    [{ topicCount: 4 }, 'topicCount must be an integer from 1 to 3 (got 4)'],
  ] as const) {
    t.throws(() => syntheticSaves({ ...size, ...change }), {
      code: 'OPTION_OUT_OF_RANGE',
      message: `syntheticSaves: ${message}`,
    });
  }
  t.end();
});
