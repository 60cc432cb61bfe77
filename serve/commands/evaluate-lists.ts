/** Judges an outside program's lists on the test queries of a run, beside the run's own models and by the same paired tests. */
import path from 'node:path';
import { PinwalkError } from '../../data/errors.js';
import { checkConfig } from '../../train/config.js';
import { listTask, measureLists } from '../../train/evaluation/evaluate-lists.js';
import { readLists } from '../../train/evaluation/read-lists.js';
import { formatTable, type MetricsTable } from '../../train/evaluation/table.js';
import { knownGraph, splitOf, testTasks } from '../../train/prepare.js';
import { differencesFrom, sentenceOf } from '../../train/report/differences.js';
import { readQueries } from '../../train/report/query-results.js';
import { RunFolder } from '../../train/run-folder.js';
import { runsFolder, type EvaluateOptions, type Output } from './options.js';
import { readCollection, sourceOf } from './session.js';

/** What the lists are called beside the models of the run. */
const NAME = 'lists';

/**
 * Prints the figures of lists and of the run's models, and each difference with its test; nothing of the run is changed.
 *
 * @param lists  a file as `readLists` takes it
 * @throws PinwalkError `NOT_FOUND`, `INPUT_MISSING`, `INPUT_INVALID`; `OPTION_OUT_OF_RANGE` for a list with a pin in it twice
 */
export async function judgeLists(lists: string, options: EvaluateOptions, output: Output): Promise<void> {
  const folder = RunFolder.find(runsFolder, options.run);
  const stored = folder.readSettings();
  const config = checkConfig(stored.config);
  const say = (line: string): void => output.err(`${line}\n`);
  const source = sourceOf(options, stored.source);
  const { collection } = await readCollection(source, { strict: false, say, report: () => {} });
  const { split } = splitOf(collection, config);
  const task = testTasks({ split, config }, knownGraph({ collection, split }))[options.task];
  const { queries, pinCount } = listTask(task, collection);
  const run = (await readQueries(path.join(folder.folder, 'queries.parquet'))).find((own) => own.task === options.task);
  const isAsked = (id: string, q: number): boolean =>
    id === queries[q]?.id && String(run?.answers[q]) === String(queries[q].relevant);
  if (!run || run.queries.length !== queries.length || !run.queries.every(isAsked)) {
    const got = `${queries.length} queries of ${options.task} where it had ${run?.queries.length ?? 0}`;
    const must = `${folder.folder} must have been asked what its data asks (got ${got}, or others)`;
    throw new PinwalkError(
      'INPUT_INVALID',
      `evaluate: ${must}; evaluate it again: npm run evaluate -- --run ${folder.name}`,
    );
  }

  const pins = new Set(collection.pins.ids);
  const read = await readLists(lists, (id) => pins.has(id));
  const isRanked = candidateTest(task.candidates, collection.pins.ids);
  const own = queries.map(({ id }) => (read.lists.get(id) ?? []).filter(isRanked));
  say(`${lists}: ${read.lists.size} lists; read as ${read.readAs}`);
  const asked = new Set(queries.map(({ id }) => id));
  const missing = [...asked].filter((id) => !read.lists.has(id)).length;
  const unknown = new Set([...read.lists.values()].flat().filter((pin) => !pins.has(pin))).size;
  if (missing > 0) say(`${lists}: ${missing} of ${asked.size} queries have no list and count as missed`);
  if (unknown > 0) say(`${lists}: ${unknown} pins are not in the data; they fill places all the same`);

  const measured = measureLists(`evaluate: ${lists}`, { queries, pinCount }, own);
  const models: MetricsTable = {
    [NAME]: { [options.task]: measured.metrics },
    ...ofTask(readModels(folder), options.task),
  };
  const together = { ...run, models: new Map([...run.models, [NAME, measured]]) };
  const tests = differencesFrom(NAME, [together], config.seed);
  if (options.json) output.out(`${JSON.stringify({ run: folder.name, models, tests })}\n`);
  else output.out(`${formatTable(models)}\n\n${tests.map(sentenceOf).join('\n')}\n`);
}

/** Whether a pin of this id is ranked in a task; ids that are no pin's are, they take up a place. */
function candidateTest(candidates: Uint8Array | undefined, ids: readonly string[]): (id: string) => boolean {
  if (!candidates) return () => true;
  const leftOut = new Set(ids.filter((_, pin) => candidates[pin] !== 1));
  return (id) => !leftOut.has(id);
}

function readModels(folder: RunFolder): MetricsTable {
  const metrics = folder.readMetrics();
  if (metrics) return metrics['models'] as MetricsTable; // written by `run`
  const must = `${folder.folder} must be trained to its end (got no metrics.json)`;
  throw new PinwalkError(
    'INPUT_MISSING',
    `evaluate: ${must}; go on with it: npm run train -- --run ${folder.name} --resume`,
  );
}

function ofTask(models: MetricsTable, task: EvaluateOptions['task']): MetricsTable {
  const entries = Object.entries(models).map(([name, tasks]) => [name, tasks[task] ? { [task]: tasks[task] } : {}]);
  return Object.fromEntries(entries) as MetricsTable;
}
