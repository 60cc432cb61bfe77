import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { KeyRing, newKey } from '../../../serve/keys/key-ring.js';
import { run } from '../../../serve/program.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-keys-'));
t.teardown(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'keys');

t.test('key prints a line for the file, and once the key itself, which the line does not tell', async (t) => {
  const printed = { out: '', err: '' };
  const output = { out: (text: string) => (printed.out += text), err: (text: string) => (printed.err += text) };
  t.equal(await run(['key', 'shop', '--scopes', 'read', 'admin', '--per-minute', '60'], output), 0);
  const [key = ''] = /pw_[\w-]{43}/.exec(printed.err) ?? [];
  t.notMatch(printed.out, key);
  writeFileSync(file, printed.out);
  t.match(new KeyRing(file).find(key), { name: 'shop', scopes: ['read', 'admin'], perMinute: 60 });
  t.equal(new KeyRing(file).find(`${key}x`), undefined);
  t.equal(await run(['key', 'shop', '--scopes', 'all'], output), 2);
});

t.test(
  'a file is read as lines or as one list, and again when it is asked to; a bad one leaves the keys of before',
  (t) => {
    const [a, b] = [newKey({ name: 'a', scopes: ['read'] }), newKey({ name: 'b', scopes: ['read'] })];
    writeFileSync(file, `# of the shop\r\n${a.line}\r\n`);
    const ring = new KeyRing(file);
    t.ok(ring.find(a.key));
    writeFileSync(file, `\n[${a.line},\n ${b.line}]`);
    ring.reload();
    t.ok(ring.find(b.key));
    writeFileSync(file, 'secret');
    t.throws(() => ring.reload(), { code: 'INPUT_INVALID' });
    t.ok(ring.find(b.key));
    writeFileSync(file, '');
    ring.reload();
    t.equal(ring.find(a.key), undefined, 'withdrawn');
    t.end();
  },
);

t.test('a line that is no key is refused with what it must have', (t) => {
  const { line } = newKey({ name: 'a', scopes: ['read'] });
  const cases: [string, RegExp][] = [
    ['{"name": "a"}', /key 1 must have name, scopes/],
    [line.replace('read', 'all'), /key 1 must have name, scopes of read, write, admin/],
    [line.replace('{', '{"key": "pw_1", '), /key 1 must have/],
    [`${line}\n${line}`, /each name must be there once \(got a\)/],
    ['{"a"', /line 1: a key must be JSON/],
    ['[', /a key must be JSON/],
    ['{}'.repeat(2), /a key must be JSON/],
  ];
  for (const [text, message] of cases) {
    writeFileSync(file, text);
    t.throws(() => new KeyRing(file), { code: 'INPUT_INVALID', message }, text);
  }
  t.end();
});
