/**
 * What every query of a test came to, for every model: `queries.parquet` in the run's folder.
 *
 * Kept so that standard errors, paired tests between models or runs, and recall by pin degree need no model any more. A row is
 * a query; external ids name it, so that any reader of Parquet can join it with the data.
 */
import { parquetWriteFile } from 'hyparquet-writer';
import type { Collection } from '../../data/collection.js';
import { PinwalkError } from '../../data/errors.js';
import { currentName } from '../../data/former-names.js';
import { readParquet } from '../../data/readers/parquet.js';
import { RejectedRow } from '../../data/readers/table-batch.js';
import { fillWhole } from '../../data/whole-file.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { degree } from '../../graph/compressed-rows.js';
import type { Evaluation } from '../evaluation/evaluate.js';
import { queryMetrics, type QueryMetric } from '../evaluation/metrics.js';
import type { Task, TaskName } from '../evaluation/tasks.js';
import type { Fallback } from '../ranking/recommend.js';

/** One task's queries with their answers; every list has an entry a query, in the task's order. */
export interface TaskQueries {
  readonly task: TaskName;
  /** Ids of the boards or pins that asked. */
  readonly queries: readonly string[];
  /** Ids of the pins that are right. */
  readonly answers: readonly (readonly string[])[];
  /** Parallel to `answers`: boards that were known to hold the pin when the question was asked. */
  readonly degrees: readonly (readonly number[])[];
  /** By model. */
  readonly models: ReadonlyMap<string, ModelQueries>;
}

/** One model's results on a task. */
export interface ModelQueries {
  readonly perQuery: Readonly<Record<QueryMetric, Float64Array>>;
  /** Parallel to `answers`: 1 where the pin was among the first 20, else 0. */
  readonly hits: readonly (readonly number[])[];
  /** What stood in for the model on each query, or null; absent where nothing did on any. */
  readonly fallbacks?: readonly (Fallback | null)[];
}

/** Names the queries of an evaluation. Tasks without queries are left out. */
export function queryResults(
  evaluation: Evaluation,
  tasks: readonly Task[],
  { collection, known }: { collection: Collection; known: BipartiteGraph },
): TaskQueries[] {
  return tasks
    .filter((task) => task.queries.length > 0)
    .map((task) => {
      const { offsets, neighbors } = task.relevant;
      const asking = task.kind === 'boards' ? collection.boards.ids : collection.pins.ids;
      const answersOf = <Value>(valueAt: (entry: number) => Value): Value[][] =>
        Array.from(task.queries, (_, q) => {
          const start = offsets[q] as number;
          return Array.from({ length: degree(task.relevant, q) }, (_, n) => valueAt(start + n));
        });
      const models = new Map<string, ModelQueries>();
      for (const [model, results] of Object.entries(evaluation)) {
        const result = results[task.name];
        if (!result) continue;
        const { perQuery, hits, fallbacks } = result;
        models.set(model, {
          perQuery,
          hits: answersOf((entry) => hits[entry] as number),
          ...(fallbacks.some((fallback) => fallback !== null) && { fallbacks }),
        });
      }
      return {
        task: task.name,
        queries: Array.from(task.queries, (row) => asking[row] as string),
        answers: answersOf((entry) => collection.pins.ids[neighbors[entry] as number] as string),
        degrees: answersOf((entry) => degree(known.boardsOfPin, neighbors[entry] as number)),
        models,
      };
    });
}

/**
 * Writes `queries.parquet`, whole or not at all.
 *
 * Columns: `task`, `query`, `answers` and `degrees` (JSON lists as text), then for every model `MODEL.METRIC` (double) and
 * `MODEL.hits` (JSON list of 0 and 1, parallel to `answers`). A model that was not asked in a task has nulls there. Where something
 * stood in for a model on some query, `MODEL.fallback` says what (string, null where the model answered itself).
 *
 * @throws PinwalkError `STORAGE_FAILED`
 */
export function writeQueries(file: string, tasks: readonly TaskQueries[]): void {
  const models = [...new Set(tasks.flatMap((task) => [...task.models.keys()]))];
  const column = <Value>(valuesOf: (task: TaskQueries) => Iterable<Value> | undefined): (Value | null)[] =>
    tasks.flatMap((task) => [...(valuesOf(task) ?? task.queries.map(() => null))]);
  const columnData = [
    { name: 'task', data: column((task) => task.queries.map(() => task.task)), type: 'STRING' as const },
    { name: 'query', data: column((task) => task.queries), type: 'STRING' as const },
    { name: 'answers', data: column((task) => jsonOf(task.answers)), type: 'STRING' as const },
    { name: 'degrees', data: column((task) => jsonOf(task.degrees)), type: 'STRING' as const },
    ...models.flatMap((model) => [
      ...queryMetrics.map((metric) => ({
        name: `${model}.${metric}`,
        data: column((task) => task.models.get(model)?.perQuery[metric]),
        type: 'DOUBLE' as const,
      })),
      { name: `${model}.hits`, data: column((task) => jsonOf(task.models.get(model)?.hits)), type: 'STRING' as const },
      ...(tasks.some((task) => task.models.get(model)?.fallbacks)
        ? [
            {
              name: `${model}.fallback`,
              data: column((task) => task.models.get(model)?.fallbacks),
              type: 'STRING' as const,
            },
          ]
        : []),
    ]),
  ];
  fillWhole(file, (filename) => parquetWriteFile({ filename, columnData }));
}

/** Text, since Parquet's JSON is read as bytes by polars. */
function jsonOf(lists: readonly (readonly (string | number)[])[] | undefined): string[] | undefined {
  return lists?.map((list) => JSON.stringify(list));
}

/** A list that was written as text, or as JSON by earlier builds. */
function listOf<Value>(cell: unknown): Value[] {
  return (typeof cell === 'string' ? JSON.parse(cell) : cell) as Value[]; // by `writeQueries`
}

/**
 * Reads what `writeQueries` wrote, models of earlier builds under their current names.
 *
 * @param models  whose results to read, where the file has them; default all
 * @throws PinwalkError `INPUT_INVALID` for a file that is not of this kind, or damaged
 */
export async function readQueries(file: string, models?: readonly string[]): Promise<TaskQueries[]> {
  try {
    const wants = (name: string): boolean => !name.includes('.') || !models || models.includes(modelOf(name));
    const rows = await readRows(file, wants);
    const tasks = [...new Set(rows.map((row) => row.task))];
    return tasks.map((task) => {
      const own = rows.filter((row) => row.task === task);
      return taskOf(task, own);
    });
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    const must = `${file} must hold the queries of a run`;
    const what = `readQueries: ${must} (got ${got}); evaluate the run again`;
    throw new PinwalkError('INPUT_INVALID', what, { cause: error });
  }
}

/** In a process with limits, as any Parquet: a file that was damaged must not hold the program up. */
async function readRows(file: string, wants: (column: string) => boolean): Promise<QueryRow[]> {
  const layout = {
    columnsOf: ([columns = []]: readonly (readonly string[])[]) => ({ columns, isHeader: true }),
    wants,
  };
  const read: QueryRow[] = [];
  for await (const { columns, rows } of readParquet(file, { layout })) {
    for (const row of rows) {
      if (row instanceof RejectedRow) throw new Error(row.reason);
      const cells = columns.flatMap((name, at) => (wants(name) ? [[name, row[at] ?? null] as const] : []));
      read.push(Object.fromEntries(cells) as QueryRow); // by `writeQueries`
    }
  }
  return read;
}

/** The model that a column is of, under its current name. */
function modelOf(column: string): string {
  return currentName('models', prefixOf(column));
}

function prefixOf(column: string): string {
  return column.slice(0, column.indexOf('.'));
}

type QueryRow = Readonly<{ task: TaskName; query: string }> & Readonly<Record<string, unknown>>;

function taskOf(task: TaskName, rows: readonly QueryRow[]): TaskQueries {
  const asked = Object.entries(rows[0] ?? {}).filter(([name, value]) => name.endsWith('.hits') && value !== null);
  const models = asked.map(([column]) => {
    const prefix = prefixOf(column);
    const values = queryMetrics.map(
      (metric) => [metric, Float64Array.from(rows, (row) => row[`${prefix}.${metric}`] as number)] as const,
    );
    const perQuery = Object.fromEntries(values) as Record<QueryMetric, Float64Array>;
    const fallbacks = rows.map((row) => (row[`${prefix}.fallback`] ?? null) as Fallback | null);
    const hits = rows.map((row) => listOf<number>(row[column]));
    return [
      modelOf(column),
      { perQuery, hits, ...(fallbacks.some((fallback) => fallback !== null) && { fallbacks }) },
    ] as const;
  });
  return {
    task,
    queries: rows.map((row) => row.query),
    answers: rows.map((row) => listOf<string>(row['answers'])),
    degrees: rows.map((row) => listOf<number>(row['degrees'])),
    models: new Map(models),
  };
}
