import { copyFileSync, mkdtempSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t, { type Test } from 'tap';
import { writeGeneration } from '../../../data/generation/write.js';
import { followFile } from '../../../serve/generations/follow.js';
import { Generations, type OpenServed } from '../../../serve/generations/generations.js';
import { openCopy } from '../../../serve/generations/served.js';
import { buildServer } from '../../../serve/http.js';
import { openSnapshot } from '../../../serve/snapshot.js';
import { tinyContents, writeTinyGeneration } from '../world.js';

/** Opens without threads, which hundreds of swaps would start in vain. */
const opener =
  (file: string): OpenServed =>
  () => {
    const snapshot = openSnapshot(file);
    return Promise.resolve({ snapshot, close: () => Promise.resolve(snapshot.close()) });
  };

t.test('swaps under load: every request is answered, from one generation', async (t) => {
  // Of the second, all ids and titles are other ones: an answer that mixed the two would show it.
  const [one, two] = ['one', 'two'].map((name) => {
    const contents = tinyContents(name);
    const renamed = contents.pins.titles.map((title) => `${name} ${title}`);
    return writeTinyGeneration({ ...contents, pins: { ...contents.pins, titles: renamed } });
  }) as [string, string];
  const generations = await Generations.open(opener(one));
  const names = new Map([[generations.current.id, 'one']]);
  const app = await buildServer({ snapshot: generations, pageFolder: '/no/page' });
  t.teardown(() => app.close().then(() => generations.close()));
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  let isDone = false;
  let heard = (): void => {};
  let [answered, failed, mixed] = [0, 0, 0];
  const client = async (): Promise<void> => {
    while (!isDone) {
      const response = await fetch(`${address}/v1/pins/umbrella/related?limit=3`);
      const body = (await response.json()) as { generation: string; items: { payload: { title: string } }[] };
      answered++;
      heard();
      if (response.status !== 200) failed++;
      const name = names.get(body.generation) ?? 'two';
      if (!body.items.every(({ payload }) => payload.title.startsWith(name))) mixed++;
    }
  };
  const clients = Promise.all([client(), client(), client(), client()]);
  for (let swap = 0; swap < 100; swap++) {
    const next = new Promise<void>((resolve) => (heard = resolve));
    await Promise.all([next, generations.load(opener(swap % 2 === 0 ? two : one))]);
  }
  isDone = true;
  await clients;
  t.ok(answered >= 100, `${answered} requests`);
  t.same({ failed, mixed }, { failed: 0, mixed: 0 });
});

t.test('a damaged, a foreign and a much smaller file are refused, and the one before is served on', async (t) => {
  const { generations, id } = await opened(t, writeTinyGeneration());
  const whole = readFileSync(writeTinyGeneration(tinyContents('damaged')));
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-swap-'));
  const at = (name: string, bytes: Uint8Array): OpenServed => {
    writeFileSync(path.join(folder, name), bytes);
    return opener(path.join(folder, name));
  };
  const flipped = Uint8Array.from(whole);
  const text = whole.indexOf('Umbrella');
  flipped[text] = (flipped[text] as number) ^ 1;
  const few = tinyContents();
  const stump = path.join(folder, 'stump');
  writeGeneration(stump, {
    ...few,
    matrices: new Map(),
    pins: { ids: ['a', 'b'], titles: ['', ''], attributes: [undefined, undefined] },
    boards: { ids: ['c'], titles: [''], attributes: [undefined] },
    graph: {
      ...{ pinCount: 2, boardCount: 1, saveCount: 1 },
      boardsOfPin: { offsets: Uint32Array.of(0, 1, 1), neighbors: Uint32Array.of(0) },
      pinsOfBoard: { offsets: Uint32Array.of(0, 1), neighbors: Uint32Array.of(0) },
    },
    communities: undefined as never,
    related: undefined as never,
  });
  const cases: [OpenServed, RegExp][] = [
    [at('half', whole.subarray(0, whole.length / 2)), /must be a/],
    [at('flipped', flipped), /must match its checksum/],
    [at('text', Buffer.from('pins,boards')), /must be a SQLite file/],
    [opener(stump), /at least half as many pins as the one served, 8 \(got 2\)/],
  ];
  for (const [open, message] of cases) {
    await t.rejects(generations.load(open), { code: 'GENERATION_INVALID', message });
    t.equal(generations.current.id, id);
  }
});

t.test('rollback goes to the generation before, and again to the one after', async (t) => {
  const { generations, id } = await opened(t, writeTinyGeneration());
  t.throws(() => generations.rollback(), { code: 'NOT_FOUND' });
  t.equal(await generations.load(opener(writeTinyGeneration(tinyContents('next')))), true);
  const next = generations.current.id;
  generations.rollback();
  t.equal(generations.current.id, id);
  generations.rollback();
  t.equal(generations.current.id, next);
});

t.test('the generation of a request stays open until it has ended', async (t) => {
  const { generations } = await opened(t, writeTinyGeneration());
  const taken = generations.take();
  await generations.load(opener(writeTinyGeneration(tinyContents('next'))));
  await generations.load(opener(writeTinyGeneration(tinyContents('after'))));
  t.equal(taken.snapshot.generation.pins.item(0).title, 'Umbrella', 'still open');
  taken.release();
  taken.release();
  t.throws(() => taken.snapshot.generation.pins.item(0), 'closed');
  t.equal(generations.take().snapshot.generation.pins.item(0).title, 'Umbrella');
});

t.test(
  'a followed file is loaded when it is renamed into place or copied over, and refused half-written',
  async (t) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-follow-'));
    const file = path.join(folder, 'pinwalk.sqlite');
    copyFileSync(writeTinyGeneration(), file);
    const open: OpenServed = () => openCopy(file, { threads: 1, deadlineMs: 60_000 });
    const generations = await Generations.open(open);
    const events: string[] = [];
    let heard = (): void => {};
    const log = {
      info: (message: string) => (events.push(message), heard()),
      error: (_: unknown, message: string) => (events.push(message), heard()),
    };
    const stop = followFile(file, { generations, open, log, intervalMs: 30 });
    const alive = setInterval(() => {}, 60_000); // following a file alone lets a process end
    t.teardown(async () => {
      clearInterval(alive);
      stop();
      await generations.close();
    });
    const after = async (change: () => void): Promise<string | undefined> => {
      const told = new Promise<void>((resolve) => (heard = resolve));
      change();
      await told;
      return events.at(-1);
    };
    const first = generations.current.id;
    const aside = path.join(folder, 'aside');
    copyFileSync(writeTinyGeneration(tinyContents('renamed')), aside);
    t.match(await after(() => renameSync(aside, file)), /^serves generation/);
    const second = generations.current.id;
    t.not(second, first);
    t.match(await after(() => copyFileSync(writeTinyGeneration(tinyContents('copied')), file)), /^serves generation/);
    const third = generations.current.id;
    t.not(third, second);
    t.match(await after(() => truncateSync(file, 5000)), /refused; .* is served on$/);
    t.equal(generations.current.id, third);
    t.equal(generations.current.generation.pins.item(0).title, 'Umbrella', 'whole, since it is read from a copy');
    generations.rollback();
    t.equal(generations.current.id, second, 'though its file is another by now');
  },
);

t.test('load and rollback by HTTP are for the machine itself, and answer with what is served', async (t) => {
  const { generations, id } = await opened(t, writeTinyGeneration());
  const app = await buildServer({ snapshot: generations, pageFolder: '/no/page' });
  t.teardown(() => app.close());
  const post = async (url: string, headers = {}, remoteAddress = '127.0.0.1'): Promise<[number, string]> => {
    const answer = await app.inject({ method: 'POST', url, headers, remoteAddress });
    return [
      answer.statusCode,
      answer.json<{ generation?: string; code?: string }>().generation ?? answer.json<{ code: string }>().code,
    ];
  };
  t.same(await post('/v1/generations'), [404, 'NOT_FOUND']);
  generations.newest = opener(writeTinyGeneration(tinyContents('next')));
  t.same(await post('/v1/generations', {}, '192.0.2.1'), [403, 'FORBIDDEN']);
  t.same(await post('/v1/generations', { origin: 'http://evil.example' }), [403, 'FORBIDDEN']);
  t.equal(generations.current.id, id);
  const [status, next] = await post('/v1/generations');
  t.equal(status, 200);
  t.equal(next, generations.current.id);
  t.not(next, id);
  t.same(await post('/v1/generations/rollback'), [200, id]);
  generations.newest = opener('/no/such/file');
  t.same(await post('/v1/generations'), [422, 'INPUT_MISSING']);
});

async function opened(t: Test, file: string): Promise<{ generations: Generations; id: string }> {
  const generations = await Generations.open(opener(file));
  t.teardown(() => generations.close());
  return { generations, id: generations.current.id };
}
