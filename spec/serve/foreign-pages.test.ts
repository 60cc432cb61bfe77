import t from 'tap';
import { serve } from './server.js';

const preflight = {
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'content-type,x-api-key',
};

t.test('no page of another origin may read answers by default', async (t) => {
  const { ask, get } = await serve(t);
  const origin = 'https://shop.example';
  const asked = await ask('/v1/recommend', { method: 'OPTIONS', headers: { origin, ...preflight } });
  t.equal(asked.status, 204);
  for (const { headers } of [asked, await get('/v1/pins/sun', { origin })]) {
    t.equal(headers.get('access-control-allow-origin'), null);
  }
});

t.test('a page of an origin that is named may ask and read, one of another may not', async (t) => {
  const { ask, get } = await serve(t, undefined, undefined, {
    corsOrigins: ['https://shop.example', 'https://b.example'],
  });
  for (const [origin, allowed] of [
    ['https://shop.example', 'https://shop.example'],
    ['https://evil.example', null],
  ] as const) {
    const asked = await ask('/v1/recommend', { method: 'OPTIONS', headers: { origin, ...preflight } });
    t.equal(asked.status, 204);
    t.equal(asked.headers.get('access-control-allow-origin'), allowed);
    if (allowed !== null) {
      t.match(asked.headers.get('access-control-allow-methods'), 'POST');
      t.match(asked.headers.get('access-control-allow-headers'), 'x-api-key');
    }
    const got = await get('/v1/pins/sun', { origin });
    t.equal(got.headers.get('access-control-allow-origin'), allowed);
    t.match(got.headers.get('vary'), /origin/i);
  }
  const plain = await ask('/v1/recommend', { method: 'OPTIONS' });
  t.equal(plain.status, 204);
  t.equal(plain.headers.get('allow'), 'OPTIONS, POST');
});

t.test('every origin may read where * is named', async (t) => {
  const { get } = await serve(t, undefined, undefined, { corsOrigins: ['*'] });
  t.equal(
    (await get('/v1/pins/sun', { origin: 'https://any.example' })).headers.get('access-control-allow-origin'),
    '*',
  );
});
