import fc from 'fast-check';
import t from 'tap';
import { hashNgrams, ngramDimension } from '../../../train/content/ngrams.js';

function cosines(titles: readonly string[]): (a: number, b: number) => number {
  const { values } = hashNgrams(titles);
  const row = (pin: number) => values.subarray(pin * ngramDimension, (pin + 1) * ngramDimension);
  return (a, b) => row(a).reduce((sum, x, d) => sum + x * (row(b)[d] as number), 0);
}

t.test('hashNgrams finds shared words, inflections and scripts without spaces', (t) => {
  const cosine = cosines(['rain cloud', 'Cloud, rain!', 'raincoats', 'guitar', '東京タワー', '東京タワー前', 'été']);
  t.ok(Math.abs(cosine(0, 1) - 1) < 1e-6, 'order, case and signs do not matter');
  t.ok(cosine(0, 2) > cosine(0, 3));
  t.ok(cosine(4, 5) > 0.3);
  t.end();
});

t.test('hashNgrams lets a rare word weigh more than one in every title', (t) => {
  const cosine = cosines([
    'blue umbrella',
    'blue guitar',
    'old umbrella',
    'blue cat',
    'blue hat',
    'blue mat',
    'blue dog',
  ]);
  t.ok(cosine(0, 2) > cosine(0, 1));
  t.end();
});

t.test('hashNgrams gives unit rows, or none for titles without letters', (t) => {
  const { present, values } = hashNgrams(['', '...', '7', 'a']);
  t.same([...present], [0, 0, 1, 1]);
  t.ok(values.subarray(0, 2 * ngramDimension).every((x) => x === 0));
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 5 }), (titles) => {
      const block = hashNgrams(titles);
      titles.forEach((_, pin) => {
        const row = block.values.subarray(pin * ngramDimension, (pin + 1) * ngramDimension);
        const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
        if (Math.abs(length - (block.present[pin] as number)) > 1e-5) throw new Error(`length ${length}`);
      });
    }),
    { numRuns: 200 },
  );
  t.end();
});
