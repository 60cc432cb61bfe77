/**
 * Every model of a run on what test asks: the fused ranking, its parts alone, and the baselines.
 */
import type { PinVectors } from '../../data/collection.js';
import { alsFactors } from '../baselines/als.js';
import { baselineNames } from '../baselines/baselines.js';
import type { Config } from '../config.js';
import { evaluate, mostSlices, type Evaluation } from '../evaluation/evaluate.js';
import { metricsTable, type MetricsTable } from '../evaluation/table.js';
import type { Task } from '../evaluation/tasks.js';
import type { Progress } from '../progress.js';
import type { RankerParts } from '../ranking/ranker.js';
import { modelNames } from './scoring.js';
import { ScoringPool } from './scoring-pool.js';

export interface EvaluatedParts extends RankerParts {
  /** Content of pins by block, for the baseline of that name. */
  readonly content: ReadonlyMap<string, PinVectors>;
  readonly config: Config;
  readonly progress: Progress;
  /** Models to evaluate; default: all but chebyCf, baselines too. What the data cannot have is left out. */
  readonly models?: readonly string[] | undefined;
}

/**
 * Evaluates models on tasks, in threads.
 *
 * @returns every query's results, and their means as metrics.json has them
 * @throws PinwalkError what its parts throw
 */
export async function evaluateModels(
  { content, config, progress, models: wanted, ...parts }: EvaluatedParts,
  tasks: readonly Task[],
): Promise<{ evaluation: Evaluation; models: MetricsTable }> {
  const { graph } = parts;
  // ChebyCF takes as long as all others together, and `filter` ranks as it does: it is evaluated where it is named, in the ablation.
  const isWanted = (name: string): boolean => wanted?.includes(name) ?? name !== 'chebyCf';
  const factors = isWanted('als') ? [['als.pins', alsFactors(graph, config.seed)] as const] : [];
  const matrices = new Map([...parts.matrices, ...factors]);
  const models = [...modelNames, ...baselineNames({ content, matrices })].filter(isWanted);
  const slices = mostSlices(tasks, graph.pinCount);
  const pool = ScoringPool.open({ ...parts, matrices, content, models }, config.workers, slices);
  const evaluation = await evaluate(pool, tasks, {
    pinCount: graph.pinCount,
    onProgress: progress('evaluation'),
  }).finally(() => pool.close());
  return { evaluation, models: metricsTable(evaluation) };
}
