import t from 'tap';
import { idsOf, serve } from '../server.js';
import { pinIds, png, svg } from '../world.js';

t.test('ids of any characters work percent-encoded', async (t) => {
  const { get } = await serve(t);
  const id = pinIds[1] ?? '';
  t.match((await get(`/v1/pins/${encodeURIComponent(id)}`)).body, { pinId: id, payload: { title: 'Rain umbrella' } });
  const long = 'x'.repeat(1500);
  t.match((await get(`/v1/pins/${long}`)).body, { status: 404, code: 'NOT_FOUND', detail: /got x{80}\.\.\./ });
});

t.test('single pins and boards show what they hold', async (t) => {
  const { get } = await serve(t);
  t.match((await get('/v1/pins/guitar')).body, {
    pinId: 'guitar',
    payload: { title: 'Guitar', saves: 3 },
    boards: [{ boardId: 'music' }, { boardId: 'band' }, { boardId: 'mixed' }],
  });
  t.equal(((await get('/v1/pins/guitar?limit=1')).body['boards'] as unknown[]).length, 1);
  t.match((await get('/v1/boards/music')).body, {
    boardId: 'music',
    title: 'Music',
    saves: 2,
    community: { community: 1, title: 'music' },
    pins: [{ pinId: 'guitar' }, { pinId: 'drum', payload: { title: 'Drum' } }],
  });
  t.same((await get('/v1/boards/empty')).body['pins'], []);
});

t.test('pictures are sent with their type, a strict policy and a tag', async (t) => {
  const { get } = await serve(t);
  const drawn = await get('/v1/pins/umbrella/picture');
  t.equal(drawn.text, svg);
  t.equal(drawn.headers.get('content-type'), 'image/svg+xml');
  t.match(drawn.headers.get('content-security-policy'), /default-src 'none'.*sandbox/);
  t.equal(drawn.headers.get('x-content-type-options'), 'nosniff');
  const painted = await get('/v1/pins/sun/picture');
  t.equal(painted.headers.get('content-type'), 'image/png');
  t.equal(Number(painted.headers.get('content-length')), png.length);
  const again = await get('/v1/pins/umbrella/picture', { 'if-none-match': drawn.headers.get('etag') ?? '' });
  t.equal(again.status, 304);
  t.match((await get('/v1/pins/cloud/picture')).body, { status: 404, detail: 'picture: cloud has no picture' });
});

t.test('search finds pins by prefix and boards beside them, and reads no syntax', async (t) => {
  const { get } = await serve(t);
  const found = await get('/v1/search?q=umb');
  t.match(found.body, { scoreKind: 'bm25', fallback: null, boards: [{ boardId: 'mixed' }], nextCursor: null });
  t.same(idsOf(found), ['umbrella', pinIds[1]]);
  t.same(idsOf(await get('/v1/search?q=RAIN+umb')), [pinIds[1]]);
  t.same(idsOf(await get(`/v1/search?q=${encodeURIComponent('cafe')}`)), ['cloud']);
  const either = await get('/v1/search?q=guitar+drum');
  t.equal(either.body['fallback'], 'anyWord');
  t.same(idsOf(either).sort(), ['cold', 'drum', 'guitar']);
  for (const q of ['"', '*', 'a OR', 'title:', 'NEAR(', '( AND )', '^-', '☂️', "'; DROP TABLE pins; --", '\0']) {
    t.equal((await get(`/v1/search?q=${encodeURIComponent(q)}`)).status, 200, JSON.stringify(q));
  }
});
