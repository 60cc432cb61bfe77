import t, { type Test } from 'tap';
import { openGeneration } from '../../data/generation/read.js';
import { sharedBoards } from '../../serve/reasons.js';
import { RowRecommender, maxDepth } from '../../serve/row-recommender.js';
import { pictureType } from '../../serve/routes/items.js';
import type { AnsweringRanker } from '../../train/ranking/recommend.js';
import { rankerThatScores, writeTinyGeneration } from './world.js';

/** Scores pin p by `8 - p`, equal for pairs, whatever is asked; the last one is not reached. */
const byRow: AnsweringRanker['score'] = () => Float32Array.from([8, 8, 6, 6, 4, 4, 2, 0]);

t.test('equal scores put the lower row first and excluded pins leave no gap', async (t) => {
  const recommender = open(t);
  const list = await recommender.similarPins('umbrella', 4, { exclude: ['cloud'] });
  t.same(Array.from(list.pins), [1, 3, 4, 5]);
  t.same(Array.from(list.scores), [8, 6, 4, 4]);
  t.ok(list.more);
});

t.test('lists are never padded', async (t) => {
  const recommender = open(t);
  const all = await recommender.similarPins('umbrella', maxDepth);
  t.same(Array.from(all.pins), [1, 2, 3, 4, 5, 6], 'what no score reaches is left out');
  t.notOk(all.more);
});

t.test('any two pages are parts of the whole list', async (t) => {
  const recommender = open(t);
  const whole = await recommender.recommendForBoard('wet', 6);
  for (let offset = 0; offset < 6; offset++) {
    const part = await recommender.recommendForBoard('wet', 6, { offset });
    t.same(part.pins, whole.pins.slice(offset), `from ${offset}`);
  }
});

t.test('arguments out of range are refused', async (t) => {
  const recommender = open(t);
  const many = Array.from({ length: 101 }, () => ({ id: 'sun' }));
  const cases: [Promise<unknown>, string][] = [
    [recommender.similarPins('sun', 0), 'recommend: k must be an integer from 1 to 500 (got 0)'],
    [recommender.similarPins('sun', 2.5), 'recommend: k must be an integer from 1 to 500 (got 2.5)'],
    [
      recommender.similarPins('sun', 1, { offset: 500 }),
      'recommend: offset must be an integer from 0 to 499 (got 500)',
    ],
    [recommender.recommendForPins([], 1), 'recommend: the number of pins must be an integer from 1 to 100 (got 0)'],
    [recommender.recommendForPins(many, 1), 'recommend: the number of pins must be an integer from 1 to 100 (got 101)'],
    [
      recommender.recommendForPins([{ id: 'sun', weight: NaN }], 1),
      'recommend: a weight must be a finite number above 0 (got NaN for sun)',
    ],
    [
      recommender.recommendForPins([{ id: 'sun' }], 1, { negatives: many.map(({ id }) => id) }),
      'recommend: the number of negatives must be an integer from 0 to 100 (got 101)',
    ],
  ];
  for (const [call, message] of cases) await t.rejects(call, { code: 'OPTION_OUT_OF_RANGE', message });
});

t.test('negatives together weigh half of the pins, with the sign turned', async (t) => {
  const seen: { pins: Uint32Array; weights?: Float32Array }[] = [];
  const watching: AnsweringRanker['score'] = (queries, weights) => {
    seen.push(...queries);
    return byRow(queries, weights);
  };
  await open(t, watching).recommendForPins([{ id: 'sun', weight: 3 }, { id: 'cloud' }], 2, {
    negatives: ['guitar', 'drum'],
  });
  t.same(seen, [{ pins: Uint32Array.of(3, 2, 4, 5), weights: Float32Array.of(1, 1 / 3, -1 / 3, -1 / 3) }]);
});

t.test('popular pins of a community are those alone', (t) => {
  const list = open(t).popularPins(10, { community: 1 });
  t.same(Array.from(list.pins), [4, 5]);
  t.same(Array.from(list.scores), [3, 2]);
  t.end();
});

t.test('sharedBoards counts all shared boards and names those that hold most of the query first', (t) => {
  const generation = openGeneration(writeTinyGeneration());
  t.teardown(() => generation.close());
  const explain = sharedBoards(generation.graph, Uint32Array.of(0, 2, 4), { limit: 2 });
  t.same(explain(3), { count: 2, boards: [0, 4] }, 'weather holds two of the three, mixed one');
  t.same(explain(1), { count: 2, boards: [0, 1] });
  t.same(explain(5), { count: 2, boards: [2, 3] }, 'equal boards by row');
  t.same(explain(6), { count: 0, boards: [] });
  t.end();
});

t.test('pictureType tells images by their first bytes', (t) => {
  const type = (text: string): string | undefined => pictureType(Buffer.from(text, 'latin1'));
  t.equal(type('<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg xmlns="x">'), 'image/svg+xml');
  t.equal(type('\x89PNG\r\n\x1a\n...'), 'image/png');
  t.equal(type('\xff\xd8\xff\xe0'), 'image/jpeg');
  t.equal(type('GIF89a'), 'image/gif');
  t.equal(type('RIFF1234WEBPVP8 '), 'image/webp');
  t.equal(type('<html><script>'), undefined);
  t.end();
});

function open(t: Test, score = byRow): RowRecommender {
  const generation = openGeneration(writeTinyGeneration());
  t.teardown(() => generation.close());
  return new RowRecommender(generation, rankerThatScores(generation, score));
}
