/** A report's parts in small: two tasks of a few queries with results that can be checked by hand. */
import { checkConfig } from '../../../train/config.js';
import {
  estimate,
  queryMetrics,
  type Estimate,
  type Metric,
  type QueryMetric,
} from '../../../train/evaluation/metrics.js';
import type { MetricsTable } from '../../../train/evaluation/table.js';
import { rankingDefaults } from '../../../train/ranking/settings.js';
import { recallByDegree } from '../../../train/report/degree-groups.js';
import { differencesFrom } from '../../../train/report/differences.js';
import type { ModelQueries, TaskQueries } from '../../../train/report/query-results.js';
import type { ReportData } from '../../../train/report/report-data.js';

/** Every metric has the same value, query by query. */
export function modelQueries(values: readonly number[], hits: readonly (readonly number[])[]): ModelQueries {
  const columns = queryMetrics.map((metric) => [metric, Float64Array.from(values)] as const);
  return { perQuery: Object.fromEntries(columns) as Record<QueryMetric, Float64Array>, hits };
}

/** Four boards; pinwalk finds more than walk on each. */
export const boardQueries: TaskQueries = {
  task: 'boardIdeas',
  queries: ['b0', 'b1', 'b2', 'b3'],
  answers: [['rare', 'known'], ['known'], ['star', 'rare'], ['star']],
  degrees: [[1, 5], [5], [90, 1], [90]],
  models: new Map([
    ['pinwalk', modelQueries([0.5, 1, 1, 1], [[0, 1], [1], [1, 1], [1]])],
    ['walk', modelQueries([0, 0, 0.5, 1], [[0, 0], [0], [1, 0], [1]])],
  ]),
};

/** Three pins; walk wins. */
export const pinQueries: TaskQueries = {
  task: 'relatedPins',
  queries: ['star', 'rare', 'known'],
  answers: [['rare'], ['star'], ['star']],
  degrees: [[1], [90], [90]],
  models: new Map([
    ['pinwalk', modelQueries([0, 0.5, 0.5], [[0], [0], [1]])],
    ['walk', modelQueries([1, 1, 1], [[1], [1], [1]])],
  ]),
};

/** The table that an evaluation of these queries gives. */
export function tableOf(tasks: readonly TaskQueries[]): MetricsTable {
  const models: Record<string, MetricsTable[string]> = {};
  for (const { task, queries, models: results } of tasks) {
    for (const [model, { perQuery }] of results) {
      const estimates = queryMetrics.map((metric) => [metric, estimate(perQuery[metric])] as const);
      const coverage = { 'coverage@20': { mean: 0.25, standardError: 0.01 } };
      const metrics = { ...Object.fromEntries(estimates), ...coverage } as Record<Metric, Estimate>;
      models[model] = { ...models[model], [task]: { queries: queries.length, ...metrics } };
    }
  }
  return models;
}

/** A report of them. */
export function sampleReport(changes: Partial<ReportData> = {}): ReportData {
  const tasks = [boardQueries, pinQueries];
  return {
    run: 'first',
    writtenAt: '2026-01-02T03:04:05.000Z',
    data: { name: 'a small world', pins: 3, boards: 4, saves: 1234, fingerprint: 'abc' },
    models: tableOf(tasks),
    notJudged: ['als', 'popularity'],
    sampledFrom: { relatedPins: 5000 },
    differences: differencesFrom('pinwalk', tasks, 1),
    degreeGroups: recallByDegree(boardQueries),
    curves: {
      loss: [
        { step: 1, value: 8.5 },
        { step: 2, value: 7.25 },
      ],
      validation: [{ step: 2, value: 0.4321 }],
    },
    cosines: { pairCount: 10, mean: 0.1234, standardDeviation: 0.2, bins: [0, 0, 7, 3] },
    examples: [
      {
        pin: {
          id: 'star',
          title: 'A star',
          boardCount: 90,
          picture:
            'data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHdpZHRoPSI4IiBoZWlnaHQ9IjgiLz4=',
        },
        related: [{ id: 'rare', title: '', boardCount: 1 }],
      },
    ],
    config: checkConfig({ epochs: 3 }),
    split: {
      mode: 'random',
      reason: 'no save has a time',
      train: 1000,
      validation: 34,
      test: 200,
      overlap: 0,
      coldPins: 0,
    },
    loss: 'binary',
    validated: { boards: 12, pins: 30, cold: 0 },
    ranking: rankingDefaults,
    provenance: { source: {}, reportText: 'saves.tsv: 1,240 rows, 1,234 kept, 6 malformed', backend: 'wasm' },
    versions: { pinwalk: '9.9.9' },
    ...changes,
  };
}
