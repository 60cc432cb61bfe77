import t from 'tap';
import {
  coverage,
  estimate,
  hitRateAt,
  includesSorted,
  metricsOfQuery,
  ndcgAt,
  recallAt,
  reciprocalRank,
  scaledReciprocalRank,
} from '../../../train/evaluation/metrics.js';

const list = Uint32Array.of(9, 2, 7, 4, 1);
const relevant = Uint32Array.of(2, 4, 6);

t.test('recallAt counts hits over all relevant pins', (t) => {
  t.equal(recallAt(list, relevant, 1), 0);
  t.equal(recallAt(list, relevant, 3), 1 / 3);
  t.equal(recallAt(list, relevant, 20), 2 / 3, 'a list may be shorter than k');
  t.equal(recallAt(new Uint32Array(0), relevant, 20), 0);
  t.end();
});

t.test('ndcgAt discounts by rank and divides by the best list of min(k, relevant) hits', (t) => {
  const ideal = 1 + 1 / Math.log2(3) + 1 / 2;
  t.equal(ndcgAt(list, relevant, 20), (1 / Math.log2(3) + 1 / Math.log2(5)) / ideal);
  t.equal(ndcgAt(list, relevant, 2), 1 / Math.log2(3) / (1 + 1 / Math.log2(3)));
  t.equal(ndcgAt(Uint32Array.of(4, 6, 2), relevant, 20), 1);
  t.end();
});

t.test('rank metrics of the first hit', (t) => {
  t.same([hitRateAt(10, 10), hitRateAt(11, 10), hitRateAt(Infinity, 500)], [1, 0, 0]);
  t.same([reciprocalRank(4), reciprocalRank(Infinity)], [0.25, 0]);
  t.same([1, 100, 101, 500, Infinity].map(scaledReciprocalRank), [1, 1, 0.5, 0.2, 0]);
  t.end();
});

t.test('metricsOfQuery puts them together', (t) => {
  const values = metricsOfQuery(list, relevant, 120);
  const ndcg = ndcgAt(list, relevant, 20);
  t.same(values, {
    'recall@20': 2 / 3,
    'ndcg@20': ndcg,
    'hitRate@10': 0,
    'hitRate@500': 1,
    mrr: 1 / 120,
    scaledMrr: 0.5,
  });
  t.end();
});

t.test('includesSorted finds exactly the rows that are there', (t) => {
  t.same(
    [1, 2, 3, 4, 5, 6, 7].filter((row) => includesSorted(relevant, row)),
    [2, 4, 6],
  );
  t.notOk(includesSorted(new Uint32Array(0), 0));
  t.end();
});

t.test('estimate gives the mean and its standard error', (t) => {
  t.same(estimate(Float64Array.of(0, 0, 1, 1)), { mean: 0.5, standardError: 0.25 });
  t.same(estimate(Float64Array.of(3)), { mean: 3, standardError: 0 });
  t.end();
});

t.test('coverage counts distinct pins over candidates, with the jackknife by leaving lists out', (t) => {
  const lists = [Uint32Array.of(0, 1), Uint32Array.of(1, 2, 3), Uint32Array.of(1)];
  const { mean, standardError } = coverage(lists, 8, 10);
  t.equal(mean, 4 / 8);
  const without = lists.map((_, q) => new Set(lists.flatMap((list, n) => (n === q ? [] : [...list]))).size / 8);
  const center = without.reduce((sum, x) => sum + x, 0) / 3;
  const variance = (2 / 3) * without.reduce((sum, x) => sum + (x - center) ** 2, 0);
  t.ok(Math.abs(standardError - Math.sqrt(variance)) < 1e-12);
  t.end();
});
