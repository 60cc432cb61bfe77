/**
 * The models of each task, best first, with what can be said of their differences.
 */
import { queryMetrics, type Metric } from '../evaluation/metrics.js';
import { formatEstimate, mainMetric, nothingKnown } from '../evaluation/table.js';
import { taskNames, type TaskName } from '../evaluation/tasks.js';
import { barChart } from './charts.js';
import { chance, plain, sentenceOf, signed, verdictOf } from './differences.js';
import { Figure, Table } from './figure.js';
import type { ReportData } from './report-data.js';
import { describeModel, grouped, metricWords, roleOf, taskWords } from './report-words.js';

type ModelResult = NonNullable<ReportData['models'][string][TaskName]>;

/** A task's models, best first by its main metric. */
export function rankedModels(
  models: ReportData['models'],
  task: TaskName,
): { readonly model: string; readonly result: ModelResult }[] {
  const metric = mainMetric(task);
  return Object.entries(models)
    .flatMap(([model, results]) => {
      const result = results[task];
      return result ? [{ model, result }] : [];
    })
    .sort((a, b) => b.result[metric].mean - a.result[metric].mean);
}

/** Tasks that were asked. */
export function askedTasks(models: ReportData['models']): TaskName[] {
  return taskNames.filter((task) => rankedModels(models, task).length > 0);
}

/** Keeps signs with their numbers where a line ends. */
function unbroken(sentence: string): string {
  return sentence.replace('95 %', '95\u00a0%').replace(/p ([<=]) /, 'p\u00a0$1\u00a0');
}

/** The outcome of each task in a sentence or two. */
export function Summary({ models, differences }: Pick<ReportData, 'models' | 'differences'>) {
  const tasks = askedTasks(models);
  if (tasks.length === 0) return <p class="lead">Nothing was evaluated: the split left no save to test.</p>;
  return (
    <ul class="summary">
      {tasks.map((task) => {
        const metric = mainMetric(task);
        const [best] = rankedModels(models, task);
        const tests = differences.filter((test) => test.task === task && test.other !== 'embedding');
        const closest = tests.reduce<(typeof tests)[number] | undefined>(
          (least, test) => (least && least.difference <= test.difference ? least : test),
          undefined,
        );
        return (
          <li>
            <strong>{taskWords[task].title}.</strong> {best?.model} comes first with {metric}{' '}
            {plain(best?.result[metric].mean ?? NaN)}. {closest && unbroken(sentenceOf(closest))}
          </li>
        );
      })}
    </ul>
  );
}

export function Results({
  task,
  models,
  differences,
  sampledFrom,
}: { task: TaskName; sampledFrom: number | undefined } & Pick<ReportData, 'models' | 'differences'>) {
  const metric = mainMetric(task);
  const ranked = rankedModels(models, task);
  const bars = ranked.map(({ model, result }) => ({ label: model, role: roleOf(model), ...result[metric] }));
  const tests = differences.filter((test) => test.task === task);
  const queries = ranked[0]?.result.queries ?? 0;
  const unknown = nothingKnown(models, task);
  const asked = `${grouped(queries)} queries${sampledFrom ? `, a seeded sample of ${grouped(sampledFrom)}` : ''}`;
  const says = `${metric}: ${metricWords[metric]}. Mean over ${asked}; the whisker is its 95 % interval.`;
  return (
    <section id={task}>
      <h2>{taskWords[task].title}</h2>
      <p class="lead">
        {taskWords[task].question} {unknown && `${unknown}.`}
      </p>
      <div class="charts">
        <Figure svg={barChart(bars)} title={`Models by ${metric}`} says={says} />
        <div>
          <h3>Better, or luck?</h3>
          <p class="note">
            Both models of a pair answered the same queries. A difference whose interval holds 0 may be chance.
          </p>
          <ul class="tests">
            {tests.map((test) => (
              <li class={verdictOf(test)}>{unbroken(sentenceOf(test))}</li>
            ))}
          </ul>
        </div>
      </div>
      <MetricsTable ranked={ranked} queries={queries} task={task} />
      {tests.length > 0 && (
        <details>
          <summary>differences as a table (paired bootstrap, 2,000 draws of the queries)</summary>
          <Table
            caption={`pinwalk minus each other model, ${metric}`}
            head={['model', 'difference', 'standard error', '95 % interval', 'chance']}
            rows={tests.map((test) => [
              test.other,
              signed(test.difference),
              plain(test.standardError),
              `${signed(test.low)} to ${signed(test.high)}`,
              chance(test),
            ])}
          />
        </details>
      )}
    </section>
  );
}

function MetricsTable({
  ranked,
  queries,
  task,
}: {
  ranked: ReturnType<typeof rankedModels>;
  queries: number;
  task: TaskName;
}) {
  const metrics: readonly Metric[] = [...queryMetrics, 'coverage@20'];
  const best = new Map(metrics.map((metric) => [metric, Math.max(...ranked.map(({ result }) => result[metric].mean))]));
  return (
    <Table
      caption={`${task}, ${grouped(queries)} queries: mean ± standard error, best first by ${mainMetric(task)}; the best of each column is bold`}
      head={['model', ...metrics]}
      rows={ranked.map(({ model, result }) => [
        <>
          {model} <small>{describeModel(model)}</small>
        </>,
        ...metrics.map((metric) => {
          const cell = formatEstimate(result[metric]);
          return result[metric].mean === best.get(metric) ? <strong>{cell}</strong> : cell;
        }),
      ])}
    />
  );
}
