/**
 * Figures under names that MLflow takes: letters, digits, `_`, `-`, `.`, blanks, `:` and `/`.
 */
import { queryMetrics, type Metric } from '../evaluation/metrics.js';
import type { MetricsTable } from '../evaluation/table.js';

const metrics: readonly Metric[] = [...queryMetrics, 'coverage@20'];

/** Every figure of a run, mean and standard error: `test.pinwalk.boardIdeas.recall_at_20`, and the same with `.standardError`. */
export function metricsOfTable(models: MetricsTable): { key: string; value: number }[] {
  return Object.entries(models).flatMap(([model, tasks]) =>
    Object.entries(tasks).flatMap(([task, { queries, ...results }]) => {
      const name = `test.${model}.${task}`;
      const figures = metrics.flatMap((metric) => {
        const { mean, standardError } = results[metric];
        const key = `${name}.${metric.replaceAll('@', '_at_')}`;
        return [
          { key, value: mean },
          { key: `${key}.standardError`, value: standardError },
        ];
      });
      return [{ key: `${name}.queries`, value: queries }, ...figures];
    }),
  );
}
