import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { openGeneration } from '../../data/generation/read.js';
import { openRecommender } from '../../serve/open-recommender.js';
import { evaluateLists } from '../../train/evaluation/evaluate-lists.js';
import { train } from '../../train/train.js';
import { topicWorld } from './small-run.js';
import { smallConfig } from './small-world.js';

const newFolder = (): string => path.join(mkdtempSync(path.join(tmpdir(), 'pinwalk-train-')), 'my run');
const config = smallConfig({ epochs: 2, batchPairs: 0, hardNegatives: 0 });

t.test('train writes a generation, and what it answers is what was evaluated', async (t) => {
  const folder = newFolder();
  const stages = new Set<string>();
  const lines: string[] = [];
  const run = await train(topicWorld, {
    folder,
    config,
    serveSplit: 'train',
    onProgress: ({ stage, done, total }) => done <= total && stages.add(stage),
    onLine: (line) => lines.push(line),
  });
  t.equal(run.folder, folder);
  t.ok(existsSync(run.report));
  t.ok(stages.has('evaluation') && lines.some((line) => line.startsWith('split (random')));
  t.match(run.config, { backend: 'wasm', epochs: 2 });
  t.match(run.split, { mode: 'random', train: Number, test: Number });
  t.same(readdirSync(path.dirname(folder)), ['my run'], 'nothing is written beside the folder');
  t.match(openGeneration(run.generation).meta, { metrics: JSON.parse(JSON.stringify(run.metrics)) as object });

  const ours = openRecommender(run.generation);
  t.teardown(() => ours.close());
  const table = await evaluateLists({ pinwalk: ours }, run.tasks);
  for (const task of ['boardIdeas', 'relatedPins'] as const) {
    const [served, evaluated] = [table['pinwalk']?.[task], run.metrics['pinwalk']?.[task]];
    for (const metric of ['recall@20', 'ndcg@20', 'hitRate@10', 'mrr', 'coverage@20'] as const) {
      t.equal(served?.[metric].mean.toFixed(6), evaluated?.[metric].mean.toFixed(6), `${task} ${metric}`);
    }
  }
});

t.test('a signal stops training with its reason, and resume goes on to the same figures', async (t) => {
  const folder = newFolder();
  const stop = new AbortController();
  const stopped = train(topicWorld, {
    folder,
    config,
    signal: stop.signal,
    onProgress: ({ stage, done }) => void (stage === 'training' && done >= 2 && stop.abort(new Error('enough'))),
  });
  await t.rejects(stopped, { message: 'enough' });
  await t.rejects(train(topicWorld, { folder, config }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: /must be new \(got a run with checkpoints\); give resume: true to go on, or another folder$/,
  });
  const resumed = await train(topicWorld, { folder, config, resume: true });
  const whole = await train(topicWorld, { folder: newFolder(), config });
  t.strictSame(resumed.metrics, whole.metrics);
});

t.test('train refuses parameters that are none', async (t) => {
  const given = { epoch: 3 } as object;
  await t.rejects(train(topicWorld, { folder: newFolder(), config: given }), {
    code: 'OPTION_UNKNOWN',
    message: /epoch is not an option; did you mean epochs\?/,
  });
});
