import t from 'tap';
import { RowIndex } from '../../../train/model/row-index.js';

t.test('distinct keeps the order of first appearance, so distinct pins that come first are a prefix', (t) => {
  const index = new RowIndex(10);
  t.same(index.distinct([[7, 2], Uint32Array.of(2, 9, 7, 0), []]), Uint32Array.of(7, 2, 9, 0));
  t.same(index.distinct([[0, 7]]), Uint32Array.of(0, 7), 'and nothing is left of the call before');
  t.same(index.distinct([]), new Uint32Array(0));
  t.end();
});

t.test('rowsIn finds each pin in a table', (t) => {
  const index = new RowIndex(10);
  t.same(index.rowsIn(Uint32Array.of(7, 2, 9), Uint32Array.of(9, 9, 7)), Uint32Array.of(2, 2, 0));
  t.end();
});

t.test('compress writes lists over the rows of a table, empty ones too', (t) => {
  const index = new RowIndex(10);
  t.same(index.compress(Uint32Array.of(4, 5, 6), [[6, 4], [], [5]]), {
    offsets: Uint32Array.of(0, 2, 2, 3),
    neighbors: Uint32Array.of(2, 0, 1),
  });
  t.end();
});

t.test('with lends a map that is -1 elsewhere and is taken back even after an error', (t) => {
  const index = new RowIndex(4);
  t.same(
    index.with(Uint32Array.of(3, 1), (rowOf) => [...rowOf]),
    [-1, 1, -1, 0],
  );
  t.throws(() =>
    index.with(Uint32Array.of(2), () => {
      throw new Error('midway');
    }),
  );
  t.same(
    index.with(new Uint32Array(0), (rowOf) => [...rowOf]),
    [-1, -1, -1, -1],
  );
  t.end();
});
