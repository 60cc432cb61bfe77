/** Worker entry of the walk pool: scores rows over the graph it was started with, into memory shared with the caller. */
import { workerData } from 'piscina';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { WalkRunner, type NumberedTask } from './walk-pool.js';

const runner = new WalkRunner(workerData as BipartiteGraph);

export default function score(task: NumberedTask): void {
  runner.run(task);
}
