/** `evaluate --lists`: another program's lists in the paired tests of a run, whose folder is made here without a training. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { loadCollection } from '../../../data/load.js';
import { degrees } from '../../../graph/compressed-rows.js';
import { run } from '../../../serve/program.js';
import { checkConfig } from '../../../train/config.js';
import { evaluate, onThisThread } from '../../../train/evaluation/evaluate.js';
import { metricsTable } from '../../../train/evaluation/table.js';
import type { Task } from '../../../train/evaluation/tasks.js';
import { knownGraph, splitOf, testTasks } from '../../../train/prepare.js';
import { queryResults, writeQueries } from '../../../train/report/query-results.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-judge-'));
const home = process.cwd();
t.before(() => process.chdir(folder));
t.teardown(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

const data = path.join(folder, 'data');
mkdirSync(data);
const saves = Array.from({ length: 400 }, (_, n) => `board ${n % 20},"pin, ${(n * n + 3 * n) % 61}"`);
writeFileSync(path.join(data, 'saves.csv'), `board,pin\n${[...new Set(saves)].join('\n')}\n`);
const config = checkConfig({ seed: 2, split: 'random' });
const { collection } = await loadCollection({ folder: data });
const { split } = splitOf(collection, config);
const known = knownGraph({ collection, split });
const tasks: readonly Task[] = Object.values(testTasks({ split, config }, known));
const popularity = Float32Array.from(degrees(known.boardsOfPin));
const scores = (rows: Uint32Array): Float32Array =>
  Float32Array.from({ length: rows.length * popularity.length }, (_, n) => popularity[n % popularity.length] as number);
const model = { name: 'pinwalk', scoreBoards: scores, scorePins: scores };
const evaluation = await evaluate(onThisThread([model], popularity.length), tasks, { pinCount: popularity.length });
const own = path.join(folder, 'runs/mine');
mkdirSync(own, { recursive: true });
writeFileSync(path.join(own, 'run.json'), JSON.stringify({ source: { folder: data }, config }));
writeFileSync(path.join(own, 'metrics.json'), JSON.stringify({ models: metricsTable(evaluation), config }));
writeQueries(path.join(own, 'queries.parquet'), queryResults(evaluation, tasks, { collection, known }));

async function pinwalk(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await run(argv, { out: (text) => void (out += text), err: (text) => void (err += text) });
  return { code, out, err };
}

interface Judged {
  models: Record<string, Record<string, Record<string, { mean: number }>>>;
  tests: { other: string; difference: number }[];
}

/** Lists as a run would export them, popular pins first; each as one line a place. */
function listsOf(kind: 'boards' | 'pins'): string {
  const { ids } = collection[kind];
  const order = [...popularity.keys()].sort((a, b) => (popularity[b] as number) - (popularity[a] as number) || a - b);
  const lines = ids.flatMap((id) => order.map((pin, n) => `"${id}",${n + 1},"${collection.pins.ids[pin]}"`));
  return `query,rank,pin\n${lines.join('\n')}\n`;
}

t.test("lists of a run's own are judged as the run was, whether or not they hold what a query knows", async (t) => {
  for (const [task, kind] of [
    ['boardIdeas', 'boards'],
    ['relatedPins', 'pins'],
  ] as const) {
    writeFileSync('lists.csv', listsOf(kind));
    const { code, out, err } = await pinwalk(
      'evaluate',
      '--run',
      'mine',
      '--lists',
      'lists.csv',
      '--task',
      task,
      '--json',
    );
    t.equal(code, 0, err);
    const { models, tests } = JSON.parse(out) as Judged;
    const [lists, ours] = [models['lists']?.[task], models['pinwalk']?.[task]];
    for (const metric of ['recall@20', 'ndcg@20', 'hitRate@10', 'mrr', 'coverage@20'])
      t.ok(Math.abs((lists?.[metric]?.mean ?? NaN) - (ours?.[metric]?.mean ?? NaN)) < 1e-12, `${task} ${metric}`);
    t.match(tests, [{ other: 'pinwalk', difference: 0 }]);
    t.match(err, /lists\.csv: \d+ lists; read as a table, lists by rank\n/);
  }
  t.same(readdirSync(own).sort(), ['metrics.json', 'queries.parquet', 'run.json'], 'the run is as it was');
});

t.test('queries without a list and pins of no one are said, and the table has both beside each other', async (t) => {
  writeFileSync('few.tsv', `board 1\tunheard of\t${collection.pins.ids.join('\t')}\n`);
  const { code, out, err } = await pinwalk('evaluate', '--run', 'mine', '--lists', 'few.tsv');
  t.equal(code, 0, err);
  const asked = tasks[0]?.queries.length ?? 0;
  t.match(err, `few.tsv: ${asked - 1} of ${asked} queries have no list and count as missed\n`);
  t.match(err, 'few.tsv: 1 pins are not in the data; they fill places all the same\n');
  t.match(out, /│ pinwalk [^]*│ lists [^]*\n\nlists is worse than pinwalk by/);
});

t.test('lists with a pin in them twice, and a run that was asked otherwise, are refused', async (t) => {
  const twice = collection.pins.ids[0];
  writeFileSync('twice.tsv', `${collection.boards.ids.map((id) => `${id}\t${twice}\t${twice}\n`).join('')}`);
  const refused = await pinwalk('evaluate', '--run', 'mine', '--lists', 'twice.tsv');
  t.equal(refused.code, 2);
  t.match(refused.err, /evaluate: twice\.tsv of ".*": a list must have a pin once \(got pin, \d+ twice\)/);
  const metrics = readFileSync(path.join(own, 'metrics.json'));
  writeFileSync('one.tsv', `${collection.boards.ids[0]}\t${twice}\n`);
  writeFileSync(path.join(own, 'metrics.json'), metrics.subarray(0, 99));
  const cut = await pinwalk('evaluate', '--run', 'mine', '--lists', 'one.tsv');
  t.equal(cut.code, 1);
  t.match(cut.err, /metrics\.json must be as training wrote it .*\[INPUT_INVALID\]/);
  writeFileSync(path.join(own, 'metrics.json'), metrics);
  const other = { ...config, seed: 3 };
  writeFileSync(path.join(own, 'run.json'), JSON.stringify({ source: { folder: data }, config: other }));
  const asked = await pinwalk('evaluate', '--run', 'mine', '--lists', 'twice.tsv');
  t.equal(asked.code, 1);
  t.match(asked.err, /must have been asked what its data asks .*; evaluate it again: npm run evaluate -- --run mine/);
  t.ok(readFileSync(path.join(own, 'metrics.json')).length > 0);
});
