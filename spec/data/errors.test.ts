import { readFileSync } from 'node:fs';
import t from 'tap';
import { errorCodes, PinwalkError, shown } from '../../data/errors.js';
import { fromRoot } from '../tools/paths.js';

t.test('a PinwalkError carries its code, message and cause', (t) => {
  const cause = new Error('disk');
  const error = new PinwalkError('INPUT_MISSING', 'x.csv: must exist (got none); check the path', { cause });
  t.equal(error.code, 'INPUT_MISSING');
  t.equal(error.name, 'PinwalkError');
  t.equal(error.message, 'x.csv: must exist (got none); check the path');
  t.equal(error.cause, cause);
  t.ok(error instanceof Error);
  t.end();
});

t.test('every code is in capitals and described', (t) => {
  for (const [code, description] of Object.entries(errorCodes)) {
    t.match(code, /^[A-Z]+(?:_[A-Z]+)*$/);
    t.match(description, /^[a-z].{10,}/);
  }
  t.end();
});

t.test('shown writes the beginning of a value, however deep, long or wide it is', (t) => {
  t.equal(shown({ a: [1, 'b', null, undefined] }), '{"a":[1,"b",null,null]}');
  t.equal(shown('text'), 'text');
  t.equal(shown(undefined), 'nothing');
  t.equal(shown(12n), '12');
  const deep: unknown = JSON.parse('['.repeat(200_000) + ']'.repeat(200_000));
  t.equal(shown(deep), `${'['.repeat(80)}...`);
  const wide = Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`key${i}`, i]));
  t.match(shown(wide), /^\{"key0":0,"key1":1,.*\.\.\.$/);
  t.match(shown(['x'.repeat(1e6)]), /^\["x{78}\.\.\.$/);
  t.match(shown(new Array(1e6).fill('a')), /^\["a","a",(?:"a",)*"a"\.\.\.$/);
  t.end();
});

const text = readFileSync(fromRoot('spec/errors.md'), 'utf8');
const listed = [...text.matchAll(/^\| *`([A-Z]+(?:_[A-Z]+)*)` *\|/gm)].map(([, code]) => code);

t.test('the table of codes in spec/errors.md and the codes in the source are the same', (t) => {
  t.same(listed.sort(), Object.keys(errorCodes).sort());
  t.end();
});

t.test('a message is bounded, keeps its advice, and moves no cursor', (t) => {
  const { message } = new PinwalkError(
    'INPUT_INVALID',
    `x.csv: must be short (got ${'y'.repeat(1e6)}\u001b[2J); cut it`,
  );
  t.ok(message.length < 9000);
  t.match(message, /^x\.csv: must be short .*\); cut it$/);
  t.notOk(message.includes('\u001b'));
  t.equal(new PinwalkError('INPUT_INVALID', 'a\n\u001bb').message, 'a\n\u241bb');
  t.end();
});
