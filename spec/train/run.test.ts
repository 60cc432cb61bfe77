import { copyFileSync, existsSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { openGeneration } from '../../data/generation/read.js';
import { syntheticSaves } from '../../data/synthetic.js';
import { openBackend } from '../../train/backend/open-backend.js';
import { prepare } from '../../train/prepare.js';
import type { Progress } from '../../train/progress.js';
import { evaluateRun, finishedTraining, trainedWeights } from '../../train/run.js';
import { newFolder, runSmall, smallOptions, topicWorld } from './small-run.js';
import { hex, smallConfig } from './small-world.js';

/** The run that the others are held against. */
const first = openBackend('wasm').then(() => runSmall(topicWorld));

t.test('a run ends with a generation that knows every save, metrics and a log', async (t) => {
  const { result, folder, said, metrics } = await first;
  t.notOk(result.stopped);
  const files = ['checkpoints', 'metrics.json', 'metrics.jsonl', 'pinwalk.sqlite', 'queries.parquet', 'report.html'];
  t.same(readdirSync(folder.folder).sort(), files);
  t.equal(readlinkSync(path.join(folder.folder, '..', 'latest')), 'small');
  t.match(said[0], /^split \(random, as asked for\): \d+ saves to train, \d+ to validate, \d+ to test$/);
  t.match(said.join('\n'), /network: reads 11 features of a pin, of spectral, degree/);
  t.match(said.join('\n'), /epoch 4 of 4: recall@20 0\.\d{4} on validation, embedding alone; \d+ s\n/);
  t.match(said.join('\n'), /ranking: \{.*"temperature":0.2/);

  const { models, split, config, fusion, fingerprint } = metrics();
  t.equal(Number(split['train']) + Number(split['validation']) + Number(split['test']), 900);
  t.ok(Number(split['test']) > 120 && Number(split['validation']) > 10);
  t.same(config, smallConfig({ epochs: 4, batchPairs: 0, hardNegatives: 0 }));
  t.equal(fingerprint, topicWorld.fingerprint);
  t.ok(fusion.settings);
  t.same(Object.keys(models).sort(), ['embedding', 'filter', 'pinwalk', 'spectral', 'walk']);
  for (const [model, tasks] of Object.entries(models)) {
    t.same(Object.keys(tasks).slice(0, 2), ['boardIdeas', 'relatedPins'], model);
    for (const task of Object.values(tasks)) {
      t.ok(task.queries > 0);
      for (const name of ['recall@20', 'ndcg@20', 'hitRate@10', 'hitRate@500', 'mrr', 'coverage@20']) {
        const { mean, standardError } = task[name] ?? { mean: NaN, standardError: NaN };
        t.ok(mean >= 0 && mean <= 1 && standardError >= 0, `${model} ${name} ${mean} ${standardError}`);
      }
    }
  }
  const recall = (model: string): number => models[model]?.['boardIdeas']?.['recall@20']?.mean ?? NaN;
  t.ok(
    recall('embedding') > 0.35,
    `a random list of 20 of 120 pins would have .17, the embedding has ${recall('embedding')}`,
  );
  t.ok(recall('pinwalk') > 0.35, `pinwalk ${recall('pinwalk')}`);

  const generation = openGeneration(folder.generation, { verify: 'now' });
  t.teardown(() => generation.close());
  t.same(generation.meta['counts'], { pins: 120, boards: 80, saves: 900 });
  t.equal(generation.graph.saveCount, 900);
  t.equal(generation.meta['serveSplit'], 'all');
  t.same(generation.meta['metrics'], models);
  t.same(generation.meta['ranking'], fusion.settings);
  t.same(
    ['pin.query', 'pin.target', 'pin.bias', 'pin.structure', 'board.query'].map((name) => {
      const matrix = generation.matrices.get(name);
      return [matrix?.rows, matrix?.columns, matrix?.values.every(Number.isFinite)];
    }),
    [
      [120, 8, true],
      [120, 8, true],
      [120, 1, true],
      [120, 8, true],
      [80, 8, true],
    ],
  );
  t.equal(generation.related?.offsets.length, 121);
  t.ok(generation.communities);
  const model = generation.model as NonNullable<typeof generation.model>;
  const { arrays } = model.json as { arrays: { name: string; shape: [number, number] }[] };
  t.equal(model.weights.length, 4 * arrays.reduce((sum, { shape }) => sum + shape[0] * shape[1], 0));
  t.ok(
    arrays.every(({ name }) => !name.startsWith('row.')),
    'learned rows are in the matrices',
  );
});

t.test('stopped and resumed, a run writes what one that never stopped does', async (t) => {
  const whole = await first;
  const stop = new AbortController();
  stop.abort();
  const stopped = await runSmall(topicWorld, { signal: stop.signal });
  t.same(stopped.result, { stopped: true, steps: 1 });
  t.same(
    readdirSync(stopped.folder.folder).sort(),
    ['checkpoints', 'metrics.jsonl'],
    'nothing but checkpoints and log',
  );
  const resumed = await runSmall(topicWorld, { folder: stopped.folder, resume: true });
  t.same(resumed.metrics(), whole.metrics());
  const targets = [whole, resumed].map(({ folder }) => {
    const generation = openGeneration(folder.generation);
    const { values } = generation.matrices.get('pin.target') ?? { values: new Float32Array() };
    generation.close();
    return hex(values);
  });
  t.equal(targets[0], targets[1]);
});

t.test('stopped after training, a run ends with the stage it is at and writes nothing more', async (t) => {
  await first;
  const stop = new AbortController();
  const progress: Progress = (stage) => {
    if (stage === 'weights for pins') stop.abort();
    return () => {};
  };
  const { result, folder } = await runSmall(topicWorld, { signal: stop.signal, progress });
  t.ok(result.stopped);
  t.same(readdirSync(folder.folder).sort(), ['checkpoints', 'metrics.jsonl']);
});

t.test('weights of a finished training are evaluated again: the same metrics, no step and no generation', async (t) => {
  const { folder, metrics } = await first;
  const before = metrics();
  const log = readFileSync(path.join(folder.folder, 'metrics.jsonl'), 'utf8');
  rmSync(folder.generation);
  const { options } = smallOptions(topicWorld, folder);
  const prepared = await prepare(options);
  const models = await evaluateRun(trainedWeights(prepared, options), prepared, {
    ...options,
    serveSplit: 'none',
  });
  t.same(models, before.models);
  t.same(metrics(), before);
  t.equal(readFileSync(path.join(folder.folder, 'metrics.jsonl'), 'utf8'), log);
  t.notOk(existsSync(folder.generation));
});

t.test('a training that was stopped, or never begun, is not evaluated', async (t) => {
  await first;
  const stop = new AbortController();
  stop.abort();
  const { folder } = await runSmall(topicWorld, { signal: stop.signal });
  t.throws(() => finishedTraining(folder), {
    code: 'INPUT_MISSING',
    message:
      `evaluate: ${folder.folder} must be trained to its end (got a training that stands at step 1); ` +
      'go on with: npm run train -- --run small --resume',
  });
  t.throws(() => finishedTraining(newFolder()), {
    code: 'INPUT_MISSING',
    message: /got no checkpoints\); train first/,
  });
});

t.test('best weights of another seed are not evaluated, and other vectors do not go on', async (t) => {
  const { folder } = await first;
  const other = await runSmall(topicWorld, { config: { seed: 8, epochs: 1 }, serveSplit: 'none' });
  const { options } = smallOptions(topicWorld, folder);
  const prepared = await prepare(options);
  const [own, theirs] = [folder, other.folder].map(({ checkpoints }) => path.join(checkpoints, 'best.ckpt')) as [
    string,
    string,
  ];
  const kept = readFileSync(own);
  copyFileSync(theirs, own);
  t.throws(() => trainedWeights(prepared, options), {
    code: 'CHECKPOINT_INVALID',
    message: /best\.ckpt: the config must be the checkpoint's \(got seed 7, was 8; epochs 4, was 1\)/,
  });
  writeFileSync(own, kept);
  const vectors = { dimension: 2, values: new Float32Array(240).fill(1), present: new Uint8Array(120).fill(1) };
  const withVectors = { ...topicWorld, vectors: new Map([['vectors', vectors]]) };
  await t.rejects(runSmall(withVectors, { folder, resume: true }), {
    code: 'CHECKPOINT_INVALID',
    message: /^resume: titles, columns, pictures and vectors must be those that the checkpoint was trained on/,
  });
});

t.test('a world too small to validate on says so, in the log, the metrics and the report', async (t) => {
  const tiny = syntheticSaves({ pinCount: 12, boardCount: 10, saveCount: 30, seed: 2 }).collection;
  const { said, folder } = await runSmall(tiny, { config: { validationBoards: 0, split: 'random' } });
  const text = said.join('\n');
  t.match(
    text,
    /0 to validate, \d+ to test; nothing is validated: the last weights are kept, and the fusion keeps its default/,
  );
  t.match(text, /epoch 4 of 4: nothing to validate; \d+ s/);
  t.notMatch(text, 'on validation');
  const read = (name: string): string => readFileSync(path.join(folder.folder, name), 'utf8');
  t.match(read('metrics.jsonl'), '"validation":"nothing to validate"');
  t.match(read('report.html'), 'Nothing was validated: the weights are those of the last epoch.');
  t.notMatch(read('report.html'), /Chosen on validation|NaN/);
});

t.test('pins and boards out of bounds lose their saves, and the run says how many', async (t) => {
  const stop = new AbortController();
  stop.abort();
  const bounds = { minPinDegree: 2, maxPinDegree: 25, minBoardDegree: 3, maxBoardDegree: 40 };
  const { said } = await runSmall(topicWorld, { signal: stop.signal, config: bounds });
  const [pruned = '', split = ''] = said;
  const [, dropped] =
    /^pruned: (\d+) saves of \d+ pins and \d+ boards below .*, \d+ pins and \d+ boards above/.exec(pruned) ?? [];
  const kept = (split.match(/\d+ (?=saves to|to )/g) ?? []).map(Number);
  t.ok(Number(dropped) > 0, pruned);
  t.equal(kept.reduce((sum, count) => sum + count, 0) + Number(dropped), 900, split);
});

t.test('a world with nothing to learn from is refused, and nothing is written', async (t) => {
  const lonely = syntheticSaves({ pinCount: 9, boardCount: 9, saveCount: 9, seed: 1 }).collection;
  const folder = newFolder();
  await t.rejects(runSmall(lonely, { folder }), {
    code: 'INPUT_INVALID',
    message: 'train: at least one board must keep 2 saves to learn from (got 9 saves of 9 boards); bring more saves',
  });
  t.notOk(existsSync(folder.folder));
});
