import { readFileSync } from 'node:fs';
import t from 'tap';
import { createClient } from '../../../serve/client/client.js';
import { clientTypes, clientTypesFile } from '../../tools/client-types.js';
import { serve } from '../server.js';

t.test('the types of the client are those of the description', async (t) => {
  t.equal(readFileSync(clientTypesFile, 'utf8'), await clientTypes(), 'run node dist/spec/tools/client-types.js');
});

t.test('a client asks what the front page asks, and gets answers and problems with their types', async (t) => {
  const { address } = await serve(t);
  const client = createClient({ baseUrl: address });
  const id = 'a/b ☂ &"';
  const related = await client.GET('/v1/pins/{id}/related', { params: { path: { id }, query: { limit: 2 } } });
  t.match(related.data, { items: [{ pinId: 'umbrella', rank: 1 }], fallback: null });
  const excluded = await client.GET('/v1/pins/{id}/related', {
    params: { path: { id }, query: { exclude: ['umbrella', 'sun'], filter: '{"not": {"attribute": "a", "in": [1]}}' } },
  });
  t.notMatch(
    excluded.data?.items.map(({ pinId }) => pinId),
    ['umbrella'],
  );
  const recommended = await client.POST('/v1/recommend', {
    body: { pins: [{ id: 'umbrella', weight: 2 }, { id: 'cloud' }], negatives: ['guitar'], limit: 3 },
  });
  t.equal(recommended.data?.scoreKind, 'fused');
  const missing = await client.GET('/v1/pins/{id}', { params: { path: { id: 'nobody' } } });
  t.match(missing.error, { code: 'NOT_FOUND', status: 404, requestId: String });
  t.equal(missing.data, undefined);
});
