import t from 'tap';
import { withFreshPins } from '../../../train/ranking/freshness.js';

const ranked = (pins: number[]): { pins: Uint32Array; scores: Float32Array } => ({
  pins: Uint32Array.from(pins),
  scores: Float32Array.from(pins, (_, n) => 10 - n),
});

t.test('new pins take every nth place, and those that are high by themselves count', (t) => {
  const list = ranked([1, 2, 3, 4, 5, 6, 7, 8]);
  const pinsAt = (share: number, fresh: number[], own = list): number[] => [
    ...withFreshPins(own, ranked(fresh), share).pins,
  ];
  t.same(pinsAt(0, [91, 92]), [1, 2, 3, 4, 5, 6, 7, 8]);
  t.same(pinsAt(0.25, [91, 92]), [1, 2, 3, 91, 4, 5, 6, 92]);
  t.same(pinsAt(1, [91, 92]), [91, 92, 1, 2, 3, 4, 5, 6]);
  t.same(
    pinsAt(0.25, [91, 92], ranked([91, 1, 2, 3, 4, 5, 6, 7])),
    [91, 1, 2, 3, 4, 5, 6, 92],
    'the first was there already',
  );
  t.same(pinsAt(0.5, []), [1, 2, 3, 4, 5, 6, 7, 8]);
  t.same(pinsAt(0.5, [91, 92], ranked([1])), [1, 91], 'what is there');
  t.end();
});

t.test('the first of it do not depend on how long the lists are', (t) => {
  const list = Array.from({ length: 40 }, (_, n) => (n % 7 === 3 ? 100 + n : n));
  const fresh = [...list.filter((pin) => pin >= 100), 200, 201, 202, 203, 204, 205, 206, 207, 208, 209];
  for (const share of [0.1, 0.3, 0.9]) {
    const whole = [...withFreshPins(ranked(list), ranked(fresh), share).pins];
    for (let k = 1; k <= 16; k++) {
      const cut = withFreshPins(ranked(list.slice(0, k)), ranked(fresh.slice(0, k)), share);
      t.same([...cut.pins].slice(0, k), whole.slice(0, k), `${share} ${k}`);
    }
  }
  t.end();
});
