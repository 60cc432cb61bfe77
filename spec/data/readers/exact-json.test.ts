import t from 'tap';
import { parseExactJson } from '../../../data/readers/exact-json.js';

t.test('whole numbers beyond 2^53 become text, digit for digit', (t) => {
  t.same(parseExactJson('{"pin":1234567890123456001,"text":"1234567890123456001","n":12}'), {
    pin: '1234567890123456001',
    text: '1234567890123456001',
    n: 12,
  });
  t.end();
});

t.test('what is nested too deep to be walked is no JSON here; many lists beside each other are', (t) => {
  const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
  t.throws(() => parseExactJson(deep(200_000)), /nested deeper than 500 levels/);
  t.ok(parseExactJson(deep(500)));
  t.ok(parseExactJson(`[${Array(2000).fill('[]').join()}]`));
  t.ok(parseExactJson(`["${'['.repeat(2000)}"]`));
  t.end();
});
