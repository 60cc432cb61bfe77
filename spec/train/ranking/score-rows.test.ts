import t from 'tap';
import { momentsOf } from '../../../train/ranking/score-rows.js';

t.test('values that differ by the rounding of floats alone have no deviation', (t) => {
  t.equal(momentsOf(Float32Array.of(0.5, 0.5 + 2 ** -24, 0.5)).deviation, 0);
  t.equal(momentsOf(Float32Array.of(-3, -3)).deviation, 0);
  t.same(momentsOf(Float32Array.of(1, 3)), { mean: 2, deviation: 1 });
  t.same(momentsOf(Float32Array.of(1e-9, 3e-9)).deviation > 0, true, 'small values may differ');
  t.end();
});
