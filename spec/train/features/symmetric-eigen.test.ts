import t from 'tap';
import { randomNormal, randomStream } from '../../../data/random.js';
import { symmetricEigen } from '../../../train/features/symmetric-eigen.js';

/** A seeded symmetric matrix with entries around 1. */
function randomSymmetric(size: number, seed: number): Float64Array {
  const random = randomStream(seed, 'symmetric');
  const a = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) a[i * size + j] = a[j * size + i] = randomNormal(random);
  }
  return a;
}

/** Largest entry of |A v - lambda v| over all pairs. */
function worstResidual(a: Float64Array, { values, vectors }: ReturnType<typeof symmetricEigen>): number {
  const size = values.length;
  let worst = 0;
  for (let r = 0; r < size; r++) {
    for (let i = 0; i < size; i++) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += (a[i * size + j] ?? 0) * (vectors[r * size + j] ?? 0);
      worst = Math.max(worst, Math.abs(sum - (values[r] ?? 0) * (vectors[r * size + i] ?? 0)));
    }
  }
  return worst;
}

/** Largest entry of |V V^T - I|. */
function worstOverlap({ values, vectors }: ReturnType<typeof symmetricEigen>): number {
  const size = values.length;
  let worst = 0;
  for (let r = 0; r < size; r++) {
    for (let s = 0; s < size; s++) {
      let sum = 0;
      for (let j = 0; j < size; j++) sum += (vectors[r * size + j] ?? 0) * (vectors[s * size + j] ?? 0);
      worst = Math.max(worst, Math.abs(sum - (r === s ? 1 : 0)));
    }
  }
  return worst;
}

t.test('symmetricEigen solves a 2 x 2 matrix as by hand', (t) => {
  // [[2, 1], [1, 2]]: 3 along (1, 1), 1 along (1, -1)
  const { values, vectors } = symmetricEigen([2, 1, 1, 2]);
  t.ok(Math.abs((values[0] ?? 0) - 3) < 1e-14);
  t.ok(Math.abs((values[1] ?? 0) - 1) < 1e-14);
  t.ok(Math.abs((vectors[0] ?? 0) - (vectors[1] ?? 0)) < 1e-14);
  t.ok(Math.abs((vectors[2] ?? 0) + (vectors[3] ?? 0)) < 1e-14);
  t.end();
});

t.test('symmetricEigen gives pairs that satisfy A v = lambda v, orthonormal, largest first', (t) => {
  for (const size of [1, 2, 3, 7, 40, 97]) {
    const a = randomSymmetric(size, size);
    const eigen = symmetricEigen(a);
    t.ok(worstResidual(a, eigen) < 1e-12 * size, `residual at size ${size}`);
    t.ok(worstOverlap(eigen) < 1e-12 * size, `orthonormal at size ${size}`);
    t.same(eigen.values, Float64Array.from(eigen.values).sort().reverse(), `descending at size ${size}`);
  }
  t.end();
});

t.test('symmetricEigen handles repeated eigenvalues, diagonal and zero matrices', (t) => {
  const zero = symmetricEigen(new Float64Array(25));
  t.same(zero.values, new Float64Array(5));
  t.equal(worstOverlap(zero), 0);
  t.same(symmetricEigen([1, 0, 0, 0, 5, 0, 0, 0, 3]).values, Float64Array.of(5, 3, 1));
  // all ones: 6 once and 0 five times
  const ones = new Float64Array(36).fill(1);
  const eigen = symmetricEigen(ones);
  t.ok(Math.abs((eigen.values[0] ?? 0) - 6) < 1e-13);
  t.ok(Math.max(...eigen.values.subarray(1).map(Math.abs)) < 1e-13);
  t.ok(worstResidual(ones, eigen) < 1e-13);
  t.ok(worstOverlap(eigen) < 1e-13);
  t.end();
});

t.test('symmetricEigen reads only the lower triangle', (t) => {
  t.same(symmetricEigen([2, 99, 1, 2]).values, symmetricEigen([2, 1, 1, 2]).values);
  t.end();
});

t.test('symmetricEigen says what is wrong with its input', (t) => {
  t.throws(() => symmetricEigen([1, 2, 3]), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'symmetricEigen: the matrix must hold size x size entries (got 3)',
  });
  t.throws(() => symmetricEigen([1, Number.NaN, Number.NaN, 1]), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'symmetricEigen: entries must be finite (got NaN at 1)',
  });
  t.end();
});
