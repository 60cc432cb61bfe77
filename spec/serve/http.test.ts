import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { openGeneration } from '../../data/generation/read.js';
import { RowRecommender } from '../../serve/row-recommender.js';
import { openSnapshot, type Snapshot } from '../../serve/snapshot.js';
import { serve, type Answer } from './server.js';
import type { AnsweringRanker } from '../../train/ranking/recommend.js';
import { writeTinyGeneration, rankerThatScores } from './world.js';

t.test('info, health and metrics describe the generation', async (t) => {
  const { get } = await serve(t);
  t.match((await get('/v1/info')).body, {
    name: 'tiny',
    createdAt: '2026-01-02T03:04:05Z',
    counts: { pins: 8, boards: 6, saves: 12 },
    strategies: ['fused', 'embedding', 'walk', 'filter', 'spectral'],
    communities: [{ title: 'rain' }, { title: 'music' }],
    meta: { seed: 1, metrics: { recall: 0.5 }, config: { dimension: 2 }, checksum: String },
  });
  t.same((await get('/health/live')).body, { status: 'live' });
  t.match((await get('/health/ready')).body, { status: 'ready', generation: /^[0-9a-f]{12}$/ });
  await get('/v1/no/such/route');
  const { text, headers } = await get('/metrics');
  t.match(headers.get('content-type'), /^text\/plain/);
  t.match(text, /pinwalk_request_seconds_count\{method="GET",route="\/v1\/info",status="200"\} 1/);
  t.match(text, /route="none",status="404"/);
  t.match(text, /pinwalk_generation_info\{generation="[0-9a-f]{12}",name="tiny"\} 1/);
  t.match(text, /process_cpu_seconds_total/);
});

t.test('every error is a problem document with a stable code', async (t) => {
  const { get, post } = await serve(t);
  const cases: [Promise<Answer>, number, string, string | RegExp][] = [
    [
      get('/v1/pins/nobody/related'),
      404,
      'NOT_FOUND',
      'pin: the id must be in this generation (got nobody); look it up: /v1/search',
    ],
    [get('/v1/boards/none/ideas'), 404, 'NOT_FOUND', /^board: the id must be in this generation \(got none\)/],
    [
      get('/v1/pins/sun/related?limti=3'),
      400,
      'OPTION_UNKNOWN',
      'query: limti is not an option here; did you mean limit?',
    ],
    [
      get('/v1/search?q=a&color=red'),
      400,
      'OPTION_UNKNOWN',
      'query: color is not an option here; known are q, limit, cursor',
    ],
    [get('/v1/pins/sun/related?limit=0'), 400, 'OPTION_OUT_OF_RANGE', 'query.limit: must be >= 1 (got 0)'],
    [get('/v1/pins/sun/related?limit=101'), 400, 'OPTION_OUT_OF_RANGE', 'query.limit: must be <= 100 (got 101)'],
    [
      get('/v1/pins/sun/related?limit=ten'),
      400,
      'OPTION_OUT_OF_RANGE',
      'query.limit: must be an integer in decimal digits (got ten)',
    ],
    [
      get('/v1/pins/sun/related?strategy=best'),
      400,
      'OPTION_OUT_OF_RANGE',
      /^query.strategy: must be one of fused, .* \(got best\)$/,
    ],
    [
      post('/v1/recommend', { pins: [{ id: 'sun' }], ['x'.repeat(100_000)]: 1 }),
      400,
      'OPTION_UNKNOWN',
      /^body: x{80}\.\.\. is not an option here; known are /,
    ],
    [get('/v1/search'), 400, 'OPTION_OUT_OF_RANGE', "query: must have required property 'q'"],
    [get('/nowhere'), 404, 'NOT_FOUND', 'route: GET /nowhere must exist; see /openapi.json'],
    [post('/v1/recommend', { pins: [] }), 400, 'OPTION_OUT_OF_RANGE', /^body.pins: must NOT have fewer than 1 items/],
    [
      post('/v1/recommend', { pins: [{ id: 'sun', weight: 0 }] }),
      400,
      'OPTION_OUT_OF_RANGE',
      'body.pins.0.weight: must be > 0 (got 0)',
    ],
    [post('/v1/recommend', { pins: [{ id: 'sun', wieght: 1 }] }), 400, 'OPTION_UNKNOWN', /did you mean weight\?/],
    [
      post('/v1/recommend', { pins: [{ id: 'sun' }], negatives: ['sun'] }),
      400,
      'OPTION_OUT_OF_RANGE',
      'recommend: a pin must not be a negative too (got sun)',
    ],
    [
      post('/v1/recommend', '{"pins":[{"id":1234567890123456001}]}'),
      400,
      'OPTION_OUT_OF_RANGE',
      /^body\.pins\.0\.id: must be text, or a whole number below 2\^53 \(got 1234567890123456000\); write long ids in quotes/,
    ],
    [post('/v1/recommend', { pins: [{ id: null }] }), 400, 'OPTION_OUT_OF_RANGE', /got null/],
    [post('/v1/recommend', { pins: [{ id: true }] }), 400, 'OPTION_OUT_OF_RANGE', /got true/],
    [
      post('/v1/recommend', { pins: [{ id: 'sun', weight: '2' }] }),
      400,
      'OPTION_OUT_OF_RANGE',
      /weight: must be a number/,
    ],
    [post('/v1/recommend', { pins: [{ id: 'sun' }], exclude: [1.5] }), 400, 'OPTION_OUT_OF_RANGE', /exclude\.0/],
    [get('/v1/pins/%E0%A4%A/related'), 400, 'REQUEST_INVALID', /is not a valid url component/],
    [post('/v1/recommend', '{"pins":'), 400, 'REQUEST_INVALID', /JSON/],
    [
      post('/v1/recommend', 'pins=sun', 'application/x-www-form-urlencoded'),
      415,
      'REQUEST_INVALID',
      /Unsupported Media Type/,
    ],
    [post('/v1/recommend', 'x'.repeat(2 << 20)), 413, 'REQUEST_INVALID', /too large/],
  ];
  for (const [asked, status, code, detail] of cases) {
    const answer = await asked;
    t.equal(answer.headers.get('content-type'), 'application/problem+json', String(detail));
    t.match(answer.body, {
      type: `urn:pinwalk:problem:${code}`,
      title: String,
      status,
      code,
      detail,
      instance: /^\//,
      requestId: answer.headers.get('x-request-id') ?? '',
    });
    t.equal(answer.status, status);
  }
});

t.test('an unexpected failure shows nothing of its insides', async (t) => {
  const failing = (): never => {
    throw new Error('secret path /home/someone');
  };
  const { get } = await serve(t, fakeSnapshot(failing));
  const { status, body, text } = await get('/v1/pins/sun/related');
  t.equal(status, 500);
  t.match(body, { code: 'INTERNAL', detail: /^see the server's log for request [0-9a-f-]{36}$/ });
  t.notMatch(text, /secret/);
});

t.test('the OpenAPI document names every route, its options and its problems', async (t) => {
  const { get } = await serve(t);
  const { body } = await get('/openapi.json');
  t.match(body['openapi'], /^3\.1/);
  const paths = body['paths'] as Record<string, Record<string, { responses: object; parameters?: { name: string }[] }>>;
  t.same(Object.keys(paths).sort(), [
    '/health/live',
    '/health/ready',
    '/metrics',
    '/v1/batch',
    '/v1/boards/{id}',
    '/v1/boards/{id}/ideas',
    '/v1/boards/{id}/similar',
    '/v1/deletions/{id}',
    '/v1/events',
    '/v1/info',
    '/v1/pins',
    '/v1/pins/{id}',
    '/v1/pins/{id}/boards',
    '/v1/pins/{id}/picture',
    '/v1/pins/{id}/related',
    '/v1/recommend',
    '/v1/search',
  ]);
  const related = paths['/v1/pins/{id}/related']?.['get'];
  t.same(related?.parameters?.map(({ name }) => name).sort(), [
    ...['cursor', 'diversity', 'exclude', 'explain', 'fields', 'filter', 'freshness', 'id', 'limit', 'minScore'],
    ...['perBoard', 'perCommunity', 'strategy'],
  ]);
  const problem = { content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } };
  t.match(related?.responses, { 400: problem, 404: problem, 410: problem, 429: problem, default: problem });
  t.match(related?.responses, {
    200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/List' } } } },
  });
  const { schemas } = body['components'] as { schemas: Record<string, { properties: object }> };
  for (const name of ['Board', 'Filter', 'Info', 'List', 'ListItem', 'Pin', 'Problem']) t.ok(schemas[name], name);
  t.match(schemas['List']?.properties, { items: { items: { $ref: '#/components/schemas/ListItem' } } });
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods)) as unknown as {
    operationId: string;
    parameters?: { required: boolean; schema: object; in: string }[];
    requestBody?: { content: { 'application/json': { schema: { required: string[] } } } };
  }[];
  t.equal(new Set(operations.map(({ operationId }) => operationId)).size, operations.length);
  for (const { operationId, parameters = [], requestBody } of operations) {
    t.match(operationId, /^[a-z][A-Za-z]+$/);
    t.notOk(
      parameters.some(({ required, schema }) => required && 'default' in schema),
      operationId,
    );
    const duties = operationId === 'recommendBatch' ? ['queries'] : [];
    // Events are looked at one by one, so that one that is none does not cost the others.
    if (requestBody && operationId !== 'sendEvents') {
      t.same(requestBody.content['application/json'].schema.required, duties);
    }
  }
});

t.test('the page is served from its folder, without hiding the routes', async (t) => {
  const pageFolder = mkdtempSync(path.join(tmpdir(), 'pinwalk-page-'));
  mkdirSync(path.join(pageFolder, 'assets'));
  writeFileSync(path.join(pageFolder, 'index.html'), '<!doctype html><title>Pinwalk</title>');
  writeFileSync(path.join(pageFolder, 'assets', 'main-1a2b.js'), '1');
  const { get } = await serve(t, openSnapshot(writeTinyGeneration()), pageFolder);
  const page = await get('/');
  t.match(page.text, /<title>Pinwalk/);
  t.equal(page.headers.get('cache-control'), 'no-cache');
  t.match(page.headers.get('content-security-policy'), /default-src 'self'/);
  t.match((await get('/assets/main-1a2b.js')).headers.get('cache-control'), /immutable/);
  t.equal((await get('/v1/pins/sun')).status, 200);
  t.equal((await get('/../package.json')).status, 404);
  const without = await serve(t, openSnapshot(writeTinyGeneration()), path.join(pageFolder, 'absent'));
  t.match((await without.get('/')).body, { detail: 'route: GET / must exist; the page is not built: npm run build' });
});

function fakeSnapshot(score: AnsweringRanker['score']): Snapshot {
  const generation = openGeneration(writeTinyGeneration());
  const recommender = new RowRecommender(generation, rankerThatScores(generation, score));
  const id = generation.checksum.slice(0, 12);
  return { generation, recommender, id, damage: undefined, close: () => generation.close() };
}
