import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { openBackend } from '../../../train/backend/open-backend.js';
import { checkConfig, type Config } from '../../../train/config.js';
import { climb, readLadder, rungsNamed, type Ladder } from '../../../train/experiments/ablation.js';
import { hasContent, ladderRungs } from '../../../train/experiments/ablation-rows.js';
import { formatLadder } from '../../../train/experiments/ablation-table.js';
import { silent } from '../../../train/progress.js';
import { RunFolder } from '../../../train/run-folder.js';
import { topicWorld } from '../small-run.js';
import { smallConfig } from '../small-world.js';

const root = mkdtempSync(path.join(tmpdir(), 'pinwalk-ladder-'));
const config = smallConfig({ epochs: 1, batchPairs: 0, hardNegatives: 0 });

interface Climbed {
  readonly ladder: Ladder;
  readonly stopped: boolean;
  readonly begun: string[];
}

async function climbSmall(
  run: string,
  rows: string,
  given: { config?: Config; signal?: AbortSignal } = {},
): Promise<Climbed> {
  await openBackend('wasm');
  const begun: string[] = [];
  const { ladder, stopped } = await climb({
    collection: topicWorld,
    config,
    folder: RunFolder.openAgain(root, run),
    cacheFolder: path.join(root, 'cache'),
    rungs: rungsNamed(rows, true),
    progress: silent,
    say: () => {},
    onRow: (rung, row) => {
      if (!row) begun.push(rung.name);
    },
    ...given,
  });
  return { ladder, stopped, begun };
}

const first = climbSmall('first', 'walk,popularity,maxPooling,full,withoutWalk');

t.test('a ladder measures baselines, trains rows, and keeps each with its change', async (t) => {
  const { ladder, stopped, begun } = await first;
  t.notOk(stopped);
  t.same(begun, ['popularity', 'walk', 'maxPooling', 'full', 'withoutWalk']);
  t.same(
    ladder.rows.map(({ name, change, seed }) => [name, change, seed]),
    [
      ['popularity', {}, 7],
      ['walk', {}, 7],
      ['maxPooling', { learnIds: false, learnContent: false, pooling: 'max' }, 7],
      ['full', {}, 7],
      ['withoutWalk', { fuseWalk: false }, 7],
    ],
  );
  for (const { name, metrics, embedding, seconds } of ladder.rows) {
    t.ok((metrics.boardIdeas?.['recall@20'].mean ?? 0) > 0.1, name);
    t.ok((metrics.relatedPins?.mrr.standardError ?? 0) > 0, name);
    t.equal(embedding === undefined, ['walk', 'popularity'].includes(name), name);
    t.ok(seconds > 0);
  }
  const [full, withoutWalk] = ladder.rows.slice(3);
  t.same(withoutWalk?.embedding, full?.embedding, 'the same weights');
  t.notSame(withoutWalk?.metrics, full?.metrics, 'another ranking');
  t.same(readLadder(RunFolder.openAgain(root, 'first')), JSON.parse(JSON.stringify(ladder)));
  for (const row of ['maxPooling', 'full']) {
    const folder = path.join(root, 'first', 'rows', row);
    t.ok(existsSync(path.join(folder, 'metrics.json')), row);
    t.notOk(existsSync(path.join(folder, 'checkpoints')), `${row}: checkpoints are taken away`);
  }
  t.notOk(existsSync(path.join(root, 'latest')));
});

t.test('finished rows are not done again, and rows added later take their place in the order', async (t) => {
  const before = (await first).ladder;
  const again = await climbSmall('first', 'coSave,walk,full');
  t.same(again.begun, ['coSave']);
  t.same(
    again.ladder.rows.map(({ name }) => name),
    ['popularity', 'coSave', 'walk', 'maxPooling', 'full', 'withoutWalk'],
  );
  t.same(
    again.ladder.rows.filter(({ name }) => name !== 'coSave'),
    JSON.parse(JSON.stringify(before.rows)),
  );
});

t.test('a stopped ladder goes on from the row at work and ends as one that never stopped', async (t) => {
  const whole = (await first).ladder;
  const stop = new AbortController();
  stop.abort();
  const stopped = await climbSmall('second', 'maxPooling', { signal: stop.signal });
  t.ok(stopped.stopped);
  t.same(stopped.ladder.rows, []);
  const { ladder } = await climbSmall('second', 'maxPooling');
  const figures = (from: Ladder): unknown => from.rows.find(({ name }) => name === 'maxPooling')?.metrics;
  t.same(figures(ladder), figures(whole));
});

t.test('rows of other configs are not mixed; workers and checkpoints may be as you like', async (t) => {
  await first;
  await t.rejects(climbSmall('first', 'walk', { config: checkConfig({ ...config, epochs: 2 }) }), {
    code: 'OPTION_OUT_OF_RANGE',
    message:
      'ladder: the config must be the one it was begun with (got epochs 2, was 1); drop these options or take another --run',
  });
  const { begun } = await climbSmall('first', 'walk', {
    config: checkConfig({ ...config, workers: 2, checkpointEvery: 3 }),
  });
  t.same(begun, []);
});

t.test('rows are named; without content those that would say the same are left out', (t) => {
  const names = (rows: string | undefined, withContent: boolean): string[] =>
    rungsNamed(rows, withContent).map(({ name }) => name);
  t.same(names('full, walk', true), ['walk', 'full']);
  t.same(
    names(undefined, true),
    ladderRungs.map(({ name }) => name),
  );
  const less = names(undefined, false);
  t.same(
    names(undefined, true).filter((name) => !less.includes(name)),
    ['content', 'contentNetwork', 'structureNetwork', 'termRows', 'pinRows', 'withNetwork'],
  );
  t.throws(() => names('maxpool', true), {
    code: 'OPTION_UNKNOWN',
    message: 'ladder: maxpool is not a row; did you mean maxPooling?',
  });
  const untitled = { ...topicWorld, pins: { ...topicWorld.pins, titles: topicWorld.pins.ids.map(() => '') } };
  t.notOk(hasContent(untitled, checkConfig()));
  t.ok(hasContent(topicWorld, checkConfig()));
  t.notOk(hasContent(topicWorld, checkConfig({ titles: false })));
  t.end();
});

t.test('every row is a config that can be trained, under a name of its own', (t) => {
  for (const { change } of ladderRungs) checkConfig(change);
  t.equal(new Set(ladderRungs.map(({ name }) => name)).size, ladderRungs.length);
  for (const { trainsAs } of ladderRungs) if (trainsAs) t.ok(ladderRungs.some(({ name }) => name === trainsAs));
  t.end();
});

t.test('the table has a row a row, with dashes where nothing was trained', async (t) => {
  const { ladder } = await first;
  const lines = formatLadder(ladder.rows).split('\n');
  t.match(lines[1], /row +│ what it is +│ boardIdeas recall@20 │ embedding/);
  t.match(
    lines.find((line) => line.includes('walk ')),
    /│ - +│/,
  );
  t.match(
    lines.find((line) => line.includes('│ full')),
    /\.\d{4} ±\.\d{4} │ \.\d{4} ±\.\d{4}/,
  );
  const written = JSON.parse(readFileSync(path.join(root, 'first', 'ladder.json'), 'utf8')) as Ladder;
  t.equal(written.fingerprint, topicWorld.fingerprint);
});
