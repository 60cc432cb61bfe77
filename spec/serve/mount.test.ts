/** The server as a part of another program: below Express 4 and 5, below a plain node:http server, behind a proxy that cuts paths. */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';
import t, { type Test } from 'tap';
import { createServer } from '../../serve/create-server.js';
import { buildServer } from '../../serve/http.js';
import { openRecommender } from '../../serve/open-recommender.js';
import { openSnapshot } from '../../serve/snapshot.js';
import { pinIds, writeTinyGeneration } from './world.js';
import { fromRoot } from '../tools/paths.js';

/** What of Express is used; the package comes with no types. */
type Express = (() => {
  use(...handlers: (string | RequestListener)[]): void;
  (request: IncomingMessage, response: ServerResponse): void;
}) & { json(): RequestListener };

const require = createRequire(import.meta.url);
const builtPage = fromRoot('dist/page');
const executablePath = process.env['PINWALK_CHROMIUM'] ?? '/usr/bin/chromium';

async function listen(t: Test, handler: RequestListener): Promise<string> {
  const server = createHttpServer(handler).listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function open(t: Test, prefix?: string, pageFolder?: string): Promise<RequestListener> {
  const snapshot = openSnapshot(writeTinyGeneration());
  const app = await buildServer({
    snapshot,
    ...(prefix !== undefined && { prefix }),
    ...(pageFolder && { pageFolder }),
  });
  await app.ready();
  t.teardown(() => app.close().then(() => snapshot.close()));
  return (request, response) => app.routing(request, response);
}

/** A folder with a page of one file. */
function smallPage(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-page-'));
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Pinwalk</title>');
  return folder;
}

const json = async (url: string, init?: RequestInit): Promise<Record<string, unknown>> =>
  (await (await fetch(url, init)).json()) as Record<string, unknown>;
const post = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const idsOf = (body: Record<string, unknown>): string[] =>
  (body['items'] as { pinId: string }[]).map(({ pinId }) => pinId);

/** What must hold wherever the server is mounted. */
async function checkMounted(t: Test, root: string, prefix: string): Promise<void> {
  const at = root + prefix;
  const pin = await json(`${at}/v1/pins/umbrella`);
  const { picture } = pin['payload'] as { picture: string };
  t.equal(picture, `${prefix}/v1/pins/umbrella/picture`);
  t.equal((await fetch(root + picture)).headers.get('content-type'), 'image/svg+xml');
  const strange = encodeURIComponent(pinIds[1] ?? '');
  t.equal((await fetch(`${at}/v1/pins/${strange}/related`)).status, 200, 'ids of any characters');

  const first = await json(`${at}/v1/pins?limit=4`);
  const next = await json(`${at}/v1/pins?limit=4&cursor=${String(first['nextCursor'])}`);
  t.same([...idsOf(first), ...idsOf(next)], ['guitar', 'umbrella', pinIds[1], 'sun', 'drum', 'cloud']);
  t.ok(idsOf(await json(`${at}/v1/recommend`, post({ pins: [{ id: 'umbrella' }] }))).length > 0, 'a body is read');
  t.equal(
    ((await json(`${at}/v1/search?q=umb`))['items'] as { payload: { picture: string } }[])[0]?.payload.picture,
    picture,
  );

  const problem = await json(`${at}/v1/pins/nobody?x=1`);
  t.match(problem, { code: 'OPTION_UNKNOWN', instance: `${prefix}/v1/pins/nobody` });
  const missing = await json(`${at}/nowhere`);
  t.equal(missing['detail'], `route: GET ${prefix}/nowhere must exist; see ${prefix}/openapi.json`);
  t.match(await json(`${at}/openapi.json`), { servers: [{ url: prefix || '/' }], paths: { '/v1/info': {} } });
  t.match(await (await fetch(`${at}/`)).text(), /<title>Pinwalk/);
  if (prefix === '') return;
  const bare = await fetch(`${at}?utm=1`, { redirect: 'manual' });
  t.equal(bare.status, 302, 'the page without its slash');
  t.equal(new URL(bare.headers.get('location') ?? '', at).href, `${at}/?utm=1`);
}

t.test('alone, the server begins at /', async (t) => {
  await checkMounted(t, await listen(t, await open(t, undefined, smallPage())), '');
});

t.test('with a prefix it answers below it, and nothing else is taken off', async (t) => {
  const root = await listen(t, await open(t, '/apps/reco', smallPage()));
  await checkMounted(t, root, '/apps/reco');
  t.equal((await fetch(`${root}/apps/recommendations`)).status, 404);
});

t.test('with a prefix, addresses that a proxy has cut already are answered with links that hold outside', async (t) => {
  const root = await listen(t, await open(t, '/reco', smallPage()));
  const pin = await json(`${root}/v1/pins/umbrella`);
  t.match(pin, { payload: { picture: '/reco/v1/pins/umbrella/picture' } });
});

t.test('createServer refuses a prefix that is none', async (t) => {
  const recommender = openRecommender(writeTinyGeneration());
  t.teardown(() => recommender.close());
  for (const prefix of ['reco', '/reco/', '/', '/a?b', '/a b', '//a']) {
    await t.rejects(createServer(recommender, { prefix }), {
      code: 'OPTION_OUT_OF_RANGE',
      message:
        `createServer: prefix must begin with / and not end with one (got ${JSON.stringify(prefix)}); ` +
        'write it as /reco, or leave it out',
    });
  }
});

t.test('createServer is of an open recommender, and closing the server leaves it open', async (t) => {
  const recommender = openRecommender(writeTinyGeneration());
  const server = await createServer(recommender);
  server.get('/own', () => 'added');
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  t.equal(await (await fetch(`${address}/own`)).text(), 'added');
  t.equal((await fetch(`${address}/v1/info`)).status, 200);
  await server.close();
  t.same((await recommender.similarPins('umbrella', 1)).pinIds, [pinIds[1]]);
  recommender.close();
  await t.rejects(createServer(recommender), { code: 'GENERATION_INVALID' });
});

for (const name of ['express', 'express-4']) {
  let express: Express | undefined;
  try {
    express = require(name) as Express;
  } catch {
    t.comment(`${name} is not installed`);
  }
  const options = express ? {} : { skip: `${name} is not installed` };

  t.test(`below ${name}, before a body parser and after one`, options, async (t) => {
    if (!express) return;
    const before = express();
    before.use('/reco', await open(t, undefined, smallPage()));
    await checkMounted(t, await listen(t, before), '/reco');
    const after = express();
    after.use(express.json());
    after.use('/a/reco', await open(t, undefined, smallPage()));
    const root = await listen(t, after);
    await checkMounted(t, root, '/a/reco');
    t.match(await json(`${root}/a/reco/v1/recommend`, post({ pins: [] })), { code: 'OPTION_OUT_OF_RANGE' });
  });

  const missing = !existsSync(executablePath)
    ? `no Chromium at ${executablePath}`
    : !existsSync(path.join(builtPage, 'index.html'))
      ? 'the page is not built'
      : '';
  const inBrowser = !express ? options : missing ? { skip: missing } : {};
  t.test(`the page below ${name} shows pins, pictures and more of a list in a browser`, inBrowser, async (t) => {
    if (!express) return;
    const app = express();
    app.use('/reco', await open(t, undefined, builtPage));
    const root = await listen(t, app);
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath, args });
    t.teardown(() => browser.close());
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    const failed: string[] = [];
    page.on('response', (response) => {
      if (response.status() >= 400 || !response.url().startsWith(`${root}/reco`)) failed.push(response.url());
    });
    await page.goto(`${root}/reco`);
    await page.getByRole('heading', { level: 1, name: 'Most saved pins' }).waitFor();
    t.equal(page.url(), `${root}/reco/`);
    await page.getByRole('link', { name: 'Umbrella', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Umbrella', exact: true }).waitFor();
    const drawn = page.locator('main img').first();
    t.ok(await drawn.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth > 0)));
    await page.getByRole('list', { name: 'Related pins', exact: true }).locator('.tile').first().waitFor();
    t.same(failed, []);
  });
}
