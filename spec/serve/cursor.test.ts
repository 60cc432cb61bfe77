import t from 'tap';
import { decodeCursor, encodeCursor } from '../../serve/cursor.js';

const scope = { generation: 'abc', query: { path: '/v1/pins', exclude: [], strategy: 'fused' } };
const forge = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

t.test('a cursor stands for its place, however the query was written', (t) => {
  const cursor = encodeCursor(scope, 20);
  t.equal(decodeCursor(scope, cursor), 20);
  const turned = { generation: 'abc', query: { strategy: 'fused', exclude: [], path: '/v1/pins' } };
  t.equal(decodeCursor(turned, cursor), 20, 'the order of its options');
  t.equal(decodeCursor(scope, undefined), 0);
  t.end();
});

t.test('a forged cursor is refused as what it is', (t) => {
  const [, hash] = JSON.parse(Buffer.from(encodeCursor(scope, 1), 'base64url').toString()) as [string, string];
  const places = [-1, 0.5, 500, 1e9, 1e300, '7', null, [1], { a: 1 }];
  for (const value of [
    ...places.map((place) => ['abc', hash, place]),
    {},
    null,
    7,
    [],
    ['abc'],
    [[], hash, 1],
    'x',
    [null, hash, 1],
  ]) {
    const message = /^cursor: it must be a nextCursor of this server \(got /;
    t.throws(() => decodeCursor(scope, forge(value)), { code: 'OPTION_OUT_OF_RANGE', message }, JSON.stringify(value));
  }
  for (const text of ['', '!', '[', 'a'.repeat(500)])
    t.throws(() => decodeCursor(scope, text), { code: 'OPTION_OUT_OF_RANGE' });
  t.throws(() => decodeCursor(scope, forge(['abc', {}, 1])), { message: /belong to this query/ });
  t.throws(() => decodeCursor(scope, forge(['x'.repeat(300), hash, 1])), {
    code: 'CURSOR_EXPIRED',
    status: 410,
    message: /x{80}\.\.\./,
  });
  t.end();
});
