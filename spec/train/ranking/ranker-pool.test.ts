import t from 'tap';
import { threeCliques } from '../../../data/synthetic.js';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { boardQuery, Ranker, type RankerParts } from '../../../train/ranking/ranker.js';
import { RankerPool, scoreTask, type RankTask } from '../../../train/ranking/ranker-pool.js';

const { collection } = threeCliques();
const { pins, boards, saves } = collection;
const parts: RankerParts = {
  graph: buildGraph(saves, { pinCount: pins.ids.length, boardCount: boards.ids.length }),
  matrices: new Map(),
  titles: { pins: pins.titles, boards: boards.titles },
};

const tasks: readonly RankTask[] = [
  { kind: 'boards', rows: Uint32Array.of(0, 2, 1), strategy: 'fused' },
  { kind: 'pins', rows: Uint32Array.of(4, 0, 7, 3), strategy: 'walk' },
  { kind: 'boards', rows: Uint32Array.of(1, 0), part: 'title' },
  { kind: 'pins', rows: new Uint32Array(0), strategy: 'fused' },
];

t.test('a task scores as the ranker does by itself', (t) => {
  const ranker = Ranker.open(parts);
  const queries = [0, 2, 1].map((board) => boardQuery(parts.graph, board));
  t.same(scoreTask(ranker, tasks[0] as RankTask), ranker.scoreBoards(queries));
  t.same(scoreTask(ranker, tasks[1] as RankTask), ranker.scorePins(Uint32Array.of(4, 0, 7, 3), 'walk'));
  const part = [1, 0].map((board) => boardQuery(parts.graph, board));
  t.same(scoreTask(ranker, tasks[2] as RankTask), ranker.spreadScores(part, 'title'));
  t.end();
});

t.test('a pool scores to the byte as one ranker, with one worker and with two', async (t) => {
  const ranker = Ranker.open(parts);
  for (const workers of [1, 2]) {
    const pool = RankerPool.open(parts, workers);
    for (const task of tasks) t.same(await pool.score(task), scoreTask(ranker, task), `${workers} workers`);
    await pool.close();
  }
});
