/**
 * The figure that training is to raise, and the check that embeddings are still worth ranking by.
 */
import { PinwalkError } from '../../data/errors.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import type { Config } from '../config.js';
import { evaluate, onThisThread } from '../evaluation/evaluate.js';
import type { Estimate } from '../evaluation/metrics.js';
import { rankedScorers } from '../evaluation/ranked-scorer.js';
import type { Task } from '../evaluation/tasks.js';
import { Ranker } from '../ranking/ranker.js';
import { rankingDefaults } from '../ranking/settings.js';
import type { PinEmbeddings } from './inference.js';
import { embeddingMatrices } from './ranking-matrices.js';

/**
 * recall@20 of the embedding alone on the validation boards; undefined where there are none.
 *
 * @throws PinwalkError `TRAINING_DIVERGED` when the embeddings have collapsed
 */
export async function validationFigure(
  embeddings: PinEmbeddings,
  { graph, task, config }: { graph: BipartiteGraph; task: Task; config: Config },
): Promise<Estimate | undefined> {
  checkCollapse(embeddings);
  if (task.queries.length === 0) return undefined;
  const ranker = Ranker.open({
    graph,
    matrices: embeddingMatrices(embeddings),
    settings: { ...rankingDefaults, temperature: config.temperature, querySizePower: config.querySizePower },
  });
  const { pinCount } = graph;
  const models = onThisThread(rankedScorers(ranker, { embedding: 'embedding' }), pinCount);
  const results = await evaluate(models, [task], { pinCount });
  return results['embedding']?.boardIdeas?.metrics['recall@20'];
}

/** Most that targets may resemble each other on average: beyond it the embedding has collapsed and ranks by bias alone. */
const MOST_MEAN_COSINE = 0.9;

/** Fewest pins that must differ: fewer may well stand on the same boards, and then are right to be alike. */
const LEAST_PINS = 20;

/** @throws PinwalkError `TRAINING_DIVERGED`. The mean pairwise cosine of unit rows is the square of their mean's length. */
function checkCollapse({ target, dimension }: PinEmbeddings): void {
  const mean = new Float64Array(dimension);
  let count = 0;
  for (let at = 0; at < target.length; at += dimension) {
    const row = target.subarray(at, at + dimension);
    if (row.every((value) => value === 0)) continue;
    count++;
    for (let d = 0; d < dimension; d++) mean[d] = (mean[d] as number) + (row[d] as number);
  }
  const cosine = mean.reduce((sum, value) => sum + (value / count) ** 2, 0);
  if (!(count >= LEAST_PINS && cosine > MOST_MEAN_COSINE)) return;
  throw new PinwalkError(
    'TRAINING_DIVERGED',
    `train: the mean cosine of target vectors must be at most ${MOST_MEAN_COSINE} (got ${cosine.toFixed(3)}); lower the rates or raise the dimension`,
  );
}
