import t from 'tap';
import { foldFilter } from '../../../train/ranking/spectral-filter.js';

/** The plateau that ChebyCF interpolates, over the Laplacian's eigenvalues 0 to 1. */
const plateau = (eigenvalue: number): number => {
  const x = 2 * (1 - eigenvalue) - 1;
  return x < 0 ? 1 + (-x) ** 1.5 : 1 - x ** 1.5;
};

t.test('hop and factors together have the plateau as gain, plus the low-pass, at every factor', (t) => {
  const singularValues = Float32Array.of(1, 0.9, 0.8, 0.6, 0.5, 0.4);
  const { hop, factors } = foldFilter(singularValues);
  singularValues.forEach((value, k) => {
    const eigenvalue = value * value;
    const gain = hop * eigenvalue + (factors[k] ?? NaN);
    t.ok(Math.abs(gain - plateau(eigenvalue) - 0.2) < 1e-6, `factor ${k}`);
  });
  t.end();
});

t.test('below the weakest factor one hop is close to the plateau', (t) => {
  for (const weakest of [0.172, 0.095]) {
    const { hop } = foldFilter(Float32Array.of(1, Math.sqrt(weakest)));
    for (let n = 0; n <= 20; n++) {
      const eigenvalue = (weakest * n) / 20;
      t.ok(Math.abs(hop * eigenvalue - plateau(eigenvalue)) < 0.013, `${eigenvalue}`);
    }
  }
  t.end();
});

t.test('without factors the filter is one hop', (t) => {
  t.same(foldFilter(new Float32Array(0)), { hop: 3, factors: new Float32Array(0) });
  t.end();
});
