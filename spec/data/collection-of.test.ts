import t from 'tap';
import { collectionOf, type CollectionTables, type PinRecord, type SaveRecord } from '../../data/collection-of.js';

t.test('weights of one save that add up to infinity are refused with the save', (t) => {
  const save = { board: 'b', pin: 'p', weight: 3e38 };
  t.throws(() => collectionOf([save, save]), {
    code: 'INPUT_INVALID',
    message: /^collectionOf: saves: board "b", pin "p": the weights of a save/,
  });
  t.end();
});

t.test('collectionOf interns ids in the order of the tables, then of the saves', (t) => {
  const saves: SaveRecord[] = [
    { board: 'b2', pin: 7, savedAt: '2026-01-02', weight: 2 },
    { board: 'b1', pin: 'new', savedAt: new Date(0) },
    { board: 'b1', pin: 12345678901234567n },
  ];
  const collection = collectionOf(saves, {
    name: 'mine',
    pins: [
      { id: 'seven', title: 'Seven' },
      { id: 7, attributes: { tags: ['a', 'b'], none: null, size: 3 } },
    ],
    boards: new Set([{ id: 'b1', title: 'First' }]),
  });
  t.equal(collection.name, 'mine');
  t.strictSame(collection.pins.ids, ['seven', '7', 'new', '12345678901234567']);
  t.strictSame(collection.pins.titles, ['Seven', '', '', '']);
  t.strictSame(collection.pins.attributes, [undefined, { tags: '["a","b"]', size: 3 }, undefined, undefined]);
  t.strictSame(
    [collection.boards.ids, collection.boards.titles],
    [
      ['b1', 'b2'],
      ['First', ''],
    ],
  );
  t.strictSame([...collection.saves.boards], [1, 0, 0]);
  t.strictSame([...collection.saves.pins], [1, 2, 3]);
  t.strictSame([...(collection.saves.savedAt ?? [])], [Date.UTC(2026, 0, 2), 0, NaN]);
  t.strictSame([...(collection.saves.weights ?? [])], [2, 1, 1]);
  t.match(collection.fingerprint, /^[0-9a-f]{64}$/);
  t.end();
});

t.test('a generator is read once, repeats are merged, and what no row has is absent', (t) => {
  function* rows(): Generator<SaveRecord> {
    for (const pin of ['x', 'y', 'x']) yield { board: 'b', pin };
  }
  const { saves, pins, vectors, givenTest } = collectionOf(rows());
  t.strictSame(saves, { boards: Uint32Array.of(0, 0), pins: Uint32Array.of(0, 1) });
  t.equal(pins.pictures, undefined);
  t.strictSame([vectors.size, givenTest], [0, undefined]);
  t.end();
});

t.test('pictures, vectors and a test of its own are kept by row', (t) => {
  const { pins, vectors, givenTest } = collectionOf([{ board: 'b', pin: 'saved' }], {
    pins: [
      { id: 'drawn', image: '<svg/>', vectors: { clip: [1, 2] } },
      { id: 'photo', image: Uint8Array.of(1, 2), vectors: { clip: Float32Array.of(0, 0) } },
    ],
    test: [{ board: 'b', pin: 'drawn' }],
  });
  t.strictSame(pins.pictures, [new TextEncoder().encode('<svg/>'), Uint8Array.of(1, 2), undefined]);
  const values = Float32Array.of(1, 2, 0, 0, 0, 0);
  t.strictSame(vectors.get('clip'), { dimension: 2, values, present: Uint8Array.of(1, 0, 0) });
  t.strictSame(givenTest, { boards: Uint32Array.of(0), pins: Uint32Array.of(0) });
  t.end();
});

t.test('collectionOf says which row and what', (t) => {
  const saved: SaveRecord = { board: 'b', pin: 'p' };
  const pin = (record: Partial<PinRecord>): CollectionTables => ({ pins: [{ id: 'a' }, { id: 'b', ...record }] });
  const refusals: [unknown[], CollectionTables, string | RegExp][] = [
    [[saved, { board: 'b' }], {}, 'collectionOf: saves[1]: pin must not be empty; correct it, or leave it out'],
    [[{ board: ' ', pin: 'p' }], {}, /saves\[0\]: board must not be empty/],
    [[{ board: 1.5, pin: 'p' }], {}, /saves\[0\]: board must be text or an integer .*\(got 1.5\)/],
    [[{ ...saved, weight: 0 }], {}, /saves\[0\]: weight must be a number above 0 \(got 0\)/],
    [[{ ...saved, savedAt: 'soon' }], {}, /saves\[0\]: savedAt must be .*\(got "soon"\)/],
    [[{ ...saved, savedAt: new Date('soon') }], {}, /saves\[0\]: savedAt must be/],
    [[], {}, /saves: there must be at least one save \(got none\)/],
    [[saved], { test: [] }, /test: there must be at least one save/],
    [[saved], { test: [{ board: 'b', pin: '' }] }, /test\[0\]: pin must not be empty/],
    [[saved], pin({ id: 'a' }), /pins\[1\]: id must be unique \(got "a" again\)/],
    [[saved], { boards: [{ id: '' }] }, /boards\[0\]: id must not be empty/],
    [[saved], pin({ title: 3 as unknown as string }), /pins\[1\]: title must be text \(got number\)/],
    [[saved], pin({ image: new Uint8Array() }), /pins\[1\]: image must be bytes or SVG text, not empty/],
    [[saved], pin({ vectors: { clip: [1, NaN] } }), /pins\[1\]: vectors.clip\[1\] must be a finite number \(got NaN\)/],
    [[saved], pin({ vectors: { clip: [] } }), /pins\[1\]: vectors.clip must have at least one value \(got 0\)/],
    [
      [saved],
      {
        pins: [
          { id: 'a', vectors: { clip: [1] } },
          { id: 'b', vectors: { clip: [1, 2] } },
        ],
      },
      /pins\[1\]: vectors.clip must have 1 values as the first \(got 2\)/,
    ],
  ];
  for (const [saves, tables, message] of refusals) {
    t.throws(() => collectionOf(saves as SaveRecord[], tables), { code: 'INPUT_INVALID', message });
  }
  t.end();
});
