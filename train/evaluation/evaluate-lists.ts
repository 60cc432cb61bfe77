/**
 * Evaluation by lists of ids: whatever answers as `openRecommender` does, a model of one's own beside ours.
 *
 * The metrics are those of the full ranking (metrics.ts). Differs: a list is asked for its best 500 pins, so an answer further down
 * counts as missed (in `mrr` it would count less than 0.002); cold pins, which are ranked among themselves, are not asked.
 */
import type { ItemTable } from '../../data/collection.js';
import { PinwalkError } from '../../data/errors.js';
import { type CompressedRows, entriesOf } from '../../graph/compressed-rows.js';
import {
  coverage,
  estimate,
  listLength,
  metricsOfQuery,
  queryMetrics,
  type Estimate,
  type QueryMetric,
} from './metrics.js';
import type { MetricsTable, TaskMetrics } from './table.js';
import type { Task } from './tasks.js';

/** Longest list a model is asked for. */
const mostPins = 500;

/** Pins by id, best first; fewer than k where there are no more. Pins that the query knows are passed over. */
type Ranked = { readonly pinIds: readonly string[] };

/** A model: what `openRecommender` gives is one. A method that it lacks leaves its task out. */
export interface ListModel {
  /** Pins that would fit a board, for the task boardIdeas. */
  recommendForBoard?(boardId: string, k: number): Ranked | Promise<Ranked>;
  /** Pins related to a pin, for the task relatedPins. */
  similarPins?(pinId: string, k: number): Ranked | Promise<Ranked>;
}

/** Questions with their answers. */
export interface ListTask {
  readonly name: 'boardIdeas' | 'relatedPins';
  readonly queries: readonly ListQuery[];
  /** P, all pins that could be in a list. */
  readonly pinCount: number;
}

/** A question. */
export interface ListQuery {
  /** Of a board, or of a pin (relatedPins). */
  readonly id: string;
  /** Pins the query is known to have, or is; they are not ranked. */
  readonly known: readonly string[];
  /** The right answers, at least one. */
  readonly relevant: readonly string[];
}

/** A task of rows as one of ids. */
export function listTask(
  task: Task,
  { pins, boards }: { readonly pins: ItemTable; readonly boards: ItemTable },
): ListTask {
  const ids = (rows: CompressedRows, q: number): string[] =>
    Array.from(entriesOf(rows, q), (pin) => pins.ids[pin] as string);
  const queries = Array.from(task.queries, (row, q) => ({
    id: (task.kind === 'boards' ? boards : pins).ids[row] as string,
    known: ids(task.known, q),
    relevant: ids(task.relevant, q),
  }));
  return { name: task.kind === 'boards' ? 'boardIdeas' : 'relatedPins', queries, pinCount: pins.ids.length };
}

/**
 * Evaluates models on tasks; every query is asked of one model after the other.
 *
 * @param models  by the names that tables have for them
 * @param tasks  as `train` returns them: questions of saves that the generation must not know (`serveSplit: 'train'`)
 * @returns means with standard errors by model and task, as metrics.json has them; `formatTable` prints them
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for a list with a pin in it twice; what the models throw
 *
 * Cost: that of the models. Deterministic where they are.
 */
export async function evaluateLists(
  models: Readonly<Record<string, ListModel>>,
  tasks: readonly ListTask[],
): Promise<MetricsTable> {
  const table: Record<string, MetricsTable[string]> = {};
  for (const [name, model] of Object.entries(models)) {
    const results: [string, MetricsTable[string][ListTask['name']]][] = [];
    for (const task of tasks) {
      if (task.queries.length === 0) continue;
      const result = await evaluateTask(name, model, task);
      if (result) results.push([task.name, result]);
    }
    table[name] = Object.fromEntries(results);
  }
  return table;
}

/** Undefined for a model that lacks the task's method. */
async function evaluateTask(
  name: string,
  model: ListModel,
  task: ListTask,
): Promise<MetricsTable[string][ListTask['name']]> {
  const lists: (readonly string[])[] = [];
  for (const { id } of task.queries) {
    const ranked = await (task.name === 'boardIdeas'
      ? model.recommendForBoard?.(id, mostPins)
      : model.similarPins?.(id, mostPins));
    if (!ranked) return undefined;
    lists.push(ranked.pinIds);
  }
  return measureLists(`evaluate: model ${name}, ${task.name}`, task, lists).metrics;
}

/** What lists come to, query by query and together. */
export interface MeasuredLists {
  readonly perQuery: Readonly<Record<QueryMetric, Float64Array>>;
  /** [queries] 1 for each right pin that is among the first 20, else 0. */
  readonly hits: readonly (readonly number[])[];
  readonly metrics: TaskMetrics;
}

/**
 * Measures a list a query.
 *
 * @param where  for messages
 * @param lists  ids of pins, best first, parallel to the queries; what lies behind the first 500 that are not known counts nothing
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for a list with a pin in it twice
 */
export function measureLists(
  where: string,
  { queries, pinCount }: Pick<ListTask, 'queries' | 'pinCount'>,
  lists: readonly (readonly string[])[],
): MeasuredLists {
  const column = (): Float64Array => new Float64Array(queries.length);
  const perQuery = Object.fromEntries(queryMetrics.map((metric) => [metric, column()])) as Record<
    QueryMetric,
    Float64Array
  >;
  const best: Uint32Array[] = [];
  const hits: number[][] = [];
  const numbers = new Map<string, number>();
  const numberOf = (id: string): number => {
    const number = numbers.get(id) ?? numbers.size;
    numbers.set(id, number);
    return number;
  };
  for (const [q, { id, known, relevant }] of queries.entries()) {
    const pinIds = lists[q] ?? [];
    if (new Set(pinIds).size < pinIds.length) {
      const twice = pinIds.find((pin, n) => pinIds.indexOf(pin) < n);
      const must = `of ${JSON.stringify(id)}: a list must have a pin once (got ${twice} twice)`;
      throw new PinwalkError('OPTION_OUT_OF_RANGE', `${where} ${must}`);
    }
    const passed = new Set(known);
    const answers = new Set(relevant);
    const list = pinIds.filter((pin) => !passed.has(pin)).slice(0, mostPins);
    const first = list.slice(0, listLength);
    best.push(Uint32Array.from(first, numberOf));
    hits.push(relevant.map((pin) => (first.includes(pin) ? 1 : 0)));
    const firstHit = list.findIndex((pin) => answers.has(pin)) + 1 || Infinity;
    const values = metricsOfQuery(best.at(-1), Uint32Array.from(relevant, numberOf).sort(), firstHit);
    for (const metric of queryMetrics) perQuery[metric][q] = values[metric];
  }
  const estimates = queryMetrics.map((metric) => [metric, estimate(perQuery[metric])] as const);
  const metrics = {
    queries: queries.length,
    ...(Object.fromEntries(estimates) as Record<QueryMetric, Estimate>),
    'coverage@20': coverage(best, pinCount, Math.max(pinCount, numbers.size)),
  };
  return { perQuery, hits, metrics };
}
