import t from 'tap';
import { TitleIndex } from '../../../train/content/title-index.js';

const titles = {
  pins: ['red umbrella', 'Umbrella, closed', 'rocket', '', 'umbrellas'],
  boards: ['Tabler: umbrella', 'rockets', ''],
};

function scoresOf(index: TitleIndex): number[] {
  const out = new Float32Array(titles.pins.length);
  index.scoreInto(out);
  return [...out];
}

t.test('a title is at unit length, and an empty one has no terms', (t) => {
  const { pins } = new TitleIndex(titles);
  const lengths = titles.pins.map((_, pin) => {
    const weights = (pins.weights ?? new Float32Array(0)).subarray(pins.offsets[pin], pins.offsets[pin + 1]);
    return Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
  });
  for (const pin of [0, 1, 2, 4]) t.ok(Math.abs((lengths[pin] ?? 0) - 1) < 1e-6);
  t.equal(lengths[3], 0);
  t.end();
});

t.test('a title is nearest to itself, then to titles with its words, then to words with its parts', (t) => {
  const index = new TitleIndex(titles);
  index.add(index.pins, 1, 1);
  const [red = 0, closed = 0, rocket = 0, empty = 0, plural = 0] = scoresOf(index);
  t.ok(Math.abs(closed - 1) < 1e-6, 'its own cosine is 1');
  t.ok(red > plural && plural > 0, 'whole words decide, parts forgive the plural');
  t.equal(rocket, 0);
  t.equal(empty, 0);
  t.end();
});

t.test('a query is the weighted sum of titles, of boards too, and is empty after it was scored', (t) => {
  const index = new TitleIndex(titles);
  const alone = (add: () => void): number[] => {
    add();
    return scoresOf(index);
  };
  const umbrella = alone(() => index.add(index.boards, 0, 1));
  const rockets = alone(() => index.add(index.boards, 1, 1));
  const both = alone(() => {
    index.add(index.boards, 0, 1);
    index.add(index.boards, 1, 2);
  });
  both.forEach((score, pin) => t.ok(Math.abs(score - (umbrella[pin] ?? 0) - 2 * (rockets[pin] ?? 0)) < 1e-6));
  t.ok((rockets[2] ?? 0) > 0 && (rockets[0] ?? 0) === 0);
  t.same(scoresOf(index), [0, 0, 0, 0, 0]);
  t.end();
});
