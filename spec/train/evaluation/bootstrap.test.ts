import t from 'tap';
import { randomStream } from '../../../data/random.js';
import { pairedBootstrap } from '../../../train/evaluation/bootstrap.js';

const random = randomStream(4, 'bootstrap');
const noise = Float64Array.from({ length: 400 }, () => random());

t.test('pairedBootstrap finds a small difference that every query shows', (t) => {
  const better = noise.map((value) => value + 0.01);
  const { difference, standardError, low, high, pValue } = pairedBootstrap(better, noise, { seed: 1 });
  t.ok(Math.abs(difference - 0.01) < 1e-9 && standardError < 1e-9, 'what queries differ by cancels');
  t.ok(low > 0.0099 && high < 0.0101);
  t.equal(pValue, 1 / 2001);
  t.end();
});

t.test('pairedBootstrap sees no difference between a model and itself', (t) => {
  t.same(pairedBootstrap(noise, noise, { seed: 1 }), { difference: 0, standardError: 0, low: 0, high: 0, pValue: 1 });
  t.end();
});

t.test('pairedBootstrap has the standard error of a mean difference, and repeats by seed', (t) => {
  const other = noise.map(() => random());
  const differences = noise.map((value, q) => value - (other[q] ?? 0));
  const mean = differences.reduce((sum, x) => sum + x, 0) / 400;
  const expected = Math.sqrt(differences.reduce((sum, x) => sum + (x - mean) ** 2, 0)) / 400;
  const first = pairedBootstrap(noise, other, { seed: 1 });
  t.ok(Math.abs(first.standardError / expected - 1) < 0.08);
  t.ok(first.low < mean && mean < first.high);
  t.same(pairedBootstrap(noise, other, { seed: 1 }), first);
  t.match(pairedBootstrap(other, noise, { seed: 1 }), { difference: -first.difference, low: -first.high });
  t.end();
});

t.test('pairedBootstrap refuses models that did not answer the same queries', (t) => {
  t.throws(() => pairedBootstrap(noise, noise.subarray(1), { seed: 1 }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: /same queries, at least one \(got 400 and 399\)/,
  });
  t.throws(() => pairedBootstrap(new Float64Array(0), new Float64Array(0), { seed: 1 }), { message: /got 0 and 0/ });
  t.throws(() => pairedBootstrap(noise, noise, { seed: 1, resamples: 0 }), { message: /integer from 1 up \(got 0\)/ });
  t.end();
});
