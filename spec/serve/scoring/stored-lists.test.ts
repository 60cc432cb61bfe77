import t, { type Test } from 'tap';
import type { GenerationContents } from '../../../data/generation/write.js';
import { openSnapshot, type Snapshot } from '../../../serve/snapshot.js';
import { Scoring } from '../../../train/fusion/scoring.js';
import { idsOf, serve } from '../server.js';
import { pinIds, tinyContents, writeTinyGeneration } from '../world.js';

t.test('stored lists are what ranking gives, for every pin, length, page and exclusion', async (t) => {
  for (const length of [1, 3, 50]) {
    const { stored, live } = open(t, length);
    for (const id of pinIds) {
      for (let k = 1; k <= 8; k++) {
        for (const options of [{}, { offset: 1 }, { exclude: ['cloud'] }, { exclude: ['sun', 'cloud', 'cold'] }]) {
          const [got, wanted] = await Promise.all([
            stored.recommender.similarPins(id, k, options),
            live.recommender.similarPins(id, k, options),
          ]);
          t.same(got, wanted, `${id}, ${k} of ${length} ${JSON.stringify(options)}`);
        }
      }
    }
  }
});

t.test('a stored list is read, not ranked; lists of unknown rules are not read', async (t) => {
  const contents = tinyContents();
  const related = { related: { strategy: 'fused', length: 50 } };
  const { get } = await serve(t, writeTinyGeneration({ ...contents, meta: { ...contents.meta, ...related } }));
  t.same(idsOf(await get('/v1/pins/umbrella/related')), [pinIds[1], 'cloud'], 'the two that the file names');
  const { get: ranked } = await serve(t, writeTinyGeneration(contents));
  t.ok(idsOf(await ranked('/v1/pins/umbrella/related')).length > 2);
});

t.test('fields says what items carry', async (t) => {
  const { get } = await serve(t);
  const keys = async (fields: string): Promise<string[]> => {
    const { body } = await get(`/v1/pins/umbrella/related?limit=1&fields=${fields}`);
    return Object.keys((body['items'] as object[])[0] ?? {});
  };
  t.same(await keys('ids'), ['pinId', 'rank', 'score']);
  t.same(await keys('payload'), ['pinId', 'rank', 'score', 'payload']);
  t.same(await keys('all'), ['pinId', 'rank', 'score', 'reasons', 'payload']);
});

/** The tiny world with its true lists stored, as a run stores them, and without any. */
function open(t: Test, length: number): { stored: Snapshot; live: Snapshot } {
  const contents = tinyContents();
  const { pins, boards, graph, matrices } = contents;
  const titles = { pins: pins.titles, boards: boards.titles };
  const lists = new Scoring({ graph, matrices, titles }).related(Uint32Array.from(pinIds.keys()), length);
  const offsets = new Uint32Array(pinIds.length + 1);
  lists.forEach((list, pin) => (offsets[pin + 1] = (offsets[pin] as number) + list.pins.length));
  const related = {
    offsets,
    neighbors: Uint32Array.from(lists.flatMap((list) => [...list.pins])),
    weights: Float32Array.from(lists.flatMap((list) => [...list.scores])),
  };
  const meta = { ...contents.meta, related: { strategy: 'fused', length } };
  const opened = (given: GenerationContents): Snapshot => {
    const snapshot = openSnapshot(writeTinyGeneration(given));
    t.teardown(() => snapshot.close());
    return snapshot;
  };
  return { stored: opened({ ...contents, meta, related }), live: opened(contents) };
}
