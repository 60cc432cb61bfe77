import t from 'tap';
import { randomInteger, randomStream } from '../../data/random.js';
import { groupByBoard, joinSaves, mergeDuplicates, selectSaves } from '../../data/saves.js';
import { SaveList } from '../../data/save-list.js';

const counts = { pinCount: 3, boardCount: 2 };

t.test('groupByBoard lists each board in the order of its saves', (t) => {
  const { offsets, order } = groupByBoard(Uint32Array.of(2, 0, 2, 0, 2), 4);
  t.same([...offsets], [0, 2, 2, 5, 5]);
  t.same([...order], [1, 3, 0, 2, 4]);
  t.end();
});

t.test('mergeDuplicates keeps the first place, the earliest time and the sum of the weights', (t) => {
  const { saves, duplicateCount, firstDuplicates } = mergeDuplicates(
    {
      boards: Uint32Array.of(1, 0, 1, 1, 0),
      pins: Uint32Array.of(2, 2, 0, 2, 2),
      savedAt: Float64Array.of(50, NaN, 7, 40, 9),
      weights: Float32Array.of(1, 2, 1, 4, 0.5),
    },
    counts,
  );
  t.equal(duplicateCount, 2);
  t.same(firstDuplicates, [
    [0, 2],
    [1, 2],
  ]);
  t.same([...saves.boards], [1, 0, 1]);
  t.same([...saves.pins], [2, 2, 0]);
  t.same([...(saves.savedAt ?? [])], [40, 9, 7]);
  t.same([...(saves.weights ?? [])], [5, 2.5, 1]);
  t.end();
});

t.test('mergeDuplicates leaves distinct saves as they are', (t) => {
  const saves = { boards: Uint32Array.of(0, 1), pins: Uint32Array.of(1, 1) };
  t.equal(mergeDuplicates(saves, counts).saves, saves);
  t.end();
});

t.test('selectSaves takes times and weights along', (t) => {
  const saves = selectSaves(
    {
      boards: Uint32Array.of(0, 1, 1),
      pins: Uint32Array.of(2, 1, 0),
      savedAt: Float64Array.of(1, 2, 3),
      weights: Float32Array.of(4, 5, 6),
    },
    Uint32Array.of(2, 0),
  );
  t.same(saves, {
    boards: Uint32Array.of(1, 0),
    pins: Uint32Array.of(0, 2),
    savedAt: Float64Array.of(3, 1),
    weights: Float32Array.of(6, 4),
  });
  t.end();
});

t.test('joinSaves puts parts one after the other; times and weights that a part lacks are NaN and 1', (t) => {
  const plain = { boards: Uint32Array.of(0), pins: Uint32Array.of(2) };
  const full = {
    boards: Uint32Array.of(1),
    pins: Uint32Array.of(1),
    savedAt: Float64Array.of(5),
    weights: Float32Array.of(3),
  };
  t.same(joinSaves(plain, full), {
    boards: Uint32Array.of(0, 1),
    pins: Uint32Array.of(2, 1),
    savedAt: Float64Array.of(NaN, 5),
    weights: Float32Array.of(1, 3),
  });
  t.same(joinSaves(plain, plain), { boards: Uint32Array.of(0, 0), pins: Uint32Array.of(2, 2) });
  t.end();
});

t.test('a save list merges on the way and at the end to the same as a Map does', (t) => {
  const random = randomStream(3, 'saves');
  const [pinCount, boardCount] = [300, 200];
  const list = new SaveList(1000);
  list.keepWeights();
  const expected = new Map<string, { weight: number; savedAt: number }>();
  let largest = 0;
  // More than two blocks of 2^18 rows, of at most 60,000 distinct saves.
  for (let i = 0; i < 600_000; i++) {
    const board = randomInteger(random, boardCount);
    const pin = randomInteger(random, pinCount);
    const savedAt = i < 300_000 ? NaN : 1_000_000 - i;
    const weight = i < 100_000 ? 1 : 2;
    list.add(board, pin, { savedAt, weight });
    if (i % 5_000 === 0) list.mergeIfLarge({ pinCount, boardCount });
    largest = Math.max(largest, list.count);
    const key = `${board} ${pin}`;
    const known = expected.get(key);
    if (!known) expected.set(key, { weight, savedAt });
    else {
      known.weight += weight;
      if (!(known.savedAt <= savedAt) && !Number.isNaN(savedAt)) known.savedAt = savedAt;
    }
  }
  const { saves, duplicateCount } = list.finish({ pinCount, boardCount });
  t.equal(duplicateCount, 600_000 - expected.size);
  t.ok(largest < 2 * expected.size + 10_000, 'memory follows distinct saves');
  const rows = Array.from(
    saves.boards,
    (board, i) => `${board} ${saves.pins[i]}: ${saves.weights?.[i]} ${saves.savedAt?.[i]}`,
  );
  const wanted = Array.from(expected, ([key, { weight, savedAt }]) => `${key}: ${weight} ${savedAt}`);
  t.equal(rows.join('\n') === wanted.join('\n'), true, 'same saves in the same order');
  t.equal(list.count, 0, 'finish empties the list');
  t.end();
});

t.test('a save list without times, and with every weight 1, has no such columns', (t) => {
  const list = new SaveList();
  list.keepWeights();
  list.add(0, 1, { savedAt: NaN, weight: 1 });
  list.add(1, 1, { savedAt: NaN, weight: 1 });
  t.same(Object.keys(list.finish(counts).saves).sort(), ['boards', 'pins']);
  t.end();
});

t.test('more saves than can be counted are refused, repeats left out', (t) => {
  const list = new SaveList(8, 10);
  const counts = { pinCount: 20, boardCount: 1 };
  const save = { savedAt: NaN, weight: 1 };
  const add = (pin: number): void => {
    list.add(0, pin, save);
    list.mergeIfLarge(counts);
  };
  for (let i = 0; i < 100; i++) add(i % 4);
  t.throws(
    () => {
      for (let pin = 4; pin < 20; pin++) add(pin);
      list.finish(counts);
    },
    { code: 'INPUT_INVALID', message: /saves: there must be at most 10 \(got \d+ and more\)/ },
  );
  t.end();
});
