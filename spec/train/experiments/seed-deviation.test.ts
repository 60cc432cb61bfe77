import t from 'tap';
import { queryMetrics } from '../../../train/evaluation/metrics.js';
import type { MetricsTable } from '../../../train/evaluation/table.js';
import { asMetricsTable, overSeeds, deviationOverSeeds } from '../../../train/experiments/seed-deviation.js';

/** A table in which every figure of every named task is `mean`. */
function tableOf(mean: number, queries: number, tasks: readonly string[] = ['boardIdeas']): MetricsTable {
  const figures = [...queryMetrics, 'coverage@20'].map((metric) => [metric, { mean, standardError: 0.5 }]);
  const result = { queries, ...(Object.fromEntries(figures) as object) };
  const results = tasks.map((task) => [task, result] as const);
  return { walk: Object.fromEntries(results) };
}

t.test('the standard deviation is that of single seeds, with n - 1', (t) => {
  t.same(overSeeds([1, 2, 6]), { mean: 3, standardDeviation: Math.sqrt(7) });
  t.same(overSeeds([0.25, 0.25]), { mean: 0.25, standardDeviation: 0 });
  t.end();
});

t.test('every model, task and metric gets a mean and a deviation; a task that a seed lacks is left out', (t) => {
  const models = deviationOverSeeds([tableOf(0.5, 10, ['boardIdeas', 'coldPins']), tableOf(1, 13)]);
  t.same(Object.keys(models), ['walk']);
  t.same(Object.keys(models['walk'] ?? {}), ['boardIdeas']);
  const boards = models['walk']?.boardIdeas;
  t.equal(boards?.queries, 11.5);
  for (const metric of [...queryMetrics, 'coverage@20'] as const) {
    t.same(boards?.[metric], { mean: 0.75, standardDeviation: Math.sqrt(0.125) }, metric);
  }
  const shown = asMetricsTable(models)['walk']?.boardIdeas;
  t.equal(shown?.queries, 12);
  t.same(shown?.mrr, { mean: 0.75, standardError: Math.sqrt(0.125) });
  t.end();
});
