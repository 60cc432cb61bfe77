import t from 'tap';
import { shortestFloat32 } from '../../data/float32-text.js';
import { randomStream } from '../../data/random.js';

t.test('a 32-bit float is written as the decimal that it was read from, and reads back the same', (t) => {
  for (const text of ['0.1', '2.5', '3', '1e-7', '123456.7', '16777216'])
    t.equal(String(shortestFloat32(Math.fround(Number(text)))), text);
  const random = randomStream(1, 'floats');
  for (let i = 0; i < 1000; i++) {
    const value = Math.fround((random() - 0.5) * 10 ** (random() * 20 - 10));
    t.equal(Math.fround(shortestFloat32(value)), value);
  }
  t.end();
});
