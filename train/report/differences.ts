/**
 * Is the fused ranking better than each other model, or is it the luck of the draw of queries? Paired tests in words.
 */
import { pairedBootstrap, type PairedDifference } from '../evaluation/bootstrap.js';
import type { QueryMetric } from '../evaluation/metrics.js';
import { mainMetric } from '../evaluation/table.js';
import type { TaskName } from '../evaluation/tasks.js';
import type { TaskQueries } from './query-results.js';

/** One model against another on the main metric of a task. */
export interface ModelDifference extends PairedDifference {
  readonly task: TaskName;
  readonly metric: QueryMetric;
  readonly model: string;
  readonly other: string;
}

/** What a test says: which one is better, or that chance may explain it. */
export type Verdict = 'better' | 'worse' | 'open';

/** The 95 % interval decides: wholly above 0, wholly below, or with 0 inside. */
export function verdictOf({ low, high }: PairedDifference): Verdict {
  if (low > 0) return 'better';
  return high < 0 ? 'worse' : 'open';
}

/**
 * Tests a model against every other one on the same queries.
 *
 * @returns by task, in the order of the other models' means, best first; none for a task that the model did not take
 *
 * Cost: as `pairedBootstrap`, tasks x models times.
 */
export function differencesFrom(model: string, tasks: readonly TaskQueries[], seed: number): ModelDifference[] {
  return tasks.flatMap(({ task, models }) => {
    const own = models.get(model);
    if (!own) return [];
    const metric = mainMetric(task);
    return [...models]
      .filter(([other]) => other !== model)
      .map(([other, { perQuery }]) => {
        const paired = pairedBootstrap(own.perQuery[metric], perQuery[metric], { seed });
        return { task, metric, model, other, ...paired };
      })
      .sort((a, b) => a.difference - b.difference);
  });
}

/** One test as a sentence, e.g. "pinwalk is better than walk by .0374 (95 % interval .0331 to .0417, p < .001)." */
export function sentenceOf(test: ModelDifference): string {
  const { model, other, difference, low, high } = test;
  const verdict = verdictOf(test);
  if (verdict === 'open') {
    const interval = `95 % interval ${signed(low)} to ${signed(high)}`;
    return `${model} and ${other} cannot be told apart: the difference is ${signed(difference)} (${interval}, ${chance(test)}).`;
  }
  const [near, far] = [Math.abs(low), Math.abs(high)].sort((a, b) => a - b) as [number, number];
  const interval = `95 % interval ${plain(near)} to ${plain(far)}`;
  return `${model} is ${verdict} than ${other} by ${plain(Math.abs(difference))} (${interval}, ${chance(test)}).`;
}

/** `p < .001` or `p = .042`. */
export function chance({ pValue }: PairedDifference): string {
  return pValue < 0.001 ? 'p < .001' : `p = ${pValue.toFixed(3).replace(/^0/, '')}`;
}

/** `+.0374`, `-.0102`. */
export function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${plain(Math.abs(value))}`;
}

/** `.0374`. */
export function plain(value: number): string {
  return value.toFixed(4).replace(/^(-?)0\./, '$1.');
}
