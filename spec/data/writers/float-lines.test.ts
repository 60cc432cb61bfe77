import t from 'tap';
import { floatLines } from '../../../data/writers/float-lines.js';
import { randomStream } from '../../../data/random.js';

t.test('floatLines writes numbers that are read back bit by bit, whatever their size', (t) => {
  const random = randomStream(1, 'float lines');
  const values = Float32Array.from({ length: 60_000 }, () => (random() - 0.5) * 10 ** (8 - 54 * random()));
  values.set([0, 1, -1, 0.1, 2 ** 24, 2 ** 29 - 32, 2 ** -126, 2 ** -149, -(2 ** -127), 0.99999994]);
  const lines = Buffer.from(floatLines(values, 6)).toString().split('\n').slice(0, -1);
  t.equal(lines.length, 10_000);
  const read = Float32Array.from(lines.flatMap((line) => line.split('\t').map(Number)));
  t.ok(Buffer.from(read.buffer).equals(Buffer.from(values.buffer)), 'the same bits');
  t.match(lines[0], /^0\t100000000e-08\t-100000000e-08\t\d+e-09\t167772160e-01\t/);
  t.end();
});
