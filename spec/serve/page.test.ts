/** The page in a real Chromium, over a real server: what a person does with it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import t, { type Test } from 'tap';
import type { GenerationContents } from '../../data/generation/write.js';
import { buildGraph } from '../../graph/bipartite-graph.js';
import { buildServer } from '../../serve/http.js';
import { openSnapshot } from '../../serve/snapshot.js';
import { pinIds, tinyContents, writeTinyGeneration } from './world.js';
import { fromRoot } from '../tools/paths.js';

const executablePath = process.env['PINWALK_CHROMIUM'] ?? '/usr/bin/chromium';
const pageFolder = fromRoot('dist/page');

const missing = !existsSync(executablePath)
  ? `no Chromium at ${executablePath}; name one: PINWALK_CHROMIUM`
  : !existsSync(path.join(pageFolder, 'index.html'))
    ? 'the page is not built; npm run build'
    : '';
if (missing) t.comment(`page: not tested, ${missing}`);
const options = missing ? { skip: missing } : {};

let browser: Browser | undefined;
t.teardown(() => browser?.close());

/** Addresses by the world that is served there; servers keep no state, so tests share them. */
const served = new Map<GenerationContents, string>();

async function addressOf(contents: GenerationContents): Promise<string> {
  const known = served.get(contents);
  if (known !== undefined) return known;
  const app = await buildServer({ snapshot: openSnapshot(writeTinyGeneration(contents)), pageFolder });
  t.teardown(() => app.close());
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  served.set(contents, address);
  return address;
}

const tiny = tinyContents();

/** Opens the page at an address; what the console complains about is collected. */
async function open(
  t: Test,
  hash = '',
  { contents = tiny, ...context }: BrowserContextOptions & { contents?: GenerationContents } = {},
): Promise<{ page: Page; complaints: string[] }> {
  browser ??= await chromium.launch({
    executablePath,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-default-apps',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  const address = await addressOf(contents);
  const opened = await browser.newContext(context);
  t.teardown(() => opened.close());
  const page = await opened.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    const { origin } = new URL(request.url());
    if (origin !== address && !request.url().startsWith('data:')) complaints.push(`asked ${request.url()}`);
  });
  await page.goto(`${address}/${hash}`);
  return { page, complaints };
}

const tiles = (page: Page, grid: string): Locator =>
  page.getByRole('list', { name: grid, exact: true }).locator('.tile');
const namesOf = async (page: Page, grid: string): Promise<string[]> => {
  await tiles(page, grid).first().waitFor();
  await page.locator('[aria-busy=true]').waitFor({ state: 'detached' });
  return tiles(page, grid).locator('.title').allTextContents();
};
const heading = (page: Page, name: string): Locator => page.getByRole('heading', { level: 1, name, exact: true });

/** Sixty pins on one board of music, so that lists have a second page. */
const many = ((): GenerationContents => {
  const pins = Uint32Array.from({ length: 60 }, (_, pin) => pin);
  const values = new Float32Array(120).map((_, n) => (n % 2 === 0 ? 1 : 0));
  const matrix = { rows: 60, columns: 2, values };
  return {
    ...tiny,
    meta: { ...tiny.meta, name: 'designers-boards' },
    pins: {
      ids: Array.from(pins, (pin) => `song ${pin}`),
      titles: Array.from(pins, (pin) => `Song ${pin}`),
      attributes: Array.from(pins, () => undefined),
    },
    boards: { ids: ['music'], titles: ['Music'], attributes: [undefined] },
    graph: buildGraph({ boards: new Uint32Array(60), pins }, { pinCount: 60, boardCount: 1 }),
    matrices: new Map([
      ['pin.query', matrix],
      ['pin.target', matrix],
      ['pin.bias', { rows: 60, columns: 1, values: new Float32Array(60) }],
      ['pin.structure', matrix],
    ]),
    communities: {
      pinCommunity: new Uint32Array(60),
      boardCommunity: new Uint32Array(1),
      titles: ['music'],
      sizes: Uint32Array.of(60),
    },
    related: { offsets: new Uint32Array(61), neighbors: new Uint32Array(), weights: new Float32Array() },
  };
})();

t.test('the page opens with the most saved pins, communities, and what data it shows', options, async (t) => {
  const { page, complaints } = await open(t);
  t.same(await namesOf(page, 'Most saved pins'), ['Guitar', 'Umbrella', 'Rain umbrella', 'Sun', 'Drum', 'Café cloud']);
  t.match(await page.locator('footer').textContent(), /^tiny: 8 pins, 6 boards, 12 saves, trained 2026-01-02\./);
  t.notMatch(await page.locator('footer').textContent(), /designers/);
  await page.getByRole('navigation', { name: 'Communities' }).getByText('music').click();
  await heading(page, 'music').waitFor();
  await page.getByText('A community of 4 pins').waitFor();
  t.same(await namesOf(page, 'music'), ['Guitar', 'Drum']);
  t.same(complaints, []);
});

t.test('pictures are shown, and a pin without one that can be shown is a tile with its name', options, async (t) => {
  const { page } = await open(t);
  await tiles(page, 'Most saved pins').first().waitFor();
  const drawn = tiles(page, 'Most saved pins')
    .filter({ hasText: /^Umbrella/ })
    .locator('img');
  await drawn.waitFor();
  t.ok(await drawn.evaluate(async (image: HTMLImageElement) => image.decode().then(() => image.naturalWidth > 0)));
  // No picture at all, and bytes that only begin like a PNG.
  for (const name of ['Guitar', 'Sun']) await page.locator('.picture .name', { hasText: name }).waitFor();
});

t.test('a click on a pin shows its related pins with the boards they share, and Back returns', options, async (t) => {
  const { page, complaints } = await open(t);
  await page.getByRole('link', { name: 'Guitar' }).click();
  await heading(page, 'Guitar').waitFor();
  t.equal(await page.title(), 'Guitar · Pinwalk');
  await page.getByText('On 3 boards').waitFor();
  const drum = tiles(page, 'Related pins').filter({ hasText: 'Drum' }).first();
  await drum.getByText('2 shared boards').waitFor();
  t.same(await drum.getByRole('list', { name: 'Shared boards' }).getByRole('link').allTextContents(), [
    'Music',
    'Rock band',
  ]);
  await drum.getByRole('link', { name: 'Rock band' }).click();
  await heading(page, 'Rock band').waitFor();
  t.same(await namesOf(page, 'Pins on this board'), ['Guitar', 'Drum']);
  t.ok((await namesOf(page, 'Ideas for this board')).includes('Sun'));
  await page.goBack();
  await heading(page, 'Guitar').waitFor();
  await page.goBack();
  await heading(page, 'Most saved pins').waitFor();
  t.same(complaints, []);
});

t.test('the strategy is part of the address, stays on the way, and adds nothing to Back', options, async (t) => {
  const { page, complaints } = await open(t);
  await page.getByRole('link', { name: 'Guitar' }).click();
  const walk = page.getByRole('button', { name: 'Walk' });
  await walk.click();
  await page.waitForURL(/#\/pin\/guitar\?strategy=walk$/);
  t.equal(await walk.getAttribute('aria-pressed'), 'true');
  await page.getByText('only what shares boards').waitFor();
  await tiles(page, 'Related pins').first().getByRole('link').first().click();
  await page.waitForURL(/#\/pin\/drum\?strategy=walk$/);
  await page.goBack();
  await heading(page, 'Guitar').waitFor();
  await page.goBack();
  await heading(page, 'Most saved pins').waitFor();
  t.same(complaints, []);
});

t.test('typing searches pins and boards and is one step of Back', options, async (t) => {
  const { page, complaints } = await open(t);
  await tiles(page, 'Most saved pins').first().waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('umb', { delay: 40 });
  await page.waitForURL(/#\/search\/umb$/);
  t.same(await namesOf(page, 'Pins found'), ['Umbrella', 'Rain umbrella']);
  t.same(await page.getByRole('list', { name: 'Boards' }).getByRole('link').allTextContents(), ['Mixed umbrella 2']);
  await page.keyboard.type(' rain');
  await page.waitForURL(/#\/search\/umb%20rain$/);
  await heading(page, 'umb rain').waitFor();
  await page.getByText('1 pin', { exact: true }).waitFor();
  await page.keyboard.type('zzz guitar');
  await page.getByText('No title has all of these words').waitFor();
  await page.getByRole('searchbox').fill('zzz');
  await page.getByText('Nothing here').waitFor();
  await page.goBack();
  await heading(page, 'Most saved pins').waitFor();
  t.equal(await page.getByRole('searchbox').inputValue(), '');
  t.same(complaints, []);
});

t.test('ids of any characters have an address that can be shared', options, async (t) => {
  const id = pinIds[1] ?? '';
  const { page, complaints } = await open(t, `#/pin/${encodeURIComponent(id)}`);
  await heading(page, 'Rain umbrella').waitFor();
  t.ok((await namesOf(page, 'Related pins')).includes('Umbrella'));
  t.same(complaints, []);
});

t.test('what does not exist is said in the words of the problem document', options, async (t) => {
  const { page } = await open(t, '#/pin/nobody');
  const alert = page.getByRole('alert');
  await alert.getByText('A pin, board or run with this id does not exist').waitFor();
  t.match(await alert.textContent(), /pin: the id must be in this generation \(got nobody\)/);
  await alert.getByRole('link', { name: 'See the most saved pins' }).click();
  await heading(page, 'Most saved pins').waitFor();
  for (const hash of ['#/nowhere', '#/pin/%', '#/community/first']) {
    await page.evaluate((hash) => (location.hash = hash), hash);
    await page.getByText('There is no such page').waitFor();
    t.match(await page.locator('main code').textContent(), hash);
  }
});

t.test('a server that does not answer can be asked again', options, async (t) => {
  const { page } = await open(t);
  await tiles(page, 'Most saved pins').first().waitFor();
  await page.route('**/v1/pins/guitar**', (route) => route.abort());
  await page.getByRole('link', { name: 'Guitar' }).click();
  await page.getByText('The server did not answer').first().waitFor();
  await page.unroute('**/v1/pins/guitar**');
  await page.getByRole('button', { name: 'Try again' }).first().click();
  await heading(page, 'Guitar').waitFor();
});

t.test('More shows the rest, and Back finds it and the place again', options, async (t) => {
  const { page, complaints } = await open(t, '', { contents: many });
  t.match(await page.locator('footer').textContent(), /designers’ tags, not saves by many users/);
  t.equal((await namesOf(page, 'Most saved pins')).length, 48);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('link', { name: 'Song 59' }).waitFor();
  const names = await namesOf(page, 'Most saved pins');
  t.equal(new Set(names).size, 60);
  t.equal(await page.getByRole('button', { name: 'More' }).count(), 0);
  await page.getByRole('link', { name: 'Song 59' }).click();
  await heading(page, 'Song 59').waitFor();
  t.equal(await page.evaluate(() => scrollY), 0);
  await page.goBack();
  await heading(page, 'Most saved pins').waitFor();
  t.equal((await namesOf(page, 'Most saved pins')).length, 60);
  t.ok(
    await page
      .getByRole('link', { name: 'Song 59' })
      .evaluate((link) => link.getBoundingClientRect().top < innerHeight),
  );
  t.same(complaints, []);
});

t.test('the page fits a phone, and tiles stay light in the dark', options, async (t) => {
  const viewport = { width: 360, height: 740 };
  const { page } = await open(t, '#/pin/umbrella', { viewport, colorScheme: 'dark' });
  await tiles(page, 'Related pins').first().waitFor();
  t.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  const lightness = await page.evaluate(() => {
    const of = (element: Element | null): number => {
      const canvas = document.createElement('canvas').getContext('2d');
      if (!element || !canvas) return NaN;
      canvas.fillStyle = getComputedStyle(element).backgroundColor;
      canvas.fillRect(0, 0, 1, 1);
      return Math.min(...canvas.getImageData(0, 0, 1, 1).data.subarray(0, 3));
    };
    return { ground: of(document.body), tile: of(document.querySelector('.pin .picture')) };
  });
  t.ok(lightness.ground < 60, `ground ${lightness.ground}`);
  t.ok(lightness.tile > 160, `tile ${lightness.tile}`);
});

t.test('everything can be reached and used from the keyboard', options, async (t) => {
  const { page } = await open(t);
  await tiles(page, 'Most saved pins').first().waitFor();
  await page.keyboard.press('Tab');
  t.equal(await page.evaluate(() => document.activeElement?.textContent), 'Skip to content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  t.equal(await page.evaluate(() => document.activeElement?.textContent), 'All');
  for (let n = 0; n < 3; n++) await page.keyboard.press('Tab');
  const name = await page.evaluate(() => document.activeElement?.querySelector('.title')?.textContent);
  t.equal(name, (await namesOf(page, 'Most saved pins'))[0]);
  await page.keyboard.press('Enter');
  await heading(page, name ?? '').waitFor();
});
