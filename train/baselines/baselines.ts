/**
 * Every baseline that a report shows beside the model.
 */
import type { PinVectors } from '../../data/collection.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import type { Scorer } from '../evaluation/scorer.js';
import { WalkPool } from '../ranking/walk-pool.js';
import { coSave } from './co-save.js';
import { content } from './content.js';
import { popularity } from './popularity.js';
import { walk } from './walk.js';

/**
 * Opens the baselines over what is known.
 *
 * @param blocks  content of pins; without any, `content` is left out
 * @returns scorers, and `close` to end their threads
 */
export function baselines(
  known: BipartiteGraph,
  blocks: ReadonlyMap<string, PinVectors>,
  workers: number,
): { scorers: Scorer[]; close: () => Promise<void> } {
  const pool = WalkPool.open(known, { workers: Math.max(1, workers - 1) });
  const scorers = [walk(pool), coSave(pool), popularity(known)];
  if (blocks.size > 0) scorers.push(content(known, [...blocks.values()]));
  return { scorers, close: () => pool.close() };
}
