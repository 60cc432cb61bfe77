import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import { LiveFeed } from '../../../serve/live/live-feed.js';
import { LiveStore } from '../../../serve/live/store.js';
import { openSnapshot } from '../../../serve/snapshot.js';
import { idsOf, serve as serveFile, type Answer } from '../server.js';
import { tinyContents, writeTinyGeneration } from '../world.js';

const newFile = (): string => path.join(mkdtempSync(path.join(tmpdir(), 'pinwalk-events-')), 'live.sqlite');

/** A server that takes events over the tiny world. */
async function serve(t: Test, { file = newFile(), contents = tinyContents() } = {}) {
  const feed = new LiveFeed(new LiveStore(file));
  const snapshot = openSnapshot(writeTinyGeneration(contents), { feed });
  const server = await serveFile(t, snapshot, '/no/page', { feed });
  t.teardown(() => {
    snapshot.close();
    feed.store.close();
  });
  let count = 0;
  /** Sends events with ids of their own. */
  const send = async (...events: object[]): Promise<Answer> => {
    const answer = await server.post(
      '/v1/events',
      events.map((event) => ({ eventId: `${file} ${count++}`, ...event })),
    );
    t.same(answer.body['deadLetters'], [], answer.text);
    return answer;
  };
  const ids = async (url: string): Promise<string[]> => idsOf(await server.get(url));
  return { ...server, send, ids, file };
}

const save = { type: 'save', board: 'weather', pin: 'drum' };

t.test('events come as a list, in an object or as lines, each once, and what is none is named', async (t) => {
  const { post, get } = await serve(t);
  const first = { eventId: '1', ...save };
  const taken = ({ body: { accepted, duplicates } }: Answer): unknown[] => [accepted, duplicates];
  t.same(taken(await post('/v1/events', [first, first])), [1, 1]);
  t.match((await post('/v1/events', ['no event'])).body, { accepted: 0, deadLetters: [{ eventId: null, index: 0 }] });
  t.same(taken(await post('/v1/events', { events: [first, { eventId: '2', type: 'pin', pin: 'new' }] })), [1, 1]);
  const lines = [
    JSON.stringify({ eventId: '3', ...save, pin: 'sun' }),
    '',
    '{"eventId": "4", "type": "sell"}',
    'no JSON',
  ];
  const mixed = await post('/v1/events', lines.join('\r\n'), 'application/x-ndjson');
  t.same(taken(mixed), [1, 0]);
  t.match(mixed.body['deadLetters'], [
    { eventId: '4', index: 1, reason: /event\.type: must be one of save, .* \(got sell\)/ },
    { eventId: null, index: 2, reason: /event: must be JSON/ },
  ]);
  t.match((await get('/v1/info')).body['live'], { applied: 3, duplicates: 2, deadLetters: 3, position: { http: '8' } });
  t.match((await get('/metrics')).text, /pinwalk_live_events\{outcome="applied"\} 3/);
});

t.test('a body that is too long, of another type or no list is refused and nothing of it is in', async (t) => {
  const { post, get } = await serve(t);
  const many = Array.from({ length: 5001 }, (_, n) => JSON.stringify({ eventId: `${n}`, ...save })).join('\n');
  t.match((await post('/v1/events', many, 'application/x-ndjson')).body, {
    status: 400,
    detail: /at most 5000 events/,
  });
  t.match((await post('/v1/events', { eventId: '1', ...save })).body, { status: 400, detail: /body: must be a list/ });
  t.match((await post('/v1/events', 'x'.repeat(5 << 20), 'application/x-ndjson')).body, { status: 413 });
  t.match((await post('/v1/events', 'a=1', 'text/csv')).body, { status: 415 });
  t.match((await post('/v1/recommend', '{}', 'application/x-ndjson')).body, { status: 415 });
  t.match((await get('/v1/info')).body['live'], { applied: 0, deadLetters: 0 });
});

t.test('a server without a store says how to start one', async (t) => {
  const { post, get } = await serveFile(t);
  for (const answer of [await post('/v1/events', []), await get('/v1/deletions/1')]) {
    t.match(answer.body, { status: 404, detail: /start it with serve --live/ });
  }
  t.equal((await get('/v1/info')).body['live'], null);
});

t.test('what was applied is counted and seen after a restart', async (t) => {
  const { send, file } = await serve(t);
  await send(save, { ...save, pin: 'guitar' });
  const { get } = await serve(t, { file });
  t.match((await get('/v1/info')).body['live'], { applied: 2, position: { http: '2' } });
  t.match((await get('/v1/boards/weather')).body, { saves: 6 });
});

t.test('a save and an unsave count at once: on the board, in its ideas and in walks', async (t) => {
  const { send, ids, get } = await serve(t);
  t.ok((await ids('/v1/boards/weather/ideas')).includes('drum'));
  t.notOk((await ids('/v1/pins/umbrella/related?strategy=walk')).includes('drum'));
  await send(save);
  t.notOk((await ids('/v1/boards/weather/ideas')).includes('drum'), 'a pin that is on the board is no idea for it');
  t.ok((await ids('/v1/pins/umbrella/related?strategy=walk')).includes('drum'));
  t.match((await get('/v1/pins/drum')).body, { payload: { saves: 3 }, boards: [{}, {}, {}] });
  await send({ ...save, type: 'unsave' });
  t.ok((await ids('/v1/boards/weather/ideas')).includes('drum'));
  t.notOk((await ids('/v1/pins/umbrella/related?strategy=walk')).includes('drum'));
});

t.test('a new board and a new pin are found, listed and recommended for', async (t) => {
  const { send, ids, get, post } = await serve(t);
  await send(
    { type: 'pin', pin: 'kettle', title: 'Kettle drum', attributes: { color: 'red' } },
    { type: 'board', board: 'mine', title: 'My percussion' },
  );
  t.same(await ids('/v1/search?q=kettle'), ['kettle']);
  t.match((await get('/v1/search?q=percussion')).body, { boards: [{ boardId: 'mine' }] });
  t.ok((await ids('/v1/boards/music/ideas')).includes('kettle'), 'by its title, like Drum and Cold drum');
  t.ok((await ids('/v1/pins/kettle/related')).includes('drum'));
  const filter = encodeURIComponent('{"attribute": "color", "in": ["red"]}');
  t.same(await ids(`/v1/boards/music/ideas?filter=${filter}`), ['kettle']);
  await send({ ...save, board: 'mine' }, { ...save, board: 'mine', pin: 'kettle' });
  t.match((await get('/v1/boards/mine')).body, { title: 'My percussion', saves: 2, pins: [{}, { pinId: 'kettle' }] });
  t.ok((await ids('/v1/boards/mine/ideas')).includes('guitar'));
  t.equal((await ids('/v1/pins/drum/related?strategy=walk')).includes('kettle'), true);
  const batch = (await post('/v1/batch', { queries: [{ pin: 'kettle' }, { board: 'mine' }] })).body['lists'];
  t.match(batch, [{ items: [{}] }, { items: [{}] }]);
  await send({ type: 'pin', pin: 'kettle', title: 'Timpani' });
  t.same(await ids('/v1/search?q=kettle'), []);
  t.same(await ids('/v1/search?q=timpani'), ['kettle']);
});

for (const event of [
  { type: 'deletePin', pin: 'umbrella' },
  { type: 'hide', pin: 'umbrella' },
]) {
  t.test(`${event.type}: a pin is gone from every route at once`, async (t) => {
    const { send, get, post } = await serve(t);
    await send(event);
    for (const url of [
      '/v1/pins/umbrella',
      '/v1/pins/umbrella/related',
      '/v1/pins/umbrella/picture',
      '/v1/pins/umbrella/boards',
    ]) {
      t.equal((await get(url)).status, 404, url);
    }
    const strategies = ['fused', 'walk', 'embedding', 'spectral', 'filter'];
    const answers = [
      ...(await Promise.all(strategies.map((own) => get(`/v1/boards/music/ideas?strategy=${own}`)))),
      ...(await Promise.all(
        strategies.map((own) => get(`/v1/pins/${encodeURIComponent('a/b ☂ &"')}/related?strategy=${own}`)),
      )),
      ...(await Promise.all(
        ['/v1/pins', '/v1/search?q=umbrella', '/v1/boards/weather', '/v1/boards/wet/similar'].map((url) => get(url)),
      )),
      await post('/v1/batch', { queries: [{ pin: 'cloud' }, { board: 'music' }, { pin: 'umbrella' }] }),
      await post('/v1/recommend', { pins: [{ id: 'cloud' }] }),
    ];
    for (const { status, text } of answers) {
      t.equal(status, 200, text);
      t.notMatch(text, /"pinId":"umbrella"/);
    }
  });
}

t.test('hide for one board keeps a pin from its ideas alone', async (t) => {
  const { send, ids } = await serve(t);
  await send({ type: 'hide', pin: 'cold', board: 'music' });
  t.notOk((await ids('/v1/boards/music/ideas')).includes('cold'));
  t.ok((await ids('/v1/boards/band/ideas')).includes('cold'));
  await send({ type: 'unhide', pin: 'cold', board: 'music', time: Date.now() + 1000 });
  t.ok((await ids('/v1/boards/music/ideas')).includes('cold'));
});

t.test('a delete says whether it is masked, restored or gone', async (t) => {
  const { post, get } = await serve(t);
  const stateOf = async (id: string): Promise<unknown> => (await get(`/v1/deletions/${id}`)).body['state'];
  await post('/v1/events', [
    { eventId: 'one', type: 'deletePin', pin: 'umbrella', time: '2026-01-01T00:00:00Z' },
    { eventId: 'other', type: 'deletePin', pin: 'never-there' },
  ]);
  t.match((await get('/v1/deletions/one')).body, {
    ...{ kind: 'pin', id: 'umbrella', state: 'masked', deletedAt: '2026-01-01T00:00:00.000Z', inGeneration: 1 },
  });
  t.equal(await stateOf('other'), 'gone');
  await post('/v1/events', [{ eventId: 'again', type: 'pin', pin: 'umbrella', title: 'Umbrella' }]);
  t.equal(await stateOf('one'), 'restored');
  t.equal((await get('/v1/deletions/again')).status, 404);
});
