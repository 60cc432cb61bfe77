/**
 * Every model of a run on what test asks: the fused ranking, its parts alone, and the baselines.
 */
import type { PinVectors } from '../../data/collection.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { alsFactors } from '../baselines/als.js';
import { baselineNames } from '../baselines/baselines.js';
import { easeWeights, MOST_EASE_PINS } from '../baselines/ease.js';
import { tuneBaselines, untuned, type TunedBaselines } from '../baselines/tune-baselines.js';
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
  /** Whether baselines are evaluated too, all but chebyCf; default: the ranker's own models alone. */
  readonly baselines?: boolean | undefined;
  /** What baselines are tuned on: the graph that validation knows, and its boards. Default: they are not. */
  readonly validation?: { readonly graph: BipartiteGraph; readonly task: Task } | undefined;
  /** Models to evaluate, in place of that choice. What the data cannot have is left out. */
  readonly models?: readonly string[] | undefined;
}

/** What an evaluation found. */
export interface EvaluatedModels {
  /** Every query's results. */
  readonly evaluation: Evaluation;
  /** Their means, as metrics.json has them. */
  readonly models: MetricsTable;
  /** Models that the data could have and nobody asked for. */
  readonly notJudged: readonly string[];
  /** What baselines were judged with. */
  readonly tuned: TunedBaselines;
}

/**
 * Evaluates models on tasks, in threads.
 *
 * @throws PinwalkError what its parts throw
 */
export async function evaluateModels(
  { content, config, progress, baselines = false, models: wanted, validation, ...parts }: EvaluatedParts,
  tasks: readonly Task[],
): Promise<EvaluatedModels> {
  const { graph } = parts;
  // ChebyCF takes as long as all others together, and `filter` ranks as it does: it is evaluated where it is named, in the ablation.
  const isWanted = (name: string): boolean =>
    wanted?.includes(name) ?? (modelNames.includes(name) || (baselines && name !== 'chebyCf'));
  const canEase = graph.pinCount <= MOST_EASE_PINS;
  const everything = [...baselineNames({ content, matrices: parts.matrices }), 'als', ...(canEase ? ['ease'] : [])];
  const tuned = validation
    ? await tuneBaselines(everything.filter(isWanted), { ...validation, seed: config.seed })
    : untuned;
  const factors = isWanted('als') ? [['als.pins', alsFactors(graph, config.seed, tuned.als)] as const] : [];
  const weights = canEase && isWanted('ease') ? [['ease.weights', easeWeights(graph, tuned.ease)] as const] : [];
  const matrices = new Map([...parts.matrices, ...factors, ...weights]);
  const possible = [...modelNames, ...baselineNames({ content, matrices })];
  const models = possible.filter(isWanted);
  const slices = mostSlices(tasks, graph.pinCount);
  const pool = ScoringPool.open({ ...parts, matrices, content, models, tuned }, config.workers, slices);
  try {
    const evaluation = await evaluate(pool, tasks, { pinCount: graph.pinCount, onProgress: progress('evaluation') });
    const notJudged = [...new Set([...possible, 'als', 'ease'])].filter((name) => !models.includes(name));
    return { evaluation, models: metricsTable(evaluation), notJudged, tuned };
  } finally {
    await pool.close();
  }
}
