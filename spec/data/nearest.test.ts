import t from 'tap';
import { didYouMean, nearest } from '../../data/nearest.js';

t.test('nearest finds a mistyped name and keeps quiet about a strange one', (t) => {
  const known = ['limit', 'cursor', 'strategy', 'exclude'];
  t.equal(nearest('limti', known), 'limit');
  t.equal(nearest('Stratgy', known), 'strategy');
  t.equal(nearest('excludes', known), 'exclude');
  t.equal(nearest('color', known), undefined);
  t.equal(nearest('x', []), undefined);
  t.end();
});

t.test(
  'nearest counts insertions, deletions, replacements and swaps against the longer name; of equals the first counts',
  (t) => {
    t.equal(nearest('kitten', ['sitting', 'mitten', 'kittens']), 'mitten');
    t.equal(nearest('maxpool', ['meanPooling', 'maxPooling']), 'maxPooling', 'a third of ten letters');
    t.equal(nearest('ab', ['abcd', 'ba', 'b']), 'ba', 'a swap is one edit');
    t.equal(nearest('x', ['aa', 'bb']), undefined);
    t.end();
  },
);

t.test('didYouMean names the nearest, else what is known', (t) => {
  t.equal(didYouMean('limti', ['limit']), 'did you mean limit?');
  t.equal(didYouMean('color', ['limit', 'cursor']), 'known are limit, cursor');
  t.equal(didYouMean('color', []), 'known are none');
  const many = Array.from({ length: 12 }, (_, n) => `option${n}`);
  t.equal(didYouMean('q', many), `known are ${many.slice(0, 10).join(', ')}, and 2 more`);
  t.end();
});

t.test('nearest takes no longer for a text of any length', (t) => {
  const known = ['limit', 'cursor'];
  const began = process.hrtime.bigint();
  for (let n = 0; n < 1000; n++) nearest('limit'.repeat(200_000), known);
  t.equal(nearest('l'.repeat(65), known), undefined);
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  t.ok(seconds < 1, `${seconds} s for a thousand names of a million characters; one took that long before`);
  t.end();
});
