import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { openBackend } from '../../../train/backend/open-backend.js';
import { checkConfig, type Config } from '../../../train/config.js';
import { ablate, rowsNamed } from '../../../train/experiments/ablation.js';
import { readAblation, type Ablation } from '../../../train/report/ablation-file.js';
import { hasContent, rowDefinitions } from '../../../train/experiments/ablation-rows.js';
import { formatAblation } from '../../../train/experiments/ablation-table.js';
import { silent } from '../../../train/progress.js';
import { RunFolder } from '../../../train/run-folder.js';
import { topicWorld } from '../small-run.js';
import { smallConfig } from '../small-world.js';

const root = mkdtempSync(path.join(tmpdir(), 'pinwalk-ablation-'));
const config = smallConfig({ epochs: 1, batchPairs: 0, hardNegatives: 0 });

interface Ablated {
  readonly ablation: Ablation;
  readonly stopped: boolean;
  readonly begun: string[];
}

async function ablateSmall(
  run: string,
  rows: string,
  given: { config?: Config; signal?: AbortSignal } = {},
): Promise<Ablated> {
  await openBackend('wasm');
  const begun: string[] = [];
  const { ablation, stopped } = await ablate({
    collection: topicWorld,
    config,
    folder: RunFolder.openAgain(root, run),
    cacheFolder: path.join(root, 'cache'),
    rows: rowsNamed(rows, true),
    progress: silent,
    say: () => {},
    onRow: (definition, row) => {
      if (!row) begun.push(definition.name);
    },
    ...given,
  });
  return { ablation, stopped, begun };
}

const first = ablateSmall('first', 'walk,popularity,maxPooling,full,withoutWalk');

t.test('an ablation measures baselines, trains rows, and keeps each with its change', async (t) => {
  const { ablation, stopped, begun } = await first;
  t.notOk(stopped);
  t.same(begun, ['popularity', 'walk', 'maxPooling', 'full', 'withoutWalk']);
  t.same(
    ablation.rows.map(({ name, change, seed }) => [name, change, seed]),
    [
      ['popularity', {}, 7],
      ['walk', {}, 7],
      ['maxPooling', { learnIds: false, learnContent: false, pooling: 'max' }, 7],
      ['full', {}, 7],
      ['withoutWalk', { fuseWalk: false }, 7],
    ],
  );
  for (const { name, metrics, embedding, seconds } of ablation.rows) {
    t.ok((metrics.boardIdeas?.['recall@20'].mean ?? 0) > 0.1, name);
    t.ok((metrics.relatedPins?.mrr.standardError ?? 0) > 0, name);
    t.equal(embedding === undefined, ['walk', 'popularity'].includes(name), name);
    t.ok(seconds > 0);
  }
  const [full, withoutWalk] = ablation.rows.slice(3);
  t.same(withoutWalk?.embedding, full?.embedding, 'the same weights');
  t.notSame(withoutWalk?.metrics, full?.metrics, 'another ranking');
  t.same(readAblation(RunFolder.openAgain(root, 'first').folder), JSON.parse(JSON.stringify(ablation)));
  for (const row of ['maxPooling', 'full']) {
    const folder = path.join(root, 'first', 'rows', row);
    t.ok(existsSync(path.join(folder, 'metrics.json')), row);
    t.notOk(existsSync(path.join(folder, 'checkpoints')), `${row}: checkpoints are taken away`);
  }
  t.notOk(existsSync(path.join(root, 'latest')));
});

t.test('finished rows are not done again, and rows added later take their place in the order', async (t) => {
  const before = (await first).ablation;
  const again = await ablateSmall('first', 'coSave,walk,full');
  t.same(again.begun, ['coSave']);
  t.same(
    again.ablation.rows.map(({ name }) => name),
    ['popularity', 'coSave', 'walk', 'maxPooling', 'full', 'withoutWalk'],
  );
  t.same(
    again.ablation.rows.filter(({ name }) => name !== 'coSave'),
    JSON.parse(JSON.stringify(before.rows)),
  );
});

t.test('a stopped ablation goes on from the row at work and ends as one that never stopped', async (t) => {
  const whole = (await first).ablation;
  const stop = new AbortController();
  stop.abort();
  const stopped = await ablateSmall('second', 'maxPooling', { signal: stop.signal });
  t.ok(stopped.stopped);
  t.same(stopped.ablation.rows, []);
  const { ablation } = await ablateSmall('second', 'maxPooling');
  const figures = (from: Ablation): unknown => from.rows.find(({ name }) => name === 'maxPooling')?.metrics;
  t.same(figures(ablation), figures(whole));
});

t.test('rows of other configs are not mixed; workers and checkpoints may be as you like', async (t) => {
  await first;
  await t.rejects(ablateSmall('first', 'walk', { config: checkConfig({ ...config, epochs: 2 }) }), {
    code: 'OPTION_OUT_OF_RANGE',
    message:
      'ablation: the config must be the one it was begun with (got epochs 2, was 1); drop these options or take another --run',
  });
  const { begun } = await ablateSmall('first', 'walk', {
    config: checkConfig({ ...config, workers: 2, checkpointEvery: 3 }),
  });
  t.same(begun, []);
});

t.test('rows are named; without content those that would say the same are left out', (t) => {
  const names = (rows: string | undefined, withContent: boolean): string[] =>
    rowsNamed(rows, withContent).map(({ name }) => name);
  t.same(names('full, walk', true), ['walk', 'full']);
  t.same(
    names(undefined, true),
    rowDefinitions.map(({ name }) => name),
  );
  const less = names(undefined, false);
  t.same(
    names(undefined, true).filter((name) => !less.includes(name)),
    ['content', 'contentNetwork', 'spectralNetwork', 'termRows', 'pinRows', 'withNetwork'],
  );
  t.throws(() => names('maxpool', true), {
    code: 'OPTION_UNKNOWN',
    message: 'ablation: maxpool is not a row; did you mean maxPooling?',
  });
  const untitled = { ...topicWorld, pins: { ...topicWorld.pins, titles: topicWorld.pins.ids.map(() => '') } };
  t.notOk(hasContent(untitled, checkConfig()));
  t.ok(hasContent(topicWorld, checkConfig()));
  t.notOk(hasContent(topicWorld, checkConfig({ titles: false })));
  t.end();
});

t.test('every row is a config that can be trained, under a name of its own', (t) => {
  for (const { change } of rowDefinitions) checkConfig(change);
  t.equal(new Set(rowDefinitions.map(({ name }) => name)).size, rowDefinitions.length);
  for (const { trainsAs } of rowDefinitions) if (trainsAs) t.ok(rowDefinitions.some(({ name }) => name === trainsAs));
  t.end();
});

t.test('the table has a row a row, with dashes where nothing was trained', async (t) => {
  const { ablation } = await first;
  const lines = formatAblation(ablation.rows).split('\n');
  t.match(lines[1], /row +│ what it is +│ boardIdeas recall@20 │ embedding/);
  t.match(
    lines.find((line) => line.includes('walk ')),
    /│ - +│/,
  );
  t.match(
    lines.find((line) => line.includes('│ full')),
    /\.\d{4} ±\.\d{4} │ \.\d{4} ±\.\d{4}/,
  );
  const written = JSON.parse(readFileSync(path.join(root, 'first', 'ablation.json'), 'utf8')) as Ablation;
  t.equal(written.fingerprint, topicWorld.fingerprint);
});
