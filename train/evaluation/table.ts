/**
 * An evaluation for people (a table) and for programs (metrics.json).
 */
import Table from 'cli-table3';
import type { Evaluation } from './evaluate.js';
import { queryMetrics, type Estimate, type Metric, type QueryMetric } from './metrics.js';
import { taskNames, type TaskName } from './tasks.js';

/** What metrics.json holds under `models`: `<model>.<task>.<metric>`. */
export type MetricsTable = Readonly<
  Record<string, Partial<Record<TaskName, Readonly<Record<Metric, Estimate>> & { readonly queries: number }>>>
>;

/** The part of an evaluation that is written to metrics.json; per-query values are left out. */
export function metricsTable(evaluation: Evaluation): MetricsTable {
  const models: Record<string, MetricsTable[string]> = {};
  for (const [model, results] of Object.entries(evaluation)) {
    const tasks: [string, unknown][] = [];
    for (const task of taskNames) {
      const result = results[task];
      if (result) tasks.push([task, { queries: result.queryCount, ...result.metrics }]);
    }
    models[model] = Object.fromEntries(tasks);
  }
  return models;
}

/** The metric that models are ordered by: recall@20, of relatedPins hitRate@10. */
export function mainMetric(task: TaskName): QueryMetric {
  return task === 'relatedPins' ? 'hitRate@10' : 'recall@20';
}

const titles: Readonly<Record<TaskName, string>> = {
  boardIdeas: 'boardIdeas: held-out saves of a board, among all pins it does not have',
  relatedPins: 'relatedPins: held-out pin of a board, from another pin of the board, among all pins',
  coldPins: 'coldPins: held-out cold pins of a board, among the cold pins',
};

/**
 * Renders one table a task: a row a model, best first by the task's main metric, `mean ± standard error` in each cell.
 *
 * Plain text without colors; a sentence where nothing was asked.
 */
export function formatTable(models: MetricsTable): string {
  const metrics: readonly Metric[] = [...queryMetrics, 'coverage@20'];
  const parts: string[] = [];
  for (const task of taskNames) {
    const main = mainMetric(task);
    const rows = Object.entries(models).flatMap(([model, results]) => {
      const result = results[task];
      return result ? [{ model, result }] : [];
    });
    const queries = rows[0]?.result.queries;
    if (queries === undefined) continue;
    rows.sort((a, b) => b.result[main].mean - a.result[main].mean);
    const table = new Table({ head: ['model', ...metrics], style: { head: [], border: [], compact: true } });
    for (const { model, result } of rows)
      table.push([model, ...metrics.map((metric) => formatEstimate(result[metric]))]);
    parts.push(`${titles[task]} (${queries.toLocaleString('en')} queries)\n${table.toString()}`);
  }
  return parts.join('\n\n') || 'Nothing was evaluated: the split left no save to test.';
}

/** `.1805 ±.0013`. */
export function formatEstimate({ mean, standardError }: Estimate): string {
  const [left, right] = [mean, standardError].map((value) => value.toFixed(4).replace(/^0/, ''));
  return `${left} ±${right}`;
}
