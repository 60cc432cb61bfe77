/**
 * The same run with several seeds: how far figures move by chance alone, of the split as of the training.
 */
import { queryMetrics, type Estimate, type Metric } from '../evaluation/metrics.js';
import type { MetricsTable } from '../evaluation/table.js';
import { taskNames, type TaskName } from '../evaluation/tasks.js';

/** A figure over seeds. */
export interface OverSeeds {
  readonly mean: number;
  /** Of single seeds: sqrt(sum of squared deviations / (n - 1)). */
  readonly standardDeviation: number;
}

/** What seeds.json holds under `models`: `<model>.<task>.<metric>`; `queries` is the mean of the seeds. */
export type DeviationTable = Readonly<
  Record<string, Partial<Record<TaskName, Readonly<Record<Metric, OverSeeds>> & { readonly queries: number }>>>
>;

const metrics: readonly Metric[] = [...queryMetrics, 'coverage@20'];

/**
 * Mean and standard deviation over seeds of every model, task and metric.
 *
 * @param seeds  tables of at least two runs; what one of them lacks is left out
 */
export function deviationOverSeeds(seeds: readonly MetricsTable[]): DeviationTable {
  const models: Record<string, DeviationTable[string]> = {};
  for (const model of Object.keys(seeds[0] ?? {})) {
    const tasks: [string, unknown][] = [];
    for (const task of taskNames) {
      const results = seeds.flatMap((table) => table[model]?.[task] ?? []);
      if (results.length < seeds.length) continue;
      const figures = metrics.map(
        (metric) => [metric, overSeeds(results.map((result) => result[metric].mean))] as const,
      );
      tasks.push([
        task,
        { queries: overSeeds(results.map(({ queries }) => queries)).mean, ...Object.fromEntries(figures) },
      ]);
    }
    models[model] = Object.fromEntries(tasks);
  }
  return models;
}

/** Mean and standard deviation of at least two values. */
export function overSeeds(values: readonly number[]): OverSeeds {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, standardDeviation: Math.sqrt(squares / (values.length - 1)) };
}

/** Deviations in the shape of a table of results, the standard deviation over seeds in place of the standard error. */
export function asMetricsTable(models: DeviationTable): MetricsTable {
  const asEstimate = ({ mean, standardDeviation }: OverSeeds): Estimate => ({ mean, standardError: standardDeviation });
  return Object.fromEntries(
    Object.entries(models).map(([model, tasks]) => [
      model,
      Object.fromEntries(
        Object.entries(tasks).map(([task, { queries, ...figures }]) => [
          task,
          {
            queries: Math.round(queries),
            ...Object.fromEntries(Object.entries(figures).map(([metric, figure]) => [metric, asEstimate(figure)])),
          },
        ]),
      ),
    ]),
  );
}
