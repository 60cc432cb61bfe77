import t from 'tap';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { coSave } from '../../../train/baselines/co-save.js';
import { popularity } from '../../../train/baselines/popularity.js';
import { rp3beta } from '../../../train/baselines/rp3beta.js';
import { walk } from '../../../train/baselines/walk.js';
import { evaluate } from '../../../train/evaluation/evaluate.js';
import { boardIdeas, relatedPins } from '../../../train/evaluation/tasks.js';
import { ExactWalk, walkFactors } from '../../../train/ranking/walk-scores.js';
import { WalkPool } from '../../../train/ranking/walk-pool.js';
import { savesOf, sixPins } from '../ranking/random-graph.js';

t.test('walk gives the scores of the exact walk, for more rows than before too', async (t) => {
  const graph = sixPins();
  const scorer = walk(WalkPool.open(graph, { workers: 0 }), { power: 1 });
  const single = new Float32Array(6);
  new ExactWalk(graph, walkFactors(graph, { power: 1 })).scoreInto({ pins: Uint32Array.of(3) }, single);
  t.same(new Float32Array(await scorer.scorePins(Uint32Array.of(3))), single);
  const more = await scorer.scorePins(Uint32Array.of(0, 1, 3));
  t.equal(more.length, 18);
  t.same(new Float32Array(more.subarray(12)), single);
});

t.test('on a checkerboard every walk finds the one pin that is withheld, and popularity does not', async (t) => {
  // Even boards hold the even pins, odd boards the odd ones; board b lacks pin b, which is to be found.
  const pins = (board: number): number[] => [...Array(20).keys()].filter((pin) => pin % 2 === board % 2);
  const boards = [...Array(20).keys()];
  const known = buildGraph(savesOf(boards.map((b) => pins(b).filter((pin) => pin !== b))), {
    pinCount: 20,
    boardCount: 20,
  });
  const heldOut = savesOf(boards.map((b) => [b]));
  const pool = WalkPool.open(known, { workers: 0 });
  const scorers = [walk(pool), coSave(pool), await rp3beta(pool), popularity(known)];
  const tasks = [boardIdeas({ known, heldOut }), relatedPins({ known, heldOut }, { seed: 1 })];
  const results = await evaluate(scorers, tasks, { pinCount: 20 });
  for (const { name } of scorers.slice(0, 3)) {
    t.equal(results[name]?.boardIdeas?.metrics.mrr.mean, 1, name);
    t.equal(results[name]?.relatedPins?.metrics['hitRate@10'].mean, 1, name);
  }
  t.ok((results['popularity']?.boardIdeas?.metrics.mrr.mean ?? 1) < 0.5);
});
