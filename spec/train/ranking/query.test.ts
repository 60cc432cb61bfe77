import t from 'tap';
import { weightRatios } from '../../../train/ranking/query.js';

t.test('weightRatios sums the weights of a pin and makes the largest 1', (t) => {
  const ratios = (...named: [number, number][]): [number, number][] => Array.from(weightRatios(named));
  t.same(ratios([7, 2], [3, 1], [7, 2]), [
    [7, 1],
    [3, 0.25],
  ]);
  t.same(ratios([7, 1e308], [7, 1e308], [3, 1e308]), [
    [7, 1],
    [3, 0.5],
  ]);
  t.same(ratios([7, 5e-324]), [[7, 1]]);
  t.same(ratios([7, 1], [3, 1]), [
    [7, 1],
    [3, 1],
  ]);
  t.end();
});
