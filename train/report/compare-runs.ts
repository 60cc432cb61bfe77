/**
 * Runs beside each other: their figures, what their data and configs differ in, and paired tests of each against the first.
 *
 * A test is paired only where both runs answered the same queries with the same saves known and withheld. Runs of other seeds
 * draw other splits: their figures stand beside each other, and no test is made.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { PinwalkError } from '../../data/errors.js';
import { pairedBootstrap, type PairedDifference } from '../evaluation/bootstrap.js';
import type { Estimate, QueryMetric } from '../evaluation/metrics.js';
import type { MetricsTable } from '../evaluation/table.js';
import { taskNames, type TaskName } from '../evaluation/tasks.js';
import type { RunFolder, RunSettings } from '../run-folder.js';
import { readQueries, type TaskQueries } from './query-results.js';

/** A run as its folder holds it. */
export interface FinishedRun {
  readonly name: string;
  readonly models: MetricsTable;
  readonly config: Readonly<Record<string, unknown>>;
  /** Of ids and saves: the same for runs that can be compared. */
  readonly fingerprint: string;
  /** Of titles, attributes, pictures and vectors; runs of before 30 November 2026 do not have it. */
  readonly contentFingerprint?: string | undefined;
  /** Where the data lay. */
  readonly source: RunSettings['source'];
  /** Results of {@link comparedModels}. */
  readonly queries: readonly TaskQueries[];
}

/** The models that runs differ in; baselines are the same for all. */
export const comparedModels = ['pinwalk', 'embedding'] as const;

/** What is compared of each task, its main metric first. */
export const comparedMetrics: Readonly<Record<TaskName, readonly QueryMetric[]>> = {
  boardIdeas: ['recall@20', 'ndcg@20'],
  relatedPins: ['hitRate@10', 'mrr'],
  coldPins: ['recall@20', 'ndcg@20'],
};

/** One figure of one run. */
export interface ComparedFigure extends Estimate {
  readonly task: TaskName;
  readonly metric: QueryMetric;
  readonly model: string;
  readonly run: string;
  readonly queries: number;
  /** This run minus the first; absent for the first itself, and where there is a refusal. */
  readonly test?: PairedDifference;
}

/** Something that is not the same in all runs, with the value of each run in order. */
export interface Difference {
  readonly option: string;
  readonly values: readonly unknown[];
}

export interface RunComparison {
  readonly runs: readonly string[];
  /** By task, metric, model and run, in the order given. */
  readonly figures: readonly ComparedFigure[];
  /** What of the data is not the same in all runs: `data`, `saves`, `vectors` (paths) and `content` (its fingerprint), run by run. */
  readonly source: readonly Difference[];
  /** Options that are not the same in all runs. */
  readonly config: readonly Difference[];
  /** Why a run is not tested against the first. */
  readonly refusals: readonly { readonly run: string; readonly task: TaskName; readonly reason: string }[];
}

/**
 * Reads a finished run.
 *
 * @throws PinwalkError `INPUT_MISSING` when it is not finished, or from before `queries.parquet` was kept; `INPUT_INVALID`
 */
export async function readFinishedRun(folder: RunFolder): Promise<FinishedRun> {
  const [metricsFile, queriesFile] = ['metrics.json', 'queries.parquet'].map((name) => path.join(folder.folder, name));
  for (const file of [metricsFile, queriesFile] as string[]) {
    if (existsSync(file)) continue;
    const cure = `finish the run, or evaluate it again: npm run evaluate -- --run ${folder.name}`;
    throw new PinwalkError('INPUT_MISSING', `compare: ${file} must be there (got no such file); ${cure}`);
  }
  // `run` wrote it, and it is there.
  const metrics = folder.readMetrics() as unknown as Omit<FinishedRun, 'name' | 'source' | 'queries'>;
  const { models, config, fingerprint, contentFingerprint } = metrics;
  const { source = {} } = folder.readSettings() as Partial<RunSettings>; // a library's run has none
  const queries = await readQueries(queriesFile as string, comparedModels);
  return { name: folder.name, models, config, fingerprint, contentFingerprint, source, queries };
}

/**
 * Compares runs with the first of them.
 *
 * @param runs  at least two, of the same data
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for fewer, for one that stands twice, and for other data
 *
 * Cost: as `pairedBootstrap`, up to twelve times a run.
 */
export function compareRuns(runs: readonly FinishedRun[]): RunComparison {
  const [first] = runs;
  if (!first || runs.length < 2) {
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `compare: at least two runs must be named (got ${runs.length})`);
  }
  const names = runs.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `compare: runs must be different (got ${names.join(', ')})`);
  }
  for (const { name, fingerprint } of runs) {
    if (fingerprint === first.fingerprint) continue;
    const got = `${first.name} on ${short(first.fingerprint)}, ${name} on ${short(fingerprint)}`;
    const must = 'runs must be of the same data: figures on different data say nothing of each other';
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `compare: ${must} (got ${got}); compare runs of one data set`);
  }
  const refusals = runs.slice(1).flatMap((run) =>
    taskNames.flatMap((task) => {
      const reason = whyNotPaired(first, run, task);
      return reason === undefined ? [] : [{ run: run.name, task, reason }];
    }),
  );
  const figures = taskNames.flatMap((task) =>
    comparedMetrics[task].flatMap((metric) =>
      comparedModels.flatMap((model) =>
        runs.flatMap((run) => {
          const isPaired =
            run !== first && !refusals.some((refusal) => refusal.run === run.name && refusal.task === task);
          return figureOf(run, { task, metric, model, ...(isPaired && { against: first }) });
        }),
      ),
    ),
  );
  return {
    ...{ runs: names, figures, refusals },
    source: differing(runs.map(sourceValues)),
    config: differing(runs.map(({ config }) => config)),
  };
}

function figureOf(
  run: FinishedRun,
  { task, metric, model, against }: { task: TaskName; metric: QueryMetric; model: string; against?: FinishedRun },
): ComparedFigure[] {
  const result = run.models[model]?.[task];
  if (!result) return [];
  const { mean, standardError } = result[metric];
  const [own, other] = [run, against].map((which) => which && valuesOf(which, task, model, metric));
  const test = own && other && pairedBootstrap(own, other, { seed: 1 });
  return [{ task, metric, model, run: run.name, queries: result.queries, mean, standardError, ...(test && { test }) }];
}

function valuesOf(run: FinishedRun, task: TaskName, model: string, metric: QueryMetric): Float64Array | undefined {
  return queriesOf(run, task)?.models.get(model)?.perQuery[metric];
}

function queriesOf(run: FinishedRun, task: TaskName): TaskQueries | undefined {
  return run.queries.find((queries) => queries.task === task);
}

/** Options that say which saves are withheld and which are known. */
const splitOptions = ['seed', 'split', 'testFraction', 'validationBoards', 'overlap'].concat(
  ...['minPinDegree', 'maxPinDegree', 'minBoardDegree', 'maxBoardDegree'],
);

function whyNotPaired(first: FinishedRun, run: FinishedRun, task: TaskName): string | undefined {
  const [one, other] = [queriesOf(first, task), queriesOf(run, task)];
  if (!one && !other) return undefined;
  if (!one || !other) return `only ${one ? first.name : run.name} was asked`;
  const isSame = [one.queries, one.answers, one.degrees].every(
    (list, n) => JSON.stringify(list) === JSON.stringify([other.queries, other.answers, other.degrees][n]),
  );
  if (isSame) return undefined;
  const differing = splitOptions.filter((option) => first.config[option] !== run.config[option]);
  const values = differing.map(
    (option) => `${option} ${String(run.config[option])} and ${String(first.config[option])}`,
  );
  const cause = values.length > 0 ? values.join(', ') : 'another version drew the split';
  return `it was asked other queries than ${first.name} (${cause}), so the two cannot be paired`;
}

/** What says where a run's data came from and what it was. */
function sourceValues({ source, contentFingerprint }: FinishedRun): Record<string, unknown> {
  const { folder: data, savesFile: saves, vectors, ...others } = source;
  return { data, saves, vectors, ...others, content: contentFingerprint && short(contentFingerprint) };
}

function differing(runs: readonly Readonly<Record<string, unknown>>[]): Difference[] {
  const options = [...new Set(runs.flatMap((values) => Object.keys(values)))];
  return options
    .map((option) => ({ option, values: runs.map((values) => values[option]) }))
    .filter(({ values }) => new Set(values).size > 1);
}

function short(fingerprint: string): string {
  return fingerprint.slice(0, 12);
}
