import t from 'tap';
import { decimalOf } from '../../../data/readers/decimals.js';

t.test('a decimal is exact: a number where it can be, else a bigint or text', (t) => {
  t.equal(decimalOf(3, 1), 0.3);
  t.equal(decimalOf(-5n, 2), -0.05);
  t.equal(decimalOf(400n, 2), 4);
  t.equal(decimalOf(9007199254740993n, 0), 9007199254740993n);
  t.equal(decimalOf(900719925474099300n, 2), 9007199254740993n);
  t.equal(decimalOf(1234567890123456789n, 2), '12345678901234567.89');
  t.equal(decimalOf(Uint8Array.of(0xff, 0xfe), 0), -2);
  t.equal(decimalOf(Uint8Array.of(0, 32, 0, 0, 0, 0, 0, 1), 0), 9007199254740993n);
  t.equal(decimalOf(null, 2), null);
  t.end();
});
