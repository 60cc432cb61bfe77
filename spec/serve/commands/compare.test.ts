import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { run } from '../../../serve/program.js';
import { readFinishedRun, type RunComparison } from '../../../train/report/compare-runs.js';
import { writeQueries, type TaskQueries } from '../../../train/report/query-results.js';
import { RunFolder } from '../../../train/run-folder.js';
import { boardQueries, modelQueries, pinQueries, tableOf } from '../../train/report/sample.js';

const root = mkdtempSync(path.join(tmpdir(), 'pinwalk-compare-'));

/** A finished run's folder, as far as compare reads it. */
function writeRun(
  name: string,
  tasks: readonly TaskQueries[],
  given: { config?: Record<string, unknown>; fingerprint?: string; vectors?: string; contentFingerprint?: string } = {},
): string {
  const { config = {}, fingerprint = 'f'.repeat(64), vectors, contentFingerprint } = given;
  const folder = path.join(root, name);
  mkdirSync(folder);
  const metrics = {
    models: tableOf(tasks),
    config: { seed: 1, epochs: 8, ...config },
    fingerprint,
    contentFingerprint,
  };
  writeFileSync(
    path.join(folder, 'run.json'),
    JSON.stringify({ source: { folder: '/boards', vectors }, config: metrics.config }),
  );
  writeFileSync(path.join(folder, 'metrics.json'), JSON.stringify(metrics));
  writeQueries(path.join(folder, 'queries.parquet'), tasks);
  return folder;
}

async function compare(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run(['compare', ...argv], {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
  });
  return { code, out, err };
}

/** `boardQueries` with other results of pinwalk. */
function withPinwalk(values: readonly number[], of: TaskQueries = boardQueries): TaskQueries {
  const hits = of.models.get('pinwalk')?.hits ?? [];
  return { ...of, models: new Map([...of.models, ['pinwalk', modelQueries(values, hits)]]) };
}

const first = writeRun('first', [boardQueries, pinQueries]);
const better = writeRun('better', [withPinwalk([0.75, 1.25, 1.25, 1.25]), pinQueries], { config: { epochs: 12 } });
const otherSeed = writeRun('other-seed', [{ ...boardQueries, answers: [['rare'], ['star'], ['star'], ['star']] }], {
  config: { seed: 2 },
});

t.test('compare prints each run with its difference from the first', async (t) => {
  const { code, out, err } = await compare(first, better);
  t.equal(err, '');
  t.equal(code, 0);
  t.match(out, /boardIdeas: mean ± standard error/);
  t.match(out, /│ pinwalk +│ .*first +│ 4 +│ \.8750 ±\.1083 +│ +│/);
  t.match(out, /│ pinwalk +│ .*better +│ 4 +│ 1\.1250 ±\.1083 │ \+\.2500 \(\+\.2500 to \+\.2500, p < \.001\)/);
  t.match(out, /relatedPins: [\s\S]*│ \+\.0000 \(\+\.0000 to \+\.0000, p = 1\.000\)/);
  t.match(out, /parameters that differ[\s\S]*│ epochs +│ 8 +│ 12 +│/);
  t.notMatch(out, 'not tested');
});

t.test('compare --json gives the same for programs', async (t) => {
  const { out } = await compare(first, better, '--json');
  const { runs, figures, config, refusals } = JSON.parse(out) as RunComparison;
  t.same(runs, [first, better]);
  t.same(refusals, []);
  t.same(config, [{ option: 'epochs', values: [8, 12] }]);
  const recall = figures.filter(
    ({ task, metric, model }) => `${task} ${metric} ${model}` === 'boardIdeas recall@20 pinwalk',
  );
  t.same(
    recall.map(({ run: name, mean, queries, test }) => [name, mean, queries, test?.difference]),
    [
      [first, 0.875, 4, undefined],
      [better, 1.125, 4, 0.25],
    ],
  );
});

t.test('compare shows data that differ, or that nothing does, and takes former names of options', async (t) => {
  const tasks = [boardQueries, pinQueries];
  const plain = writeRun('plain', tasks, { contentFingerprint: 'a'.repeat(64), config: { coldShare: 0.3 } });
  const own = writeRun('own-vectors', tasks, {
    ...{ vectors: '/clip.npy', contentFingerprint: 'b'.repeat(64), config: { saveDropout: 0.3 } },
  });
  const { out } = await compare(plain, own);
  t.match(out, /data that differ\n[\s\S]*│ vectors +│ +│ "\/clip\.npy" +│/);
  t.match(out, /│ content +│ "aaaaaaaaaaaa" +│ "bbbbbbbbbbbb" +│/);
  t.match(out, 'All parameters are the same.');
  t.notMatch(out, '/boards', 'what is the same is not shown');
  const { source } = JSON.parse((await compare(plain, own, '--json')).out) as RunComparison;
  t.match(
    source.find(({ option }) => option === 'vectors'),
    { values: [null, '/clip.npy'] },
  );
  t.match((await compare(first, better)).out, 'No difference in the data.');
});

t.test('models of a run that named them otherwise are read under their current names', async (t) => {
  const folder = writeRun('former-models', [boardQueries]);
  const models = { structure: tableOf([boardQueries])['walk'] };
  const metrics = { models, config: {}, fingerprint: 'f'.repeat(64) };
  writeFileSync(path.join(folder, 'metrics.json'), JSON.stringify(metrics));
  const read = await readFinishedRun(RunFolder.find(root, 'former-models'));
  t.same(read.models, { spectral: models.structure });
});

t.test('runs of other seeds stand beside each other without a test, and compare says why', async (t) => {
  const { code, out } = await compare(first, otherSeed);
  t.equal(code, 0);
  t.match(out, /│ pinwalk +│ .*other-seed +│ 4 +│ \.8750 ±\.1083 │ +│/);
  t.match(
    out,
    `not tested: ${otherSeed}, boardIdeas: it was asked other queries than ${first} (seed 2 and 1), so the two cannot be paired.`,
  );
  t.match(out, `not tested: ${otherSeed}, relatedPins: only ${first} was asked.`);
});

t.test('compare refuses what says nothing of each other', async (t) => {
  const foreign = writeRun('foreign', [boardQueries], { fingerprint: '0123456789abcdef' });
  const data = await compare(first, foreign);
  t.equal(data.code, 2);
  t.equal(data.out, '');
  t.match(
    data.err,
    /compare: runs must be of the same data: .* \(got .*first on ffffffffffff, .*foreign on 0123456789ab\)/,
  );
  t.match((await compare(first)).err, 'compare: at least two runs must be named (got 1) [OPTION_OUT_OF_RANGE]');
  t.match((await compare(first, first)).err, 'compare: runs must be different');
  const none = await compare();
  t.equal(none.code, 2);
  t.match(none.err, "missing required argument 'runs'");
});

t.test('compare names a run that is not there or not finished', async (t) => {
  const missing = await compare(first, path.join(root, 'nowhere'));
  t.equal(missing.code, 1);
  t.match(missing.err, /nowhere.run\.json must be there \(got no such file\); train first \[NOT_FOUND\]/);
  const unfinished = writeRun('unfinished', [boardQueries]);
  rmSync(path.join(unfinished, 'queries.parquet'));
  const { code, err } = await compare(first, unfinished);
  t.equal(code, 1);
  t.match(err, /unfinished.queries\.parquet must be there \(got no such file\); finish the run, or evaluate it again/);
  t.match(err, 'npm run evaluate -- --run unfinished [INPUT_MISSING]');
});

t.test('compare has help with examples', async (t) => {
  const { code, out } = await compare('--help');
  t.equal(code, 0);
  t.match(out, /Usage: pinwalk compare [\s\S]*--json[\s\S]*Examples:\n {2}npm run compare -- first second/);
});
