/** Worker entry of the ranker pool: one ranker for as long as the thread lives. */
import { move, workerData } from 'piscina';
import { Ranker, type RankerParts } from './ranker.js';
import { scoreTask, type RankTask } from './ranker-pool.js';

const ranker = Ranker.open(workerData as RankerParts);

export default function run(task: RankTask): unknown {
  return move(scoreTask(ranker, task));
}
