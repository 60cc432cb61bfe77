/**
 * Evaluation by lists of ids: whatever answers as `openRecommender` does, a model of one's own beside ours.
 *
 * The metrics are those of the full ranking (metrics.ts). Differs: a list is asked for its best 500 pins, so an answer further down
 * counts as missed (in `mrr` it would count less than 0.002); cold pins, which are ranked among themselves, are not asked.
 */
import type { ItemTable } from '../../data/collection.js';
import { PinwalkError } from '../../data/errors.js';
import { type CompressedRows, entriesOf } from '../../graph/compressed-rows.js';
import { coverage, estimate, listLength, metricsOfQuery, queryMetrics, type Metric, type Estimate } from './metrics.js';
import type { MetricsTable } from './table.js';
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
  const columns = queryMetrics.map((metric) => ({ metric, values: new Float64Array(task.queries.length) }));
  const lists: Uint32Array[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (id: string): number => {
    const number = numbers.get(id) ?? numbers.size;
    numbers.set(id, number);
    return number;
  };
  for (const [q, { id, known, relevant }] of task.queries.entries()) {
    const ranked = await (task.name === 'boardIdeas'
      ? model.recommendForBoard?.(id, mostPins)
      : model.similarPins?.(id, mostPins));
    if (!ranked) return undefined;
    const { pinIds } = ranked;
    if (new Set(pinIds).size < pinIds.length) {
      const twice = pinIds.find((pin, n) => pinIds.indexOf(pin) < n);
      const where = `evaluate: model ${name}, ${task.name} of ${JSON.stringify(id)}`;
      throw new PinwalkError('OPTION_OUT_OF_RANGE', `${where}: a list must have a pin once (got ${twice} twice)`);
    }
    const passed = new Set(known);
    const answers = new Set(relevant);
    const list = pinIds.filter((pin) => !passed.has(pin)).slice(0, mostPins);
    const best = Uint32Array.from(list.slice(0, listLength), numberOf);
    const firstHit = list.findIndex((pin) => answers.has(pin)) + 1 || Infinity;
    const values = metricsOfQuery(best, Uint32Array.from(relevant, numberOf).sort(), firstHit);
    for (const { metric, values: column } of columns) column[q] = values[metric];
    lists.push(best);
  }
  return {
    queries: task.queries.length,
    ...(Object.fromEntries(columns.map(({ metric, values }) => [metric, estimate(values)])) as Record<
      Metric,
      Estimate
    >),
    'coverage@20': coverage(lists, task.pinCount, Math.max(task.pinCount, numbers.size)),
  };
}
