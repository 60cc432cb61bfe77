import t from 'tap';
import { readAttribute, readId, readTime, readWeight } from '../../../data/readers/cells.js';

t.test('readId takes text without blanks around it and exact integers', (t) => {
  t.equal(readId(' a b ', 'pin', { isSuspect: false }), 'a b');
  t.equal(readId('007', 'pin', { isSuspect: false }), '007', 'digits stay text');
  t.equal(readId(12, 'pin', { isSuspect: false }), '12');
  t.equal(readId(9007199254740993n, 'pin', { isSuspect: false }), '9007199254740993');
  t.end();
});

t.test('readId says what an id must be', (t) => {
  t.match(readId('  ', 'pin', { isSuspect: false }), { reason: 'pin must not be empty' });
  t.match(readId(undefined, 'board', { isSuspect: false }), { reason: 'board must not be empty' });
  t.match(readId(JSON.parse('1234567890123456789'), 'pin', { isSuspect: false }), {
    reason: /below 2\^53 .*; write long ids in quotes/,
  });
  t.match(readId({}, 'pin', { isSuspect: false }), { reason: /pin must be text or an integer .*got \{\}/ });
  t.match(readId({ p1: 1n }, 'pin', { isSuspect: false }), {
    reason: 'pin must be text or an integer below 2^53 (got {"p1":"1"}); write the id alone, as text',
  });
  t.match(readId('Caf\uFFFD', 'pin', { isSuspect: true }), { reason: 'pin must be UTF-8 text (got "Caf\uFFFD")' });
  t.end();
});

t.test('readTime reads ISO 8601, seconds and milliseconds to the same moment', (t) => {
  const moment = Date.UTC(2024, 1, 29, 12, 30);
  for (const cell of [
    '2024-02-29T12:30:00Z',
    '2024-02-29T12:30',
    '2024-02-29 12:30:00.000',
    '2024-02-29T13:30+01:00',
    '2024-02-29T13:30:00+0100',
    '2024-02-29 13:30:00+01',
    String(moment),
    moment / 1000,
    `${moment / 1000}`,
    BigInt(moment),
    new Date(moment),
  ]) {
    t.equal(readTime(cell, 'savedAt'), moment, String(cell));
  }
  t.equal(readTime('2024-02-29', 'savedAt'), Date.UTC(2024, 1, 29));
  t.same(readTime('', 'savedAt'), NaN);
  for (const cell of ['yesterday', '2023-02-29', '2024-13-01', '0x10', ' ', 'Infinity', '1-2', [1, 2]]) {
    t.match(
      readTime(cell, 'savedAt'),
      { reason: /^savedAt must be ISO 8601 or seconds or milliseconds since 1970 \(got / },
      String(cell),
    );
  }
  t.end();
});

t.test('readWeight takes numbers whose sums and squares stay finite, and 1 for nothing', (t) => {
  t.equal(readWeight('2.5', 'weight'), 2.5);
  t.equal(readWeight('', 'weight'), 1);
  t.equal(readWeight(3n, 'weight'), 3);
  for (const cell of ['0', '-1', 'x', '1e999', '1e-60', '3e38', '1e-16', ' ']) {
    t.match(readWeight(cell, 'weight'), {
      reason: `weight must be a number from 1e-15 to 1e15 (got ${JSON.stringify(cell)})`,
    });
  }
  t.end();
});

t.test('readAttribute keeps text, numbers and truth, and writes the rest as text', (t) => {
  t.equal(readAttribute('01'), '01');
  t.equal(readAttribute(1.5), 1.5);
  t.equal(readAttribute(false), false);
  t.equal(readAttribute(7n), 7);
  t.equal(readAttribute(2n ** 60n), '1152921504606846976');
  t.equal(readAttribute(new Date(0)), '1970-01-01T00:00:00.000Z');
  t.equal(readAttribute(['a', 1n, 2n ** 60n]), '["a",1,"1152921504606846976"]');
  t.equal(readAttribute({ red: 1n }), '{"red":1}', 'a map of Parquet');
  for (const cell of ['', null, undefined, NaN, new Date(NaN)]) t.equal(readAttribute(cell), undefined);
  t.end();
});

t.test('a date, a truth value and bytes pass as no id, weight or number of seconds', (t) => {
  const date = new Date(Date.UTC(2024, 0, 1));
  t.match(readWeight(date, 'weight'), {
    reason: 'weight must be a number from 1e-15 to 1e15 (got the date 2024-01-01T00:00:00.000Z)',
  });
  t.match(readWeight(true, 'weight'), { reason: /got true/ });
  t.match(readTime(true, 'savedAt'), { reason: /got true/ });
  t.match(readId(date, 'pin', { isSuspect: false }), { reason: /got the date/ });
  t.match(readId(true, 'pin', { isSuspect: false }), { reason: /got true/ });
  t.match(readId(Uint8Array.of(1, 255), 'pin', { isSuspect: false }), {
    reason: /got 2 bytes\); write binary ids as text/,
  });
  t.match(readId('x\ud83d', 'pin', { isSuspect: true }), { reason: /without halves of surrogate pairs/ });
  t.equal(readId('4.0', 'pin', { isSuspect: false }), '4.0');
  t.equal(readId('4.00', 'pin', { isSuspect: false, integerIds: true }), '4');
  t.end();
});
