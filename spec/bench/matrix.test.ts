import t from 'tap';
import { hasRelaxedSimd } from '../../train/kernels/module.js';
import { productRates } from './matrix.js';

t.test('every shape is measured, by each build that runs here', async (t) => {
  const rates = await productRates(1);
  t.equal(rates.length, 1 + 11 * (hasRelaxedSimd() ? 2 : 1));
  t.equal(new Set(rates.map(({ name }) => name)).size, rates.length);
  t.ok(rates.every(({ gflops, shareOfPeak }) => gflops > 0 && shareOfPeak > 0));
});
