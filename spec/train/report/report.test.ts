/** A report in a real Chromium, opened as a file: what a reader meets. */
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import t from 'tap';
import { renderReport } from '../../../train/report/page.js';
import { boardQueries, pinQueries, sampleReport, tableOf } from './sample.js';

const executablePath = process.env['PINWALK_CHROMIUM'] ?? '/usr/bin/chromium';
const missing = existsSync(executablePath) ? '' : `no Chromium at ${executablePath}; name one: PINWALK_CHROMIUM`;
if (missing) t.comment(`report: not opened, ${missing}`);
const options = missing ? { skip: missing } : {};

t.test(
  'a report opens without requests or complaints, fits a phone, and follows light and dark',
  options,
  async (t) => {
    const models = tableOf([boardQueries, pinQueries]);
    const long = 'a-model-whose-name-is-much-longer-than-any-that-we-have';
    const data = sampleReport({ run: 'x'.repeat(90), models: { ...models, [long]: { ...models['walk'] } } });
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'pinwalk-report-')), 'report.html');
    writeFileSync(file, renderReport(data));

    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const browser = await chromium.launch({ executablePath, args });
    t.teardown(() => browser.close());
    const grounds: string[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1280, 360]) {
        const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme });
        const page = await context.newPage();
        const complaints: string[] = [];
        page.on('console', (message) => void complaints.push(message.text()));
        page.on('pageerror', (error) => void complaints.push(String(error)));
        page.on('request', (request) => {
          if (!/^(file|data):/.test(request.url())) complaints.push(request.url());
        });
        await page.goto(pathToFileURL(file).href);
        t.same(complaints, [], `${colorScheme} ${width}`);
        const facts = await page.evaluate(`({
        wide: document.documentElement.scrollWidth,
        ground: getComputedStyle(document.body).backgroundColor,
        bar: getComputedStyle(document.querySelector('svg path[fill="var(--own)"]')).fill,
        pictures: [...document.images].map((image) => image.naturalWidth > 0),
      })`);
        const { wide, ground, bar, pictures } = facts as {
          wide: number;
          ground: string;
          bar: string;
          pictures: boolean[];
        };
        t.equal(wide, width, 'nothing sticks out');
        t.ok(pictures.length > 0 && pictures.every(Boolean), 'pictures are shown');
        grounds.push(`${ground} ${bar}`);
        await context.close();
      }
    }
    t.equal(new Set(grounds).size, 2, grounds.join(' | '));
  },
);
