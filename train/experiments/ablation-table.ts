/**
 * An ablation for people: one table, rows in the ablation's order.
 */
import Table from 'cli-table3';
import { formatEstimate, type MetricsTable } from '../evaluation/table.js';
import type { AblationRow } from '../report/ablation-file.js';

const columns = [
  ['boardIdeas', 'recall@20'],
  ['relatedPins', 'hitRate@10'],
  ['relatedPins', 'mrr'],
] as const;

/**
 * Renders rows as `mean ± standard error`, of the embedding alone (`-` for baselines) and of the ranking that is served.
 *
 * Plain text without colors.
 */
export function formatAblation(rows: readonly AblationRow[]): string {
  const head = columns.flatMap(([task, metric]) => [`${task} ${metric}`, 'embedding']);
  const table = new Table({
    head: ['row', 'what it is', ...head, 'seconds'],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, description, metrics, embedding, seconds } of rows) {
    const cells = columns.flatMap(([task, metric]) =>
      [metrics, embedding].map((results) => formatCell(results, task, metric)),
    );
    table.push([name, description, ...cells, String(Math.round(seconds))]);
  }
  return table.toString();
}

function formatCell(
  results: MetricsTable[string] | undefined,
  task: (typeof columns)[number][0],
  metric: (typeof columns)[number][1],
): string {
  const result = results?.[task];
  return result ? formatEstimate(result[metric]) : '-';
}
