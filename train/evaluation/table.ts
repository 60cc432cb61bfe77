/**
 * An evaluation for people (a table) and for programs (metrics.json).
 */
import Table from 'cli-table3';
import { fallbacks, type Fallback } from '../ranking/recommend.js';
import type { Evaluation } from './evaluate.js';
import { queryMetrics, type Estimate, type Metric, type QueryMetric } from './metrics.js';
import { taskNames, type TaskName } from './tasks.js';

/** What metrics.json holds of a model and a task. */
export type TaskMetrics = Readonly<Record<Metric, Estimate>> & {
  readonly queries: number;
  /** Queries that something stood in on, by what it was; absent where nothing did. */
  readonly fallbacks?: Readonly<Partial<Record<Fallback, number>>>;
};

/** What metrics.json holds under `models`: `<model>.<task>.<metric>`. */
export type MetricsTable = Readonly<Record<string, Partial<Record<TaskName, TaskMetrics>>>>;

/** The part of an evaluation that is written to metrics.json; per-query values are left out. */
export function metricsTable(evaluation: Evaluation): MetricsTable {
  const models: Record<string, MetricsTable[string]> = {};
  for (const [model, results] of Object.entries(evaluation)) {
    const tasks: [string, unknown][] = [];
    for (const task of taskNames) {
      const result = results[task];
      if (!result) continue;
      const counts = countsOf(result.fallbacks);
      tasks.push([task, { queries: result.queryCount, ...(counts && { fallbacks: counts }), ...result.metrics }]);
    }
    models[model] = Object.fromEntries(tasks);
  }
  return models;
}

/** How often each stood in; undefined where none did. */
function countsOf(given: readonly (Fallback | null)[]): TaskMetrics['fallbacks'] {
  if (given.every((fallback) => fallback === null)) return undefined;
  const counts = fallbacks.map((name) => [name, given.filter((fallback) => fallback === name).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/**
 * How many of a task's queries had nothing known, as a sentence; undefined where every query had something.
 *
 * What is served answers them with the most saved pins, and that is what its models are measured by.
 */
export function nothingKnown(models: MetricsTable, task: TaskName): string | undefined {
  const results = Object.values(models).flatMap((model) => model[task] ?? []);
  const count = Math.max(0, ...results.map(({ fallbacks }) => fallbacks?.popular ?? 0));
  const queries = results[0]?.queries ?? 0;
  if (count === 0) return undefined;
  const [of, asking] = [count, queries].map((number) => number.toLocaleString('en')) as [string, string];
  const what = task === 'relatedPins' ? 'pins' : 'boards';
  return `${of} of ${asking} ${what} had nothing known; they were answered with the most saved pins`;
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
    const unknown = nothingKnown(models, task);
    const lines = [`${titles[task]} (${queries.toLocaleString('en')} queries)`, ...(unknown ? [`${unknown}.`] : [])];
    parts.push([...lines, table.toString()].join('\n'));
  }
  return parts.join('\n\n') || 'Nothing was evaluated: the split left no save to test.';
}

/** `.1805 ±.0013`. */
export function formatEstimate({ mean, standardError }: Estimate): string {
  const [left, right] = [mean, standardError].map((value) => value.toFixed(4).replace(/^0/, ''));
  return `${left} ±${right}`;
}
