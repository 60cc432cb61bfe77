import t from 'tap';
import { idsOf, serve, type Answer } from '../server.js';
import { boardIds, pinIds, tinyContents, writeTinyGeneration } from '../world.js';

t.test('related pins come best first with the boards they share', async (t) => {
  const { get } = await serve(t);
  const { status, body } = await get('/v1/pins/umbrella/related?limit=2');
  t.equal(status, 200);
  t.match(body, {
    requestId: /^[0-9a-f-]{36}$/,
    generation: /^[0-9a-f]{12}$/,
    scoreKind: 'fused',
    tookMs: Number,
    fallback: null,
    nextCursor: String,
    items: [
      {
        pinId: pinIds[1],
        rank: 1,
        reasons: [
          {
            kind: 'sharedBoards',
            count: 2,
            boards: [
              { boardId: 'wet', title: 'Wet days', saves: 2 },
              { boardId: 'weather', title: 'Weather', saves: 4 },
            ],
          },
        ],
        payload: {
          title: 'Rain umbrella',
          picture: null,
          saves: 2,
          community: { community: 0, title: 'rain', size: 4 },
        },
      },
      { pinId: 'cloud', rank: 2 },
    ],
  });
});

t.test('the query pin is never in its list, and payloads carry attributes and pictures', async (t) => {
  const { get } = await serve(t);
  const ids = idsOf(await get('/v1/pins/cloud/related'));
  t.notOk(ids.includes('cloud'));
  const { body } = await get(`/v1/pins/${encodeURIComponent(pinIds[1] ?? '')}/related?limit=1`);
  t.match(body, {
    items: [
      {
        pinId: 'umbrella',
        payload: { picture: '/v1/pins/umbrella/picture', attributes: { source: 'Tabler', size: 3, open: true } },
      },
    ],
  });
});

t.test('pages put together equal the unpaged list, on every route with a cursor', async (t) => {
  const { get, post } = await serve(t);
  const body = { pins: [{ id: 'sun' }], negatives: ['drum'] };
  const lists: Record<string, (page: string) => Promise<Answer>> = {
    related: (page) => get(`/v1/pins/sun/related?${page}`),
    ideas: (page) => get(`/v1/boards/mixed/ideas?strategy=embedding&${page}`),
    walk: (page) => get(`/v1/boards/mixed/ideas?strategy=walk&${page}`),
    popular: (page) => get(`/v1/pins?${page}`),
    fallback: (page) => get(`/v1/pins/blank/related?${page}`),
    search: (page) => get(`/v1/search?q=u&${page}`),
    anyWord: (page) => get(`/v1/search?q=umbrella+drum&${page}`),
    recommend: (page) => {
      const { limit, cursor } = Object.fromEntries(new URLSearchParams(page));
      return post('/v1/recommend', { ...body, limit: Number(limit), ...(cursor !== undefined && { cursor }) });
    },
  };
  for (const [name, list] of Object.entries(lists)) {
    const whole = await list('limit=100');
    t.equal(whole.body['nextCursor'], null, `${name} ends`);
    const paged: unknown[] = [];
    let cursor: unknown;
    do {
      const page = await list(`limit=2${typeof cursor === 'string' ? `&cursor=${cursor}` : ''}`);
      t.equal(page.status, 200);
      paged.push(...(page.body['items'] as unknown[]));
      cursor = page.body['nextCursor'];
    } while (cursor !== null && paged.length < 20);
    t.ok(paged.length > 0, `${name} has items`);
    t.same(paged, whole.body['items'], `${name}: pages equal the whole`);
  }
});

t.test('a cursor of another query, another generation or no cursor at all is refused', async (t) => {
  const first = await serve(t);
  const other = await serve(t, writeTinyGeneration(tinyContents('other')));
  const { body } = await first.get('/v1/pins/sun/related?limit=2');
  const cursor = String(body['nextCursor']);
  const cases: [typeof first, string, RegExp, number?][] = [
    [first, `/v1/pins/cloud/related?cursor=${cursor}`, /^cursor: it must belong to this query/],
    [first, `/v1/pins/sun/related?strategy=walk&cursor=${cursor}`, /^cursor: it must belong to this query/],
    [
      other,
      `/v1/pins/sun/related?cursor=${cursor}`,
      /^cursor: it must belong to generation [0-9a-f]{12} \(got [0-9a-f]{12}\)/,
      410,
    ],
    [first, `/v1/pins/sun/related?cursor=nonsense`, /^cursor: it must be a nextCursor of this server \(got nonsense\)/],
  ];
  for (const [server, url, detail, status = 400] of cases) {
    const problem = await server.get(url);
    t.match(problem.body, { status, code: status === 410 ? 'CURSOR_EXPIRED' : 'OPTION_OUT_OF_RANGE', detail });
  }
  t.equal(
    (await first.get(`/v1/pins/sun/related?limit=1&cursor=${cursor}`)).status,
    200,
    'the page may change its size',
  );
});

t.test('ideas for a board never hold a pin that is on it', async (t) => {
  const { get } = await serve(t);
  for (const strategy of ['fused', 'embedding', 'walk', 'spectral']) {
    const answer = await get(`/v1/boards/mixed/ideas?strategy=${strategy}`);
    t.equal(answer.body['scoreKind'], strategy);
    t.notOk(
      idsOf(answer).some((id) => id === 'sun' || id === 'guitar'),
      strategy,
    );
  }
  t.same(
    idsOf(await get('/v1/boards/wet/ideas?strategy=walk')).sort(),
    ['cloud', 'sun'],
    'a walk names only what it reaches',
  );
});

t.test('several pins with weights and negatives make one query', async (t) => {
  const { post } = await serve(t);
  const top = async (body: object): Promise<string[]> =>
    idsOf(await post('/v1/recommend', { strategy: 'embedding', ...body }));
  t.equal((await top({ pins: [{ id: 'umbrella', weight: 9 }, { id: 'drum' }] }))[0], pinIds[1]);
  t.equal((await top({ pins: [{ id: 'umbrella' }, { id: 'drum', weight: 9 }] }))[0], 'cold');
  const unlike = await top({ pins: [{ id: 'sun' }], negatives: ['guitar'] });
  t.notOk(unlike.includes('guitar'), 'a negative is never in the list');
  t.ok(unlike.indexOf('cloud') < unlike.indexOf('drum'));
  const twice = await top({ pins: [{ id: 'umbrella' }, { id: 'umbrella' }, { id: 'drum' }] });
  t.same(twice, await top({ pins: [{ id: 'umbrella', weight: 2 }, { id: 'drum' }] }), 'a repeated pin counts twice');
});

t.test('excluded pins do not appear', async (t) => {
  const { get } = await serve(t);
  const exclude = [pinIds[1] ?? '', 'cloud'].map((id) => `exclude=${encodeURIComponent(id)}`).join('&');
  for (const url of ['/v1/pins/umbrella/related', '/v1/pins', '/v1/pins/blank/related', '/v1/boards/empty/ideas']) {
    const ids = idsOf(await get(`${url}?${exclude}`));
    t.ok(ids.length > 0, url);
    t.notOk(ids.includes('cloud') || ids.includes(pinIds[1] ?? ''), url);
  }
});

t.test('what stood in for missing signal is said', async (t) => {
  const { get } = await serve(t);
  const cold = await get('/v1/pins/cold/related?limit=2');
  t.match(cold.body, {
    scoreKind: 'embedding',
    fallback: 'embedding',
    items: [{ reasons: [{ kind: 'alike', count: 0 }] }],
  });
  t.same(idsOf(cold), ['drum', 'guitar']);
  t.match((await get('/v1/pins/cold/related?strategy=embedding')).body, { scoreKind: 'embedding', fallback: null });
  for (const url of ['/v1/pins/blank/related', '/v1/boards/empty/ideas?strategy=walk']) {
    const popular = await get(url);
    t.match(popular.body, {
      scoreKind: 'saves',
      fallback: 'popular',
      items: [{ score: 3, reasons: [{ kind: 'saves' }] }],
    });
    t.same(idsOf(popular).slice(0, 3), ['guitar', 'umbrella', pinIds[1]], 'most saved first, then by row');
  }
  const metrics = await get('/metrics');
  t.match(metrics.text, /pinwalk_fallbacks_total\{route="\/v1\/pins\/:id\/related",fallback="popular"\} 1/);
  const walkOnly = await serve(t, writeTinyGeneration({ ...tinyContents(), matrices: new Map() }));
  t.match((await walkOnly.get('/v1/pins/sun/related?strategy=embedding')).body, {
    scoreKind: 'walk',
    fallback: 'walk',
  });
});

t.test('many requests at once answer as they do alone', async (t) => {
  const { get } = await serve(t);
  const urls = [
    ...pinIds.map((id) => `/v1/pins/${encodeURIComponent(id)}/related`),
    ...boardIds.map((id) => `/v1/boards/${id}/ideas`),
  ];
  const items = (answer: Answer): unknown => answer.body['items'];
  const alone: unknown[] = [];
  for (const url of urls) alone.push(items(await get(url)));
  const together = await Promise.all(urls.map((url) => get(url)));
  t.same(together.map(items), alone);
});

t.test('a cursor holds where a default is written out, and where a former name is', async (t) => {
  const { get, post } = await serve(t);
  const first = await get('/v1/pins/sun/related?limit=2');
  const written = await get(`/v1/pins/sun/related?strategy=fused&cursor=${String(first.body['nextCursor'])}`);
  t.equal(written.status, 200);
  const spectral = await get('/v1/pins/sun/related?limit=1&strategy=spectral');
  t.equal(
    (await get(`/v1/pins/sun/related?strategy=structure&cursor=${String(spectral.body['nextCursor'])}`)).status,
    200,
  );
  const short = await post('/v1/recommend', { pins: [{ id: 'sun' }], limit: 2 });
  const cursor = short.body['nextCursor'];
  const whole = { exclude: [], strategy: 'fused', negatives: [], cursor, pins: [{ weight: 1, id: 'sun' }] };
  t.equal((await post('/v1/recommend', whole)).status, 200);
  const other = await post('/v1/recommend', { ...whole, pins: [{ id: 'sun', weight: 2 }, { id: 'drum' }] });
  t.match(other.body, { status: 400, detail: /belong to this query/ });
});

t.test('of weights only the ratios count, however large or small they are', async (t) => {
  const { post } = await serve(t);
  for (const strategy of ['fused', 'embedding', 'walk', 'filter', 'spectral']) {
    const ask = async (a: number, b: number): Promise<unknown> => {
      const pins = [
        { id: 'umbrella', weight: a },
        { id: 'drum', weight: b },
        { id: 'drum', weight: b },
      ];
      const { status, body } = await post('/v1/recommend', { pins, negatives: ['cloud'], strategy });
      t.equal(status, 200, `${a} and ${b}`);
      return [body['items'], body['fallback']];
    };
    const plain = await ask(4, 1);
    for (const scale of [2 ** 100, 2 ** 127, 2 ** 1021, 2 ** -150, 2 ** -1070]) {
      t.same(await ask(4 * scale, scale), plain, `${strategy}: ${scale}`);
    }
  }
});

t.test('numbers that are none are refused before anything is asked', async (t) => {
  const { get, post } = await serve(t);
  for (const limit of ['Infinity', '1e400', '0x10', '1e1', '%201', '1.0', '-1', '', '5&limit=6']) {
    t.match((await get(`/v1/pins?limit=${limit}`)).body, { status: 400, code: 'OPTION_OUT_OF_RANGE' }, limit);
  }
  for (const body of ['{"pins":[{"id":"sun"}],"limit":1e400}', '{"pins":[{"id":"sun","weight":1e400}]}']) {
    t.match((await post('/v1/recommend', body)).body, { status: 400, detail: /got Infinity/ });
  }
});
