import t from 'tap';
import { collectionOf } from '../../../data/collection-of.js';
import { prepareSaves } from '../../../train/stages/prepare-saves.js';

t.test('ids are numbered by their UTF-8 bytes, as Spark sorts them', (t) => {
  // As UTF-16 units the emoji (a surrogate pair, 0xD83D) would come before the private-use character (0xE000).
  const collection = collectionOf([
    { board: 'b', pin: '\u{1F600}' },
    { board: 'b', pin: '\uE000' },
    { board: 'a', pin: 'z' },
  ]);
  const { pins, boards, edges } = prepareSaves(collection, {});
  t.strictSame(pins.columns['id'], ['z', '\uE000', '\u{1F600}']);
  t.strictSame(boards.columns['id'], ['a', 'b']);
  t.strictSame(edges.columns['board'], Int32Array.of(0, 1, 1));
  t.strictSame(edges.columns['pin'], Int32Array.of(0, 1, 2));
  t.end();
});

t.test('pins that pruning leaves without saves have no number', (t) => {
  const collection = collectionOf([
    { board: 'a', pin: 'once' },
    { board: 'a', pin: 'twice' },
    { board: 'b', pin: 'twice' },
  ]);
  const { saves, pruned, pins } = prepareSaves(collection, { minPinDegree: 2 });
  t.equal(saves.rowCount, 3);
  t.equal(pruned.rowCount, 2);
  t.strictSame(pins.columns['id'], ['twice']);
  t.end();
});
