import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { openBackend } from '../../../train/backend/open-backend.js';
import { checkConfig, type Config } from '../../../train/config.js';
import { search, type Search, type SearchOptions } from '../../../train/experiments/tune.js';
import { silent, type Progress } from '../../../train/progress.js';
import { RunFolder } from '../../../train/run-folder.js';
import { topicWorld } from '../small-run.js';
import { smallConfig } from '../small-world.js';

const root = mkdtempSync(path.join(tmpdir(), 'pinwalk-tune-'));
const config = smallConfig({ epochs: 3, batchPairs: 0, hardNegatives: 0 });
/** All but the rates, which stay small-world's otherwise. */
const named = ['dimension', 'negativeCount', 'neighborCount', 'batchBoards', 'hardNegatives'];

async function searchSmall(
  run: string,
  given: Partial<SearchOptions> & { config?: Config } = {},
): Promise<Search & { ended: string[] }> {
  await openBackend('wasm');
  const ended: string[] = [];
  const found = await search({
    collection: topicWorld,
    config,
    folder: RunFolder.openAgain(root, run),
    cacheFolder: path.join(root, 'cache'),
    trialCount: 4,
    named,
    progress: silent,
    say: () => {},
    onTrial: ({ rung, trial }, { done, total }) => void ended.push(`${rung}:${trial} ${done}/${total}`),
    ...given,
  });
  return { ...found, ended };
}

const first = searchSmall('first');

t.test('the best of a short rung are trained longer; the best of the last becomes a config file', async (t) => {
  const { plan, rungs, best, ended } = await first;
  t.same(plan, [
    { trialCount: 4, epochs: 1 },
    { trialCount: 1, epochs: 3 },
  ]);
  t.same(ended.slice(0, 4), ['0:0 1/7', '0:1 2/7', '0:2 3/7', '0:3 4/7']);
  const [wide = [], last = []] = rungs;
  t.same(wide.map(({ trial }) => trial).sort(), [0, 1, 2, 3]);
  t.same(
    wide.map(({ figure }) => figure),
    wide.map(({ figure }) => figure ?? 0).sort((a, b) => b - a),
  );
  t.same(
    last.map(({ trial, epochs }) => [trial, epochs]),
    [[wide[0]?.trial, 3]],
  );
  t.same(best?.trial, last[0]);
  const file = JSON.parse(readFileSync(path.join(root, 'first', 'best.json'), 'utf8')) as Partial<Config>;
  t.same(file, best?.config);
  const { workers, backend, checkpointEvery, ...searchedConfig } = config;
  t.ok(workers && backend && checkpointEvery);
  t.same(checkConfig(config, file), checkConfig({ ...config, ...last[0]?.options }), 'train takes it');
  t.same(Object.keys(file), Object.keys(searchedConfig), 'less what is of the machine');
  t.notOk(existsSync(path.join(root, 'first', 'trials', 'rung0-trial0')), 'weights of trials are taken away');
  t.notOk(existsSync(path.join(root, 'first', 'metrics.json')), 'test is not read');
});

t.test('a search that was stopped goes on and ends as one that never stopped', async (t) => {
  const whole = await first;
  const stop = new AbortController();
  let trainings = 0;
  const progress: Progress = (stage) => {
    if (stage.endsWith('training') && ++trainings === 3) stop.abort();
    return () => {};
  };
  const stopped = await searchSmall('second', { signal: stop.signal, progress });
  t.equal(stopped.best, undefined);
  t.same(stopped.ended, ['0:0 1/7', '0:1 2/7'], 'the trial at work is not finished');
  const resumed = await searchSmall('second');
  t.same(resumed.ended.slice(0, 2), ['0:2 1/5', '0:3 2/5'], 'finished trials are not done again');
  const figures = ({ rungs }: Search): unknown =>
    rungs.map((trials) => trials.map(({ trial, figure, options }) => [trial, figure, options]));
  t.same(figures(resumed), figures(whole));
  t.same(resumed.best?.config, whole.best?.config);
  t.same((await searchSmall('second')).ended, [], 'nothing is left to do');
});

t.test('a trial that diverges is kept with its reason, and a search in which all do ends with it', async (t) => {
  const broken = { dimension: 2, values: new Float32Array(240).fill(NaN), present: new Uint8Array(120).fill(1) };
  const collection = { ...topicWorld, vectors: new Map([['broken', broken]]) };
  const reasons: unknown[] = [];
  const onTrial: SearchOptions['onTrial'] = ({ figure, failure }) => void reasons.push([figure, failure]);
  const reason = /train: the loss must be finite \(got NaN in step 0, .*\); lower the rates/;
  await t.rejects(searchSmall('third', { collection, trialCount: 3, onTrial }), {
    code: 'TRAINING_DIVERGED',
    message: new RegExp(`^tune: at least one trial must finish \\(got: ${reason.source}\\)$`),
  });
  t.match(reasons, [
    [undefined, reason],
    [undefined, reason],
    [undefined, reason],
  ]);
});

t.test('a search cannot change under way, and needs validation', async (t) => {
  await first;
  await t.rejects(searchSmall('first', { trialCount: 5 }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'trials: trials must be what the search began with, 4 (got 5); take another --run',
  });
  await t.rejects(searchSmall('fourth', { config: checkConfig({ ...config, validationBoards: 0 }) }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'tune: validationBoards must be above 0 (got 0); trials are compared on validation',
  });
});
