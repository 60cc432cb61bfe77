/** `train --seeds`, `ablate` and `tune` from the command line, on a small world. */
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { syntheticSaves } from '../../../data/synthetic.js';
import { run } from '../../../serve/program.js';
import { smallConfig } from '../../train/small-world.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-experiments-'));
const home = process.cwd();
t.before(() => process.chdir(folder));
t.teardown(() => process.chdir(home));
const { boards, pins } = syntheticSaves({ pinCount: 60, boardCount: 40, saveCount: 300, seed: 3 }).collection.saves;
writeFileSync(path.join(folder, 'saves.tsv'), Array.from(boards, (board, n) => `b${board}\tp${pins[n]}\n`).join(''));
const small = smallConfig({ batchPairs: 0, hardNegatives: 0, epochs: 1 });
writeFileSync(path.join(folder, 'small.json'), JSON.stringify(small));
const onSmall = ['--saves', 'saves.tsv', '--config', 'small.json'];

async function pinwalk(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run(argv, { out: (text) => void (out += text), err: (text) => void (err += text) });
  return { code, out, err };
}

function readJson(...names: string[]): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(folder, 'runs', ...names), 'utf8')) as Record<string, unknown>;
}

t.test('train --seeds makes a run a seed, prints their deviation, and adds only what is missing later', async (t) => {
  const { code, out, err } = await pinwalk('train', ...onSmall, '--run', 'mine', '--seeds', '2');
  t.equal(code, 0, err);
  t.match(out, /^Mean ± standard deviation over the seeds 7, 8\n\nboardIdeas/);
  t.match(err, /seed 8 \(2 of 2\)/);
  t.equal(readlinkSync(path.join(folder, 'runs', 'latest')), 'mine-seed8');
  const deviation = readJson('mine', 'seeds.json');
  t.match(deviation, { seeds: [7, 8], runs: ['mine-seed7', 'mine-seed8'] });
  const figure = (name: string): number => {
    const { models } = readJson(name, 'metrics.json') as {
      models: { walk: { boardIdeas: { mrr: { mean: number } } } };
    };
    return models.walk.boardIdeas.mrr.mean;
  };
  const [a, b] = [figure('mine-seed7'), figure('mine-seed8')];
  const { mrr } = (deviation['models'] as { walk: { boardIdeas: { mrr: Record<string, number> } } }).walk.boardIdeas;
  t.ok(Math.abs((mrr['mean'] ?? NaN) - (a + b) / 2) < 1e-12);
  t.ok(Math.abs((mrr['standardDeviation'] ?? NaN) - Math.abs(a - b) / Math.SQRT2) < 1e-12);

  const refused = await pinwalk('train', ...onSmall, '--run', 'mine', '--seeds', '3');
  t.equal(refused.code, 2);
  t.match(refused.err, /run: runs\/mine-seed7 must be new .* add --resume/);
  rmSync(path.join(folder, 'runs', 'mine-seed8'), { recursive: true });
  const more = await pinwalk('train', '--run', 'mine', '--seeds', '3', '--resume', '--json');
  t.equal(more.code, 0, more.err);
  t.match(more.err, /seed 7: runs\/mine-seed7 is there already\n/);
  t.match(JSON.parse(more.out), { run: 'mine', seeds: [7, 8, 9] });
  t.equal(figure('mine-seed8'), b, 'made again, it is the same');
});

t.test('ablate prints the rows asked for and keeps them', async (t) => {
  const rows = ['--rows', 'walk,importancePooling'];
  const { code, out, err } = await pinwalk('ablate', ...onSmall, ...rows, '--run', 'ablation');
  t.equal(code, 0, err);
  t.match(out, /│ walk .*\n│ importancePooling/);
  t.match(err, /ablation: runs\/ablation, 2 of 2 rows to do\n/);
  t.match(err, /importancePooling in \d+ s; about 0 s left\n/);
  const again = await pinwalk('ablate', '--run', 'ablation', '--rows', 'walk', '--json');
  t.equal(again.code, 0, again.err);
  t.match(again.err, /0 of 1 rows to do/);
  t.match(JSON.parse(again.out), { run: 'ablation', rows: [{ name: 'walk', seed: 7 }] });
  const other = await pinwalk('ablate', '--run', 'ablation', '--epochs', '2');
  t.equal(other.code, 2);
  t.match(other.err, /ablation: the config must be the one it was begun with \(got epochs 2, was 1\)/);
  const without = await pinwalk('ablate', ...onSmall, '--rows', 'content', '--run', 'untitled');
  t.equal(without.code, 2);
  t.match(without.err, /ablation: rows must be some that fit the data \(got content, which need titles or pictures\)/);
  t.match((await pinwalk('ablate', '--rows', 'wlak')).err, /wlak is not a row; did you mean walk\? \[OPTION_UNKNOWN\]/);
});

t.test('an ablation in the directory of a finished run stands in its report once that is written anew', async (t) => {
  const { code, err } = await pinwalk('ablate', '--run', 'mine-seed7', '--rows', 'walk,popularity');
  t.equal(code, 0, err);
  const report = (): string => readFileSync(path.join(folder, 'runs', 'mine-seed7', 'report.html'), 'utf8');
  t.notMatch(report(), /Ablation/);
  t.equal((await pinwalk('evaluate', '--run', 'mine-seed7')).code, 0);
  t.match(report(), /Ablation/);
});

t.test('tune prints its rungs, and writes a config that train takes', async (t) => {
  const { epochs, ...rest } = small;
  t.equal(epochs, 1);
  const { rowRate, temperature, ...fixed } = rest;
  t.ok(rowRate && temperature);
  writeFileSync(path.join(folder, 'fixed.json'), JSON.stringify(fixed));
  const search = ['tune', '--saves', 'saves.tsv', '--config', 'fixed.json', '--trials', '3', '--run', 'search'];
  const { code, out, err } = await pinwalk(...search, '--epochs', '3');
  t.equal(code, 0, err);
  t.match(
    out,
    /^rung 1: 3 trials of 1 epoch; validation, embedding alone\n.*\n│ trial │ recall@20 │ seconds │ temperature │ rowRate +│/,
  );
  t.match(out, /\nrung 2: 1 trial of 3 epochs;/);
  t.match(err, /rung 1 of 2, trial 0: recall@20 \.\d{4} in \d+ s; about \d+ s left\n/);
  t.match(err, /wrote runs\/search\/best\.json; train with: npm run train -- --config runs\/search\/best\.json\n/);
  t.match(readJson('search', 'best.json'), { epochs: 3, seed: 7, dimension: small.dimension });
  const again = await pinwalk('tune', '--config', 'fixed.json', '--trials', '3', '--run', 'search', '--json');
  t.equal(again.code, 0, again.err);
  t.notMatch(again.err, /rung 1 of 2/, 'nothing is done again');
  t.match(JSON.parse(again.out), { run: 'search', file: 'runs/search/best.json', plan: [{ trialCount: 3 }, {}] });
  const trained = await pinwalk(
    'train',
    '--saves',
    'saves.tsv',
    '--config',
    'runs/search/best.json',
    '--workers',
    '1',
    '--run',
    'tuned',
    '--workers',
    '1',
  );
  t.equal(trained.code, 0, trained.err);
  t.ok(existsSync(path.join(folder, 'runs', 'tuned', 'pinwalk.sqlite')));
  t.equal((await pinwalk('tune')).code, 2, 'how many trials must be said');
});
