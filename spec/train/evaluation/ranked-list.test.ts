import t from 'tap';
import { randomInteger, randomStream } from '../../../data/random.js';
import { RankedList } from '../../../train/evaluation/ranked-list.js';

const nothingMasked = (pinCount: number): Uint8Array => new Uint8Array(pinCount);

t.test('rank puts the best pins first and equal scores lower row first', (t) => {
  const list = new RankedList();
  list.rank(Float32Array.of(1, 5, 3, 5, 3), { masked: nothingMasked(5), k: 4 });
  t.same([...list.pins], [1, 3, 2, 4]);
  t.same([...list.scores], [5, 5, 3, 3]);
  t.equal(list.firstHit, Infinity);
  t.end();
});

t.test('rank leaves out masked pins and pins that were not reached, and does not pad', (t) => {
  const list = new RankedList();
  const scores = Float32Array.of(0, 2, -1, -Infinity, NaN, 7);
  list.rank(scores, { masked: Uint8Array.of(0, 0, 0, 0, 0, 1), k: 5 });
  t.same([...list.pins], [1, 2], 'a score of 0 says nothing, one below 0 does');
  list.rank(scores, { masked: nothingMasked(6), k: 5 });
  t.same([...list.pins], [5, 1, 2]);
  t.end();
});

t.test('firstHit is Infinity when no relevant pin can be ranked', (t) => {
  const list = new RankedList();
  const scores = Float32Array.of(0, 2, -Infinity, 1);
  list.rank(scores, { masked: Uint8Array.of(0, 1, 0, 0), k: 2, relevant: Uint32Array.of(0, 1, 2) });
  t.equal(list.firstHit, Infinity);
  t.end();
});

t.test('rank agrees with sorting all pins, for any k, on scores with many ties', (t) => {
  const list = new RankedList();
  for (let seed = 0; seed < 200; seed++) {
    const random = randomStream(seed, 'ranks');
    const pinCount = 1 + randomInteger(random, 80);
    const scores = Float32Array.from({ length: pinCount }, () => randomInteger(random, 12) - 3);
    const masked = Uint8Array.from({ length: pinCount }, () => (random() < 0.2 ? 1 : 0));
    const relevant = Uint32Array.from(scores.keys()).filter(() => random() < 0.1);
    const k = randomInteger(random, 30);
    const at = (pin: number): number => scores[pin] ?? NaN;
    const sorted = [...scores.keys()].filter((pin) => masked[pin] === 0 && at(pin) !== 0);
    sorted.sort((a, b) => at(b) - at(a) || a - b);
    list.rank(scores, { masked, k, relevant });
    const hit = sorted.findIndex((pin) => relevant.includes(pin));
    t.same([[...list.pins], list.firstHit], [sorted.slice(0, k), hit < 0 ? Infinity : hit + 1], `seed ${seed}`);
  }
  t.end();
});
