import t from 'tap';
import { randomInteger, randomStream } from '../../data/random.js';
import { TopPins } from '../../graph/top-pins.js';

t.test('TopPins equals a full sort, ties lower row first, whatever the order of offers', (t) => {
  const random = randomStream(1, 'spec');
  for (const capacity of [1, 2, 7, 50]) {
    const top = new TopPins(capacity);
    for (let list = 0; list < 30; list++) {
      const count = randomInteger(random, 60);
      const offers = Array.from({ length: count }, (_, pin) => ({
        pin,
        score: randomInteger(random, 8),
        key: random(),
      }));
      for (const { pin, score } of [...offers].sort((a, b) => a.key - b.key)) top.offer(pin, score);
      const sorted = offers.sort((a, b) => b.score - a.score || a.pin - b.pin).slice(0, capacity);
      t.strictSame(
        [...top.pins.subarray(0, top.length)],
        sorted.map(({ pin }) => pin),
      );
      t.strictSame(
        [...top.scores.subarray(0, top.length)],
        sorted.map(({ score }) => score),
      );
      top.clear();
    }
  }
  t.end();
});
