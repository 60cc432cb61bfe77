import t from 'tap';
import { nameOf, shortened, visibleText } from '../../data/visible-text.js';

t.test('what moves a cursor, ends a line or turns the direction of reading is made visible', (t) => {
  t.equal(visibleText('a\x1b[2Jb\nc\x7f'), 'a\u241b[2Jb\u240ac\u2421');
  t.equal(visibleText('x\u202ey\x9b\u2028'), 'x\\u{202e}y\\u{9b}\\u{2028}');
  t.equal(visibleText('x\ud83d'), 'x\\u{d83d}');
  t.equal(visibleText('Küche 🍵 猫 é'), 'Küche 🍵 猫 é');
  t.end();
});

t.test('an item without a title, or with one of blanks, goes by its id', (t) => {
  t.equal(nameOf({ id: 'p0', title: ' \n ' }), 'p0');
  t.equal(nameOf({ id: 'p0', title: 'Tea' }), 'Tea');
  t.end();
});

t.test('of a long title the beginning is shown, whole characters of it', (t) => {
  const name = nameOf({ id: 'p0', title: '\u{1f375}'.repeat(100_000) });
  t.equal(name, `${'\u{1f375}'.repeat(199)}\u2026`);
  t.equal(nameOf({ id: 'p0', title: 'x'.repeat(200) }), 'x'.repeat(200));
  t.equal(nameOf({ id: 'p0', title: '\n'.repeat(99) + 'x'.repeat(200) }).length, 200);
  t.end();
});

t.test('long text is cut, no surrogate pair in two', (t) => {
  t.equal(shortened('abc', 3), 'abc');
  t.equal(shortened('abcd', 3), 'abc...');
  t.equal(shortened('ab\u{1f375}d', 3), 'ab...');
  t.end();
});
