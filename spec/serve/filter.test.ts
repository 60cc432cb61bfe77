import t from 'tap';
import { openGeneration } from '../../data/generation/read.js';
import { randomInteger, randomStream } from '../../data/random.js';
import { matcherOf, parseFilter, rowsLeftOut, type Filter } from '../../serve/filter.js';
import { writeWorld } from '../campaign/served-world.js';
import { idsOf, serve, type Answer } from './server.js';

t.test('a filter keeps what it says, and no pin without the attribute', (t) => {
  const lamp = { color: 'red|blue', price: 12, made: '2024-05-01', sale: true, note: '' };
  const cases: [unknown, boolean][] = [
    [{ attribute: 'color', in: ['red'] }, true],
    [{ attribute: 'color', in: ['red|blue'] }, true],
    [{ attribute: 'color', in: ['re', 'green'] }, false],
    [{ attribute: 'price', in: [12] }, true],
    [{ attribute: 'price', in: ['12'] }, true],
    [{ attribute: 'sale', in: [true] }, true],
    [{ attribute: 'price', from: 12, to: 12 }, true],
    [{ attribute: 'price', from: 12.5 }, false],
    [{ attribute: 'price', to: 100 }, true],
    [{ attribute: 'made', from: '2024-01-01', to: '2024-12-31' }, true],
    [{ attribute: 'made', from: 1 }, false],
    [{ attribute: 'note', to: 5 }, false],
    [{ attribute: 'sale', to: 5 }, false],
    [{ attribute: 'toString', in: [''] }, false],
    [{ not: { attribute: 'size', in: ['L'] } }, true],
    [
      {
        and: [
          { attribute: 'sale', in: [true] },
          { attribute: 'price', to: 5 },
        ],
      },
      false,
    ],
    [
      {
        or: [
          { attribute: 'sale', in: [true] },
          { attribute: 'price', to: 5 },
        ],
      },
      true,
    ],
  ];
  for (const [filter, isKept] of cases)
    t.equal(matcherOf(parseFilter(JSON.stringify(filter)))(lamp), isKept, JSON.stringify(filter));
  t.equal(matcherOf({ attribute: 'price', from: 0 })(undefined), false);
  t.end();
});

t.test('what is no filter is refused with its place', (t) => {
  let deep: unknown = { attribute: 'a', in: [] };
  for (let i = 0; i < 9; i++) deep = { not: deep };
  const cases: [unknown, RegExp][] = [
    ['{', /^filter: must be JSON/],
    [[], /^filter: must be an object \(got \[\]\)/],
    [{}, /^filter: must be and, or, not, or name an attribute/],
    [{ attribute: 'a' }, /^filter: must have in, or from and to/],
    [{ attribute: 'a', from: 1, to: 'b' }, /^filter: must have in/],
    [{ attribute: 'a', in: [{}] }, /^filter\.in: must list at most 1000 values/],
    [{ attribute: 'a', in: [1], from: 1 }, /^filter: /],
    [{ and: [{ attribute: 'a', in: [1] }, { or: [] }] }, /^filter\.and\.1\.or: must be a list of conditions/],
    [deep, /^filter: must have at most 64 conditions, 8 deep/],
    [{ or: Array.from({ length: 65 }, () => ({ attribute: 'a', in: [1] })) }, /at most 64 conditions/],
  ];
  for (const [filter, message] of cases) t.throws(() => parseFilter(filter), { code: 'OPTION_OUT_OF_RANGE', message });
  t.end();
});

t.test('rowsLeftOut is every row that does not match, the second time too', (t) => {
  const generation = openGeneration(writeWorld(3, { pinCount: 200 }).file);
  t.teardown(() => generation.close());
  const filter: Filter = { attribute: 'price', from: 10, to: 30 };
  const rows = rowsLeftOut(generation, filter);
  const { attributes } = generation.pins.table;
  t.same(
    Array.from(rows),
    Array.from(attributes.keys()).filter((pin) => !matcherOf(filter)(attributes[pin])),
  );
  t.equal(rowsLeftOut(generation, { ...filter }), rows);
  t.end();
});

t.test('on every list route filter, diversity, exclude and paging hold together', async (t) => {
  const world = writeWorld(11, { pinCount: 300 });
  const { get, post } = await serve(t, world.file);
  const generation = openGeneration(world.file);
  t.teardown(() => generation.close());
  const random = randomStream(11, 'rules');
  const draw = <Value>(values: readonly Value[]): Value => values[randomInteger(random, values.length)] as Value;
  for (let round = 0; round < 24; round++) {
    const pin = draw(world.pinIds);
    const board = draw(world.boardIds);
    const exclude = [draw(world.pinIds), draw(world.pinIds), 'gone'];
    const filter: Filter = draw([
      { attribute: 'color', in: ['red'] },
      { attribute: 'price', from: 3, to: 4 },
      { not: { attribute: 'color', in: ['blue'] } },
    ]);
    const options = {
      strategy: draw(['fused', 'walk', 'embedding']),
      exclude,
      filter,
      ...(round % 2 === 0 && { diversity: draw([0.3, 1]) }),
      ...(round % 3 === 0 && { perBoard: 2 }),
    };
    const { strategy, ...unranked } = options;
    const query = (own: object): string =>
      Object.entries(own)
        .flatMap(([name, value]) =>
          (Array.isArray(value) ? value : [typeof value === 'object' ? JSON.stringify(value) : value]).map(
            (one) => `${name}=${encodeURIComponent(String(one))}`,
          ),
        )
        .join('&');
    const routes: Record<string, (page: object) => Promise<Answer>> = {
      related: (page) => get(`/v1/pins/${encodeURIComponent(pin)}/related?${query({ ...options, ...page })}`),
      ideas: (page) => get(`/v1/boards/${encodeURIComponent(board)}/ideas?${query({ ...options, ...page })}`),
      recommend: (page) => post('/v1/recommend', { pins: [{ id: pin }, { id: 'lost' }], ...options, ...page }),
      popular: (page) => get(`/v1/pins?${query({ ...unranked, ...page })}`),
    };
    const [name, ask] = draw(Object.entries(routes));
    const asked = `${name} ${pin} ${board} ${strategy} ${JSON.stringify(options)}`;
    const whole = await ask({ limit: 100 });
    t.equal(whole.status, 200, asked);
    const ids = idsOf(whole);
    t.equal(new Set(ids).size, ids.length, 'no pin twice');
    t.same(whole.body['unknown'], name === 'recommend' ? ['lost', 'gone'] : ['gone']);
    const rows = ids.map((id) => generation.pins.row(id) ?? -1);
    t.ok(
      rows.every((row) => matcherOf(filter)(generation.pins.table.attributes[row])),
      'the filter does not leak',
    );
    t.notOk(
      ids.some((id) => exclude.includes(id) || (name !== 'popular' && name !== 'ideas' && id === pin)),
      'nothing excluded',
    );
    const { offsets, neighbors } = generation.graph.boardsOfPin;
    const counts = new Map<number, number>();
    for (const row of rows)
      for (const own of neighbors.subarray(offsets[row], offsets[row + 1])) counts.set(own, (counts.get(own) ?? 0) + 1);
    if (options.perBoard) t.ok(Math.max(0, ...counts.values()) <= 2, 'the cap holds');
    const pages: string[] = [];
    let cursor: unknown = null;
    do {
      const page: Answer = await ask({ limit: 7, ...(typeof cursor === 'string' && { cursor }) });
      t.equal(page.status, 200);
      pages.push(...idsOf(page));
      cursor = page.body['nextCursor'];
    } while (cursor !== null && pages.length < ids.length);
    t.same(pages.slice(0, ids.length), ids, 'pages are the whole');
  }
});

t.test('values of a list are looked at once, not once a pin', (t) => {
  let looks = 0;
  const value = { toString: () => `v${looks++}` } as unknown as string; // counts how often it is read
  const isMatch = matcherOf({ or: [{ attribute: 'color', in: [value] }] });
  for (let pin = 0; pin < 100; pin++) isMatch({ color: 'red|blue' });
  t.equal(looks, 1);
  t.end();
});
