/** Prints runs beside each other: figures, paired tests against the first, and what their data and configs differ in. */
import Table from 'cli-table3';
import path from 'node:path';
import { formatEstimate } from '../../train/evaluation/table.js';
import { taskNames } from '../../train/evaluation/tasks.js';
import {
  comparedMetrics,
  comparedModels,
  compareRuns,
  readFinishedRun,
  type ComparedFigure,
  type Difference,
  type RunComparison,
} from '../../train/report/compare-runs.js';
import { chance, signed } from '../../train/report/differences.js';
import { RunFolder } from '../../train/run-folder.js';
import { runsFolder, type CommonOptions, type Output } from './options.js';

/**
 * Compares runs by name, or by path where one lies elsewhere.
 *
 * @throws PinwalkError `NOT_FOUND`, `INPUT_MISSING`; what `compareRuns` throws
 */
export async function compare(names: readonly string[], { json }: CommonOptions, output: Output): Promise<void> {
  const runs = await Promise.all(names.map(async (name) => ({ ...(await readFinishedRun(folderOf(name))), name })));
  const comparison = compareRuns(runs);
  output.out(json ? `${JSON.stringify(comparison)}\n` : formatComparison(comparison));
}

function folderOf(name: string): RunFolder {
  return path.basename(name) === name
    ? RunFolder.find(runsFolder, name)
    : RunFolder.find(path.dirname(name), path.basename(name));
}

/** Tables of figures by task, then what differs in data and options, then what was not tested. */
function formatComparison(comparison: RunComparison): string {
  const { runs, source, config } = comparison;
  const parts = [
    ...figureTables(comparison),
    differenceTable('data', { runs, differences: source }) || 'No difference in the data.',
    differenceTable('parameter', { runs, differences: config }) || 'All parameters are the same.',
    refusalLines(comparison),
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function figureTables({ runs, figures }: RunComparison): string[] {
  return taskNames.flatMap((task) => {
    const own = figures.filter((figure) => figure.task === task);
    if (own.length === 0) return [];
    const metrics = comparedMetrics[task];
    const table = plainTable(['model', 'run', 'queries', ...metrics.flatMap((metric) => [metric, 'minus the first'])]);
    for (const model of comparedModels) {
      for (const run of runs) {
        const cells = own.filter((figure) => figure.model === model && figure.run === run);
        const [any] = cells;
        if (!any) continue;
        const shown = metrics.flatMap((metric) => {
          const figure = cells.find((cell) => cell.metric === metric);
          return figure ? [formatEstimate(figure), describeTest(figure)] : ['', ''];
        });
        table.push([model, run, any.queries.toLocaleString('en-US'), ...shown]);
      }
    }
    return [
      `${task}: mean ± standard error; differences on the same queries with their 95 % interval\n${table.toString()}`,
    ];
  });
}

function describeTest({ test }: ComparedFigure): string {
  return test ? `${signed(test.difference)} (${signed(test.low)} to ${signed(test.high)}, ${chance(test)})` : '';
}

function differenceTable(
  what: 'data' | 'parameter',
  { runs, differences }: { runs: readonly string[]; differences: readonly Difference[] },
): string {
  if (differences.length === 0) return '';
  const table = plainTable([what, ...runs]);
  for (const { option, values } of differences)
    table.push([option, ...values.map((value) => (value === undefined ? '' : JSON.stringify(value)))]);
  return `${what === 'data' ? 'data that differ' : 'parameters that differ'}\n${table.toString()}`;
}

function refusalLines({ refusals }: RunComparison): string {
  return refusals.map(({ run, task, reason }) => `not tested: ${run}, ${task}: ${reason}.`).join('\n');
}

function plainTable(head: string[]): Table.Table {
  return new Table({ head, style: { head: [], border: [], compact: true } });
}
