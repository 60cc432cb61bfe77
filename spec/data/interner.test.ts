import t from 'tap';
import { copyText, Interner, isPlainInteger, rankByNumber } from '../../data/interner.js';
import { randomInteger, randomStream } from '../../data/random.js';

t.test('an interner numbers ids in the order in which they first come', (t) => {
  const interner = new Interner();
  t.same(
    ['b', 'a', 'b', '', 'a', 'c'].map((id) => interner.intern(id)),
    [0, 1, 0, 2, 1, 3],
  );
  t.same(interner.ids, ['b', 'a', '', 'c']);
  t.equal(interner.count, 4);
  t.equal(interner.find('a'), 1);
  t.equal(interner.find('d'), undefined);
  t.end();
});

t.test('an interner agrees with a Map on 20,000 random ids', (t) => {
  const random = randomStream(1, 'ids');
  const interner = new Interner();
  const expected = new Map<string, number>();
  let differences = 0;
  for (let i = 0; i < 20_000; i++) {
    const id = `${['pin', 'Küche-', '🍵'][i % 3]}${randomInteger(random, 8_000)}`;
    if (!expected.has(id)) expected.set(id, expected.size);
    if (interner.intern(id) !== expected.get(id)) differences++;
  }
  t.equal(differences, 0);
  t.same(interner.ids, [...expected.keys()]);
  t.end();
});

t.test('rankByNumber orders integers by value, not by text', (t) => {
  t.same([...(rankByNumber(['10', '9', '0', '200']) ?? [])], [2, 1, 0, 3]);
  for (const odd of ['007', '-1', '1.5', '1e3', '', ' 1', 'x', '9007199254740993']) {
    t.equal(rankByNumber(['1', odd]), undefined, `${JSON.stringify(odd)} is no plain integer`);
  }
  t.ok(isPlainInteger('9007199254740993'), 'a long one is plain, though not exact');
  t.end();
});

t.test('copyText returns equal text, unpaired surrogates too', (t) => {
  for (const text of [
    '',
    'short',
    'a longer text than twelve',
    'Gemütlichkeit überall',
    'tea 🍵 and more tea 🍵',
    '\ud83d alone and long',
  ]) {
    t.equal(copyText(text), text);
  }
  t.end();
});
