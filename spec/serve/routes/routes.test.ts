/**
 * What must hold of every list, whatever is asked: drawn requests of every list route over one random world.
 */
import fc from 'fast-check';
import t from 'tap';
import { randomInteger, randomStream } from '../../../data/random.js';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { degree, entriesOf } from '../../../graph/compressed-rows.js';
import { createClient, type Schemas } from '../../../serve/client/client.js';
import type { paths } from '../../../serve/client/paths.js';
import { buildServer } from '../../../serve/http.js';
import { openSnapshot } from '../../../serve/snapshot.js';
import { strategies } from '../../../train/ranking/settings.js';
import { tinyContents, writeTinyGeneration } from '../world.js';

const [pinCount, boardCount] = [60, 24];
const random = randomStream(20, 'world', 0);
const colors = ['red', 'green', 'blue'];
const pinNames = Array.from({ length: pinCount }, (_, pin) => `p${pin}`);
const boardNames = Array.from({ length: boardCount }, (_, board) => `b${board}`);
const color = (pin: number): string => colors[pin % 3] as string;
/** The last fifth of the pins has no saves. */
const saved = Array.from(
  { length: 260 },
  () => [randomInteger(random, boardCount), randomInteger(random, 48)] as const,
);
const vectors = Float32Array.from({ length: pinCount * 3 }, (_, i) => (i % 3 === 0 ? 0.2 : random() - 0.4));
for (let at = 0; at < vectors.length; at += 3) {
  const row = vectors.subarray(at, at + 3);
  row.set(row.map((value) => value / Math.hypot(...row)));
}
const distinct = [...new Map(saved.map((own) => [own.join(), own])).values()];
const graph = buildGraph(
  { boards: Uint32Array.from(distinct, ([board]) => board), pins: Uint32Array.from(distinct, ([, pin]) => pin) },
  { pinCount, boardCount },
);
const blank = <Value>(count: number, value: Value): Value[] => Array<Value>(count).fill(value);
const { related: _related, communities: _communities, ...rest } = tinyContents();
const snapshot = openSnapshot(
  writeTinyGeneration({
    ...rest,
    pins: {
      ids: pinNames,
      titles: pinNames.map((_, pin) => `thing ${color(pin)}`),
      attributes: pinNames.map((_, pin) => ({ color: color(pin), price: pin })),
      pictures: blank(pinCount, undefined),
    },
    boards: { ids: boardNames, titles: blank(boardCount, 'board'), attributes: blank(boardCount, undefined) },
    graph,
    matrices: new Map([
      ['pin.query', { rows: pinCount, columns: 3, values: vectors }],
      ['pin.target', { rows: pinCount, columns: 3, values: vectors }],
      ['pin.bias', { rows: pinCount, columns: 1, values: new Float32Array(pinCount) }],
    ]),
  }),
);
const app = await buildServer({ snapshot, pageFolder: '/no/page' });
t.teardown(() => app.close());
const client = createClient({
  baseUrl: 'http://localhost',
  fetch: async (request) => {
    const { statusCode, payload, headers } = await app.inject({
      method: request.method as 'GET',
      url: request.url.slice('http://localhost'.length),
      headers: Object.fromEntries(request.headers),
      ...(request.body && { payload: await request.text() }),
    });
    return new Response(payload, { status: statusCode, headers: { 'content-type': String(headers['content-type']) } });
  },
});

type RecommendBody = paths['/v1/recommend']['post']['requestBody']['content']['application/json'];
interface Asked {
  readonly route: 'related' | 'ideas' | 'recommend' | 'popular';
  readonly pins: readonly number[];
  readonly board: number;
  readonly vector: boolean;
  readonly limit: number;
  readonly exclude: readonly number[];
  readonly filter: object | undefined;
  readonly strategy: (typeof strategies)[number];
  readonly diversity: number | undefined;
  readonly perBoard: number | undefined;
  readonly freshness: number | undefined;
  readonly minScore: number | undefined;
}
const some = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });
const conditions = fc.oneof(
  fc.record({ attribute: fc.constant('color'), in: fc.subarray(colors, { minLength: 1 }) }),
  fc.record({ attribute: fc.constant('price'), from: fc.nat(30), to: fc.integer({ min: 30, max: 60 }) }),
);
const requests: fc.Arbitrary<Asked> = fc.record({
  route: fc.constantFrom('related', 'ideas', 'recommend', 'popular'),
  pins: fc.uniqueArray(fc.nat(pinCount - 1), { minLength: 1, maxLength: 4 }),
  board: fc.nat(boardCount - 1),
  vector: fc.boolean(),
  limit: fc.integer({ min: 1, max: 30 }),
  exclude: fc.uniqueArray(fc.nat(pinCount - 1), { maxLength: 12 }),
  filter: some(
    fc.oneof(conditions, fc.record({ not: conditions }), fc.record({ or: fc.array(conditions, { minLength: 1 }) })),
  ),
  strategy: fc.constantFrom(...strategies),
  diversity: some(fc.constantFrom(0.3, 0.8)),
  perBoard: some(fc.integer({ min: 1, max: 3 })),
  freshness: some(fc.constantFrom(0, 0.25, 1)),
  minScore: some(fc.constantFrom(0.2, 0.7)),
});

/** One page, or a problem. */
async function ask(
  asked: Asked,
  page: { limit: number; cursor?: string; explain?: boolean },
): Promise<Schemas['List']> {
  const { route, pins, vector, strategy, perBoard, minScore } = asked;
  const names = pins.map((pin) => pinNames[pin] as string);
  const filter = asked.filter && JSON.stringify(asked.filter);
  const exclude = asked.exclude.map((pin) => pinNames[pin] as string);
  const rules = {
    ...page,
    exclude,
    ...(filter !== undefined && { filter }),
    ...(perBoard !== undefined && { perBoard }),
    ...(minScore !== undefined && { minScore }),
  };
  const ranked = {
    ...rules,
    strategy,
    ...(asked.diversity !== undefined && { diversity: asked.diversity }),
    ...(asked.freshness !== undefined && asked.diversity === undefined && { freshness: asked.freshness }),
  };
  const id = names[0] as string;
  const { explain: _explain, ...plain } = rules;
  const { filter: _text, ...body } = ranked;
  const answer = await (route === 'related'
    ? client.GET('/v1/pins/{id}/related', { params: { path: { id }, query: ranked } })
    : route === 'ideas'
      ? client.GET('/v1/boards/{id}/ideas', {
          params: { path: { id: boardNames[asked.board] as string }, query: ranked },
        })
      : route === 'popular'
        ? client.GET('/v1/pins', { params: { query: plain } })
        : client.POST('/v1/recommend', {
            body: {
              ...body,
              ...(vector
                ? { vector: Array.from(vectors.subarray(0, 3)) }
                : { pins: names.map((name) => ({ id: name })) }),
              ...(asked.filter && { filter: asked.filter as Schemas['Filter'] }),
            } satisfies RecommendBody,
          }));
  if (answer.data) return answer.data;
  throw new Error(JSON.stringify(answer.error));
}

const rowOf = (pinId: string): number => Number(pinId.slice(1));
const isKept = (filter: object | undefined, pin: number): boolean => {
  if (!filter) return true;
  if ('not' in filter) return !isKept(filter.not as object, pin);
  if ('or' in filter) return (filter.or as object[]).some((own) => isKept(own, pin));
  const { in: values, from, to } = filter as { in?: string[]; from: number; to: number };
  return values ? values.includes(color(pin)) : pin >= from && pin <= to;
};

t.test('every list holds what was asked for and nothing else, and its pages are the whole list', async (t) => {
  let [count, explained] = [0, 0];
  const check = async (asked: Asked): Promise<void> => {
    const whole = await ask(asked, { limit: 100 });
    const rows = whole.items.map(({ pinId }) => rowOf(pinId));
    const own =
      asked.route === 'related'
        ? asked.pins.slice(0, 1)
        : asked.route === 'ideas'
          ? [...entriesOf(graph.pinsOfBoard, asked.board)]
          : asked.route === 'recommend' && !asked.vector
            ? asked.pins
            : [];
    const left = new Set([...own, ...asked.exclude]);
    hold(new Set(rows).size === rows.length, 'no pin twice');
    hold(
      rows.every((pin) => !left.has(pin)),
      'nothing that was asked with or left out',
    );
    hold(
      rows.every((pin) => isKept(asked.filter, pin)),
      'the filter leaks nothing',
    );
    hold(
      whole.items.every(({ rank }, n) => rank === n + 1),
      'ranks from 1',
    );
    const boards = rows.flatMap((pin) => [...entriesOf(graph.boardsOfPin, pin)]);
    const most = Math.max(0, ...boards.map((board) => boards.filter((other) => other === board).length));
    hold(asked.perBoard === undefined || most <= asked.perBoard, 'boards are capped');
    const best = Math.max(...whole.items.map(({ score }) => score));
    const floor = best > 0 ? (asked.minScore ?? 0) * best : -Infinity;
    hold(asked.minScore === undefined || whole.items.every(({ score }) => score >= floor - 1e-6), 'strong enough');
    const pages: Schemas['ListItem'][] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await ask(asked, { limit: asked.limit, ...(cursor !== undefined && { cursor }) });
      hold(page.items.length <= asked.limit, 'no longer than asked');
      hold(page.nextCursor === null || page.items.length === asked.limit, 'full while there is more');
      pages.push(...page.items);
      cursor = page.nextCursor;
    }
    hold(JSON.stringify(pages) === JSON.stringify(whole.items), 'pages are the whole list');
    count++;
    if (asked.route === 'popular') return;
    const told = await ask(asked, { limit: 100, explain: true });
    hold(
      told.items.map(({ pinId }) => pinId).join() === whole.items.map(({ pinId }) => pinId).join(),
      'the same, explained',
    );
    for (const { pinId, score, explanation } of told.items) {
      if (!explanation || told.scoreKind === 'saves' || degree(graph.boardsOfPin, rowOf(pinId)) === 0) continue;
      const sum = explanation.terms.reduce((total, { value }) => total + value, 0);
      hold(Math.abs(sum - score) <= 1e-4 * Math.max(1, Math.abs(score)), `${pinId}: ${sum} is the score ${score}`);
      const because = explanation.because;
      if (because) hold(own.includes(rowOf(because.pinId)), 'because of a pin that was asked with');
      explained++;
    }
  };
  await fc.assert(fc.asyncProperty(requests, check), { seed: 20, numRuns: 40, interruptAfterTimeLimit: 20_000 });
  t.ok(count >= 20 && explained > 100, `${count} requests, ${explained} explanations`);
});

function hold(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(what);
}

t.test('vectors come out as they go in', async (t) => {
  const out = await client.GET('/v1/pins/{id}/related', {
    params: { path: { id: 'p1' }, query: { fields: 'vector', limit: 3 } },
  });
  const [first] = out.data?.items ?? [];
  t.equal(first?.vector?.length, 3);
  t.notOk(first && 'payload' in first);
  const back = await client.POST('/v1/recommend', { body: { vector: first?.vector ?? [], limit: 1, fields: 'ids' } });
  t.match(back.data, { scoreKind: 'embedding', fallback: null, items: [{ pinId: first?.pinId, rank: 1 }] });
  t.ok(Math.abs((back.data?.items[0]?.score ?? 0) - 1) < 1e-5, 'the cosine of a vector with itself');
  for (const body of [{ vector: [1, 0] }, { vector: [0, 0, 0] }, { vector: [1, 0, 0], pins: [{ id: 'p1' }] }, {}]) {
    const { error } = await client.POST('/v1/recommend', { body });
    t.match(error, { status: 400, code: 'OPTION_OUT_OF_RANGE' });
  }
});

t.test('new pins take at least their share of the places', async (t) => {
  for (const freshness of [0, 0.25, 0.5, 1]) {
    const { data } = await client.GET('/v1/pins/{id}/related', {
      params: { path: { id: 'p2' }, query: { freshness } },
    });
    const isFresh = (data?.items ?? []).map(({ pinId }) => degree(graph.boardsOfPin, rowOf(pinId)) === 0);
    const freshCount = isFresh.filter(Boolean).length;
    t.equal(isFresh.length, 20);
    t.ok(freshCount >= Math.min(12, Math.floor(20 * freshness)), `${freshCount} at ${freshness}`);
    if (freshness === 1) t.same(isFresh.slice(0, 12), Array(12).fill(true));
  }
  const both = await client.GET('/v1/pins/{id}/related', {
    params: { path: { id: 'p2' }, query: { freshness: 0.5, diversity: 0.5 } },
  });
  t.match(both.error, { status: 400, detail: /freshness: it must not be asked together with diversity/ });
});

t.test('a batch gives the lists that its queries would get alone', async (t) => {
  const { data } = await client.POST('/v1/batch', {
    body: {
      limit: 7,
      exclude: ['p3', 'gone'],
      queries: [
        { pin: 'p1' },
        { board: 'b2' },
        { pins: [{ id: 'p4', weight: 2 }, { id: 'p5' }] },
        { pin: 'nobody' },
        { board: 'none' },
      ],
    },
  });
  const query = { limit: 7, exclude: ['p3'] };
  const alone = [
    await client.GET('/v1/pins/{id}/related', { params: { path: { id: 'p1' }, query } }),
    await client.GET('/v1/boards/{id}/ideas', { params: { path: { id: 'b2' }, query } }),
    await client.POST('/v1/recommend', { body: { ...query, pins: [{ id: 'p4', weight: 2 }, { id: 'p5' }] } }),
  ];
  const items = data?.lists.map((list) => list?.items ?? null);
  t.same(items, [...alone.map((own) => own.data?.items), null, null]);
  t.same(data?.unknown, ['gone', 'nobody']);
  for (const queries of [[{}], [{ pin: 'p1', board: 'b1' }], [], Array<object>(101).fill({ pin: 'p1' })]) {
    const { error } = await client.POST('/v1/batch', { body: { queries } });
    t.match(error, { status: 400 }, String(queries.length));
  }
});

t.test('boards like a board share its pins, and boards that would suit a pin do not hold it', async (t) => {
  for (const [board, id] of boardNames.slice(0, 8).entries()) {
    const { data } = await client.GET('/v1/boards/{id}/similar', { params: { path: { id }, query: { limit: 5 } } });
    const own = new Set(entriesOf(graph.pinsOfBoard, board));
    t.equal(data?.items.length, 5);
    t.notOk(data?.items.some(({ boardId }) => boardId === id));
    t.ok(data?.items.every(({ pins }) => pins.length > 0 && pins.every(({ pinId }) => own.has(rowOf(pinId)))));
    t.ok(
      data?.items.every(({ score }, n) => n === 0 || score <= (data.items[n - 1]?.score ?? 0)),
      'best first',
    );
  }
  for (const [pin, id] of pinNames.slice(40, 52).entries()) {
    const { data } = await client.GET('/v1/pins/{id}/boards', { params: { path: { id } } });
    const own = [...entriesOf(graph.boardsOfPin, pin + 40)].map((board) => `b${board}`);
    t.notOk(
      data?.items.some(({ boardId }) => own.includes(boardId)),
      id,
    );
  }
  const { error } = await client.GET('/v1/boards/{id}/similar', { params: { path: { id: 'none' } } });
  t.match(error, { code: 'NOT_FOUND' });
});
