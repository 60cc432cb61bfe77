import t from 'tap';
import type { Collection, Saves } from '../../data/collection.js';
import { overlapRules, splitModes, splitSaves } from '../../data/split.js';
import { collectionOf, syntheticSaves } from '../../data/synthetic.js';

const titles = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix} ${i}`);
const pairsOf = ({ boards, pins }: Saves): string[] => Array.from(boards, (board, i) => `${board}>${pins[i]}`);

/** Two boards of 10 pins, one of 3, one of 1; one save a day. */
function small(changes: Partial<Collection> = {}): Collection {
  const pairs: [number, number][] = [];
  for (const [board, size] of [10, 10, 3, 1].entries()) for (let pin = 0; pin < size; pin++) pairs.push([board, pin]);
  return { ...collectionOf('small', pairs, { pins: titles('pin', 10), boards: titles('board', 4) }), ...changes };
}

function withTimes(times: (i: number) => number): Collection {
  const collection = small();
  const savedAt = Float64Array.from(collection.saves.boards, (_, i) => times(i));
  return { ...collection, saves: { ...collection.saves, savedAt } };
}

t.test('every mode gives three disjoint parts that add up, the same for the same seed', (t) => {
  const given = { boards: Uint32Array.of(2, 3), pins: Uint32Array.of(5, 5) };
  const collection = { ...withTimes((i) => i), givenTest: given };
  for (const mode of splitModes) {
    const split = splitSaves(collection, { mode, seed: 4 });
    t.same(splitSaves(collection, { mode, seed: 4 }), split, `${mode} repeats`);
    const parts = [split.train, split.validation, split.test].map(pairsOf);
    const own = split.mode === 'given' ? parts.slice(0, 2) : parts;
    t.same(own.flat().sort(), pairsOf(collection.saves).sort(), `${mode} loses and doubles nothing`);
    t.equal(split.train.savedAt?.length, split.train.boards.length, 'times go along');
    t.not(split.mode, 'auto');
  }
  t.end();
});

t.test('random takes round(fraction * n) of each board and leaves one', (t) => {
  const { train, validation, test, mode } = splitSaves(small(), { mode: 'auto', seed: 1 });
  const sizes = (saves: Saves): number[] => [0, 1, 2, 3].map((board) => saves.boards.filter((b) => b === board).length);
  t.equal(mode, 'random');
  t.same(sizes(test), [2, 2, 1, 0]);
  t.same(sizes(validation), [1, 1, 0, 0]);
  t.same(sizes(train), [7, 7, 2, 1]);
  const greedy = splitSaves(small(), { mode: 'random', seed: 1, testFraction: 0.99, validationFraction: 0.99 });
  t.same(sizes(greedy.train), [1, 1, 1, 1], 'at least one save stays in train');
  const other = splitSaves(small(), { mode: 'random', seed: 2 });
  t.notSame(pairsOf(other.test), pairsOf(test), 'another seed, another test');
  const none = splitSaves(small(), { mode: 'random', seed: 1, testFraction: 0, validationFraction: 0 });
  t.same(none.train, small().saves);
  t.end();
});

t.test('random draws every save of a board equally often', (t) => {
  const counts = new Uint32Array(10);
  for (let seed = 0; seed < 2_000; seed++) {
    const { test } = splitSaves(small(), { mode: 'random', seed });
    test.boards.forEach((board, i) => {
      if (board === 0) (counts[test.pins[i] ?? -1] as number)++;
    });
  }
  t.ok(
    counts.every((count) => Math.abs(count - 400) < 80),
    [...counts].join(),
  );
  t.end();
});

t.test('time puts the latest saves in test and the latest of the rest in validation', (t) => {
  const { train, validation, test, mode } = splitSaves(
    withTimes((i) => (i * 7) % 24),
    { mode: 'auto', seed: 1 },
  );
  t.equal(mode, 'time');
  t.same(
    [...(test.savedAt ?? [])].sort((a, b) => a - b),
    [19, 20, 21, 22, 23],
  );
  t.same(
    [...(validation.savedAt ?? [])].sort((a, b) => a - b),
    [17, 18],
  );
  t.equal(Math.max(...(train.savedAt ?? [])), 16);
  t.end();
});

t.test('time keeps saves of one moment together in train, and says when it cannot split', (t) => {
  const { test } = splitSaves(
    withTimes((i) => Math.floor(i / 8)),
    { mode: 'time', seed: 1, testFraction: 0.4 },
  );
  t.same([...(test.savedAt ?? [])], [2, 2, 2, 2, 2, 2, 2, 2]);
  t.throws(
    () =>
      splitSaves(
        withTimes(() => 5),
        { mode: 'time', seed: 1 },
      ),
    {
      code: 'OPTION_OUT_OF_RANGE',
      message:
        'splitSaves: mode time needs saves at different moments (got the latest ones all at one); use mode random',
    },
  );
  t.equal(
    splitSaves(
      withTimes(() => 5),
      { mode: 'auto', seed: 1 },
    ).mode,
    'random',
  );
  t.throws(
    () =>
      splitSaves(
        withTimes((i) => (i === 3 ? NaN : i)),
        { mode: 'time', seed: 1 },
      ),
    {
      code: 'OPTION_OUT_OF_RANGE',
      message: 'splitSaves: mode time needs a time for every save (got 23 with one); use mode random',
    },
  );
  t.end();
});

t.test('auto splits by time only where times can part the saves, and says why', (t) => {
  const of = (collection: Collection): [string, string] => {
    const { mode, reason } = splitSaves(collection, { mode: 'auto', seed: 1 });
    return [mode, reason];
  };
  t.same(of(small()), ['random', 'no save has a time']);
  t.same(of(withTimes((i) => i)), ['time', 'every save has a time']);
  t.same(of(withTimes((i) => (i === 3 ? NaN : i))), ['random', '1 of 24 saves has no time']);
  const tooClose = 'the latest saves are too close in time to be parted';
  t.same(of(withTimes(() => 5)), ['random', tooClose]);
  t.same(of(withTimes((i) => (i === 23 ? 6 : 5))), ['random', tooClose], 'one save is no test');
  t.equal(
    splitSaves(
      withTimes((i) => (i === 23 ? 6 : 5)),
      { mode: 'time', seed: 1 },
    ).test.pins.length,
    1,
    'asked for, it is made',
  );
  const given = small({ givenTest: { boards: Uint32Array.of(3), pins: Uint32Array.of(7) } });
  t.same(of(given), ['given', 'the data has a test of its own']);
  t.equal(splitSaves(small(), { mode: 'cold', seed: 1 }).reason, 'as asked for');
  t.end();
});

t.test('times that cannot split leave as much to validate as no times do', (t) => {
  const validationFraction = { given: 0.2, random: 0.2, time: 0.05, cold: 0.1 };
  const options = { mode: 'auto', seed: 1, validationFraction } as const;
  const untimed = splitSaves(small(), options);
  t.equal(untimed.validation.pins.length, 4);
  for (const times of [() => 5, (i: number) => (i === 3 ? NaN : i), (i: number) => (i === 23 ? 6 : 5)]) {
    const split = splitSaves(withTimes(times), options);
    for (const part of ['train', 'validation', 'test'] as const) t.same(pairsOf(split[part]), pairsOf(untimed[part]));
  }
  t.end();
});

t.test('by time, validation is drawn at random where the latest saves left are of one moment', (t) => {
  const validationFraction = { given: 0.2, random: 0.2, time: 0.1, cold: 0.1 };
  const days = withTimes((i) => Math.floor(i / 5)); // 5 a day, the last 4
  const { test, validation, reason } = splitSaves(days, { mode: 'auto', seed: 1, validationFraction });
  t.same([...(test.savedAt ?? [])], [4, 4, 4, 4]);
  t.equal(
    reason,
    'every save has a time, validation at random: the latest saves left are too close in time to be parted',
  );
  t.equal(validation.pins.length, 4, 'a fifth of each board');
  t.end();
});

t.test('cold takes every save of some pins out', (t) => {
  const { train, validation, test, coldPins } = splitSaves(small(), { mode: 'cold', seed: 1 });
  t.equal(coldPins?.length, 2);
  t.same([...new Set(test.pins)].sort(), [...(coldPins ?? [])]);
  const left = new Set([...train.pins, ...validation.pins]);
  t.notOk(coldPins?.some((pin) => left.has(pin)));
  t.equal(new Set(validation.pins).size, 1, 'validation: all saves of a tenth of the other pins');
  t.notOk([...validation.pins].some((pin) => train.pins.includes(pin)));
  t.end();
});

t.test('given takes pairs that stand in train out of test, or keeps them, or throws', (t) => {
  const collection = small({ givenTest: { boards: Uint32Array.of(0, 3, 3, 1), pins: Uint32Array.of(4, 7, 0, 9) } });
  const dropped = splitSaves(collection, { mode: 'auto', seed: 1 });
  t.equal(dropped.mode, 'given');
  t.equal(dropped.overlapCount, 3);
  t.same(pairsOf(dropped.test), ['3>7']);
  t.same(splitSaves(collection, { mode: 'given', seed: 1, overlap: 'keep' }).test, collection.givenTest);
  t.throws(() => splitSaves(collection, { mode: 'given', seed: 1, overlap: 'error' }), {
    code: 'SPLIT_OVERLAP',
    message:
      'splitSaves: a save of test must not stand in train (got board "board-0", pin "pin-4" in both); ' +
      'take it out of one file, or split with overlap drop',
  });
  t.throws(() => splitSaves(small(), { mode: 'given', seed: 1 }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: /mode given needs data with a test of its own \(got small without one\); use mode random/,
  });
  t.end();
});

t.test('options are checked at the door', (t) => {
  t.throws(() => splitSaves(small(), { mode: 'tim' as 'time', seed: 1 }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: `splitSaves: mode must be one of ${splitModes.join(', ')} (got "tim")`,
  });
  t.throws(() => splitSaves(small(), { mode: 'auto', seed: 1, overlap: 'x' as 'drop' }), {
    message: `splitSaves: overlap must be one of ${overlapRules.join(', ')} (got "x")`,
  });
  for (const fraction of [-0.1, 1, NaN]) {
    t.throws(() => splitSaves(small(), { mode: 'auto', seed: 1, testFraction: fraction }), {
      message: `splitSaves: testFraction must be at least 0 and below 1 (got ${fraction})`,
    });
    t.throws(() => splitSaves(small(), { mode: 'auto', seed: 1, validationFraction: fraction }), {
      message: `splitSaves: validationFraction must be at least 0 and below 1 (got ${fraction})`,
    });
  }
  t.end();
});

t.test('validationBoards bounds the boards that lose saves to validation, not those that lose them to test', (t) => {
  const { collection } = syntheticSaves({ pinCount: 500, boardCount: 200, saveCount: 4_000, seed: 1 });
  const all = splitSaves(collection, { mode: 'random', seed: 1 });
  const few = splitSaves(collection, { mode: 'random', seed: 1, validationBoards: 20 });
  t.same(few.test, all.test);
  t.equal(new Set(few.validation.boards).size, 20);
  t.equal(
    few.train.boards.length + few.validation.boards.length,
    all.train.boards.length + all.validation.boards.length,
  );
  const pairs = new Set(pairsOf(all.validation));
  t.ok(
    pairsOf(few.validation).every((pair) => pairs.has(pair)),
    'a board loses the same saves either way',
  );
  t.notSame(splitSaves(collection, { mode: 'random', seed: 2, validationBoards: 20 }).validation, few.validation);
  t.equal(splitSaves(collection, { mode: 'random', seed: 1, validationBoards: 0 }).validation.boards.length, 0);
  t.throws(() => splitSaves(collection, { mode: 'random', seed: 1, validationBoards: -1 }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'splitSaves: validationBoards must be at least 0 (got -1); leave it out for all boards',
  });
  t.end();
});

t.test('a split of a larger world is near the wanted shares', (t) => {
  const { collection } = syntheticSaves({ pinCount: 2_000, boardCount: 1_000, saveCount: 30_000, seed: 1 });
  const { train, validation, test } = splitSaves(collection, { mode: 'random', seed: 1 });
  t.ok(Math.abs(test.boards.length / 30_000 - 0.2) < 0.01);
  t.ok(Math.abs(validation.boards.length / 24_000 - 0.1) < 0.01);
  t.equal(train.boards.length + validation.boards.length + test.boards.length, 30_000);
  t.end();
});
