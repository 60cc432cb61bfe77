/**
 * A real standalone cluster on loopback. Needs Java and a Python with pyspark and pyarrow, named by PINWALK_SPARK_PYTHON:
 * `python3 -m venv venv && venv/bin/pip install -r spec/spark/requirements.txt`.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { collectionOf } from '../../data/collection-of.js';
import { openGeneration } from '../../data/generation/read.js';
import { randomStream } from '../../data/random.js';
import { sparkSubmit } from '../../serve/commands/spark.js';
import { silent } from '../../train/progress.js';
import { runLocalBatch, type Manifest } from '../../train/stages/local.js';
import { batchDefaults, stageNames } from '../../train/stages/row-stage.js';
import { compiled, fromRoot } from '../tools/paths.js';

const python = process.env['PINWALK_SPARK_PYTHON'];
if (python === undefined) {
  t.pass('Spark is not here (PINWALK_SPARK_PYTHON): its specs are skipped', { skip: true });
  process.exit();
}

const folder = mkdtempSync(path.join(tmpdir(), 'spark-'));
const cluster = (...words: string[]): string =>
  execFileSync('bash', [fromRoot('spec/spark/cluster.sh'), ...words], { encoding: 'utf8' }).trim();
const master = cluster('start', path.join(folder, 'cluster'), python);
t.teardown(() => {
  cluster('stop', path.join(folder, 'cluster'));
  rmSync(folder, { recursive: true, force: true });
});

const random = randomStream(1, 'spark');
const saves = Array.from({ length: 2000 }, () => ({
  board: `b${Math.floor(random() * 120)}`,
  pin: `p${Math.floor(random() ** 2 * 300)}`,
}));
const options = { ...batchDefaults, dimension: 8, walkSteps: 100, neighborCount: 5, relatedCount: 7 };
const bounds = { minPinDegree: 3, minBoardDegree: 2 };
const stages = [...stageNames];
const local = path.join(folder, 'local');
const expected = await runLocalBatch({
  ...{ collection: collectionOf(saves), out: local, stages, bounds, options, partitions: 3, workers: 1 },
  progress: silent,
});

async function submit(out: string, partitions: number, child: readonly string[]): Promise<Manifest> {
  const conf = {
    'spark.driver.host': '127.0.0.1',
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.executor.memory': '800m',
    'spark.ui.enabled': 'false',
    'spark.sql.execution.arrow.maxRecordsPerBatch': '20',
  };
  const given = { ...options, ...bounds, master, python: python ?? '', conf, partitions, stages, json: true };
  const output = { out: () => {}, err: () => {} };
  return sparkSubmit({ ...given, saves: [path.join(local, 'saves')], out: path.join(folder, out) }, output, child);
}

const faulty = (fault: string): string[] => {
  return [process.execPath, compiled('spec/spark/faulty-child.ts'), fault, path.join(folder, `flag-${fault}`)];
};

for (const partitions of [1, 4]) {
  t.test(`Spark comes to the rows of the local runner at ${partitions} partitions`, async (t) => {
    t.strictSame(await submit(`spark-${partitions}`, partitions, faulty('none')), expected);
    const generations = [local, path.join(folder, `spark-${partitions}`)].map((out) => {
      return openGeneration(path.join(out, 'pinwalk.sqlite'));
    });
    t.strictSame(generations[1]?.related, generations[0]?.related);
    t.strictSame(JSON.parse(readFileSync(path.join(folder, `spark-${partitions}`, 'manifest.json'), 'utf8')), expected);
    generations.forEach((generation) => generation.close());
  });
}

for (const fault of ['exitOnce', 'early']) {
  t.test(`a child that fails once (${fault}) is noticed and tried again, and rows are equal`, async (t) => {
    t.strictSame(await submit(fault, 4, faulty(fault)), expected);
  });
}

t.test('a poison row fails the job with its stage, row and message, at the first attempt', async (t) => {
  await t.rejects(submit('poison', 4, faulty('poison')), {
    code: 'SPARK_FAILED',
    message: /"stage": "neighborhoods".*"attempt": "?0"?.*"row": 7.*a title must be text/,
  });
});
