import t from 'tap';
import { openRecommender } from '../../serve/open-recommender.js';
import { openSnapshot } from '../../serve/snapshot.js';
import { boardIds, pinIds, svg, writeTinyGeneration } from './world.js';

t.test('every list has the ids and scores of the rows that the server answers from', async (t) => {
  const file = writeTinyGeneration();
  const own = openRecommender(file);
  const snapshot = openSnapshot(file);
  const rows = snapshot.recommender;
  t.teardown(() => own.close());
  t.teardown(() => snapshot.close());
  const pairs = [
    [await own.similarPins('umbrella', 5), await rows.similarPins('umbrella', 5)],
    [
      await own.similarPins('guitar', 3, { strategy: 'walk', offset: 1 }),
      await rows.similarPins('guitar', 3, { strategy: 'walk', offset: 1 }),
    ],
    [await own.recommendForBoard('wet', 3), await rows.recommendForBoard('wet', 3)],
    [await own.recommendForBoard('empty', 3), await rows.recommendForBoard('empty', 3)],
    [
      await own.recommendForPins(['sun', { id: 'guitar', weight: 2 }], 4, { negatives: ['cloud'] }),
      await rows.recommendForPins([{ id: 'sun' }, { id: 'guitar', weight: 2 }], 4, { negatives: ['cloud'] }),
    ],
    [
      await own.popularPins(3, { community: 1, exclude: ['drum'] }),
      rows.popularPins(3, { community: 1, exclude: ['drum'] }),
    ],
  ] as const;
  for (const [got, { pins, scores, scoreKind, fallback, more }] of pairs) {
    t.strictSame(got, { pinIds: Array.from(pins, (pin) => pinIds[pin]), scores, scoreKind, fallback, more });
    t.ok(got.pinIds.length > 0);
  }
  t.equal((await own.recommendForBoard('empty', 3)).fallback, 'popular');
});

t.test('searchTitles finds pins and boards, and says when any word had to do', async (t) => {
  const own = openRecommender(writeTinyGeneration());
  t.teardown(() => own.close());
  const found = await own.searchTitles('umb', 10);
  t.same(found.pinIds, ['umbrella', pinIds[1]]);
  t.same(found.boardIds, ['mixed']);
  t.ok(found.scores.length === 2 && found.scores.every((score) => score > 0));
  t.equal(found.fallback, null);
  t.equal((await own.searchTitles('umbrella drum', 10)).fallback, 'anyWord');
  t.same((await own.searchTitles('umb', 1, { offset: 1 })).pinIds, [pinIds[1]]);
  t.same((await own.searchTitles('?!', 1)).pinIds, []);
  await t.rejects(own.searchTitles('umb', 0), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'searchTitles: k must be an integer from 1 to 500 (got 0)',
  });
});

t.test('a pin and a board say what is stored of them', (t) => {
  const own = openRecommender(writeTinyGeneration());
  t.teardown(() => own.close());
  const { picture, ...pin } = own.pin('umbrella');
  t.strictSame(pin, {
    pinId: 'umbrella',
    title: 'Umbrella',
    attributes: { source: 'Tabler', size: 3, open: true },
    community: { number: 0, title: 'rain' },
    boardIds: ['weather', 'wet'],
  });
  t.equal(Buffer.from(picture ?? []).toString(), svg);
  t.equal(own.pin('blank').picture, undefined);
  t.strictSame(own.board('music'), {
    boardId: 'music',
    title: 'Music',
    attributes: {},
    community: { number: 1, title: 'music' },
    pinIds: ['guitar', 'drum'],
  });
  t.same(own.board('empty').pinIds, []);
  t.match(own.meta, { name: 'tiny', seed: 1 });
  t.throws(() => own.pin('nobody'), { code: 'NOT_FOUND', message: /got nobody/ });
  t.throws(() => own.board(pinIds[0] ?? ''), { code: 'NOT_FOUND' });
  t.ok(boardIds.every((id) => own.board(id).boardId === id));
  t.end();
});

t.test('a recommender that is closed says so, whatever is asked', async (t) => {
  const own = openRecommender(writeTinyGeneration(), { verify: 'now' });
  own.close();
  own.close();
  const closed = { code: 'GENERATION_INVALID', message: /must be open \(got a closed one\)/ };
  await t.rejects(own.similarPins('umbrella', 5), closed);
  await t.rejects(own.popularPins(5), closed);
  await t.rejects(own.searchTitles('umb', 5), closed);
  t.throws(() => own.pin('umbrella'), closed);
  t.throws(() => openRecommender('/no/file'), { code: 'INPUT_MISSING' });
});
