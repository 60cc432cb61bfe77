import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { openBackend } from '../../../train/backend/open-backend.js';
import { estimate, queryMetrics } from '../../../train/evaluation/metrics.js';
import { formatEstimate } from '../../../train/evaluation/table.js';
import { readQueries } from '../../../train/report/query-results.js';
import { runSmall, topicWorld } from '../small-run.js';

t.test('a run leaves a report and queries that say what its metrics.json says', async (t) => {
  await openBackend('wasm');
  const provenance = { source: {}, reportText: 'saves: 901 rows, 900 kept', backend: 'wasm' };
  const { folder, metrics } = await runSmall(topicWorld, { provenance, config: { epochs: 2 } });
  const read = (): string => readFileSync(path.join(folder.folder, 'report.html'), 'utf8');
  const page = read();
  const { models, split } = metrics();
  const queries = await readQueries(path.join(folder.folder, 'queries.parquet'));
  for (const { task, models: results } of queries) {
    t.same([...results.keys()].sort(), Object.keys(models).sort(), task);
    for (const [model, { perQuery, hits }] of results) {
      const figures = models[model]?.[task];
      t.equal(perQuery.mrr.length, figures?.queries);
      t.equal(hits.length, figures?.queries);
      for (const metric of queryMetrics) {
        t.same(estimate(perQuery[metric]), figures?.[metric], `${model} ${metric}`);
        t.match(page, formatEstimate(estimate(perQuery[metric])));
      }
    }
  }
  t.match(
    page,
    `${Number(split['train'])} train, ${Number(split['validation'])} validation, ${Number(split['test'])} test`,
  );
  t.match(page, /npm run train -- --seed 7 --backend wasm /);
  t.match(page, 'saves: 901 rows, 900 kept');
  t.match(page, /<h3>Loss<\/h3>[\s\S]*<h3>Validation<\/h3>[\s\S]*<h3>Cosines of the vectors<\/h3>/);
  t.equal(page.match(/class="example"/g)?.length, 12);
  t.notMatch(page, 'id="ablation"');

  const { pinwalk = {} } = models;
  const rows = [{ name: 'popularity', description: 'd', change: {}, seconds: 1, seed: 1, metrics: pinwalk }];
  writeFileSync(path.join(folder.folder, 'ablation.json'), JSON.stringify({ rows }));
  await runSmall(topicWorld, { folder, resume: true, serveSplit: 'none', config: { epochs: 2 } });
  t.match(read(), 'id="ablation"', 'evaluated again, a run shows the ablation that was ablated meanwhile');
});
