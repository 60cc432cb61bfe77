import t from 'tap';
import { threeCliques } from '../../../data/synthetic.js';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { evaluate, onThisThread } from '../../../train/evaluation/evaluate.js';
import { rankedScorers } from '../../../train/evaluation/ranked-scorer.js';
import { boardIdeas, relatedPins } from '../../../train/evaluation/tasks.js';
import { queriesOf } from '../../../train/ranking/query.js';
import { Ranker, topPins } from '../../../train/ranking/ranker.js';
import { scoreNames } from '../../../train/ranking/settings.js';
import { Scoring, type ScoringParts } from '../../../train/fusion/scoring.js';
import { ScoringPool } from '../../../train/fusion/scoring-pool.js';
import { randomSaves } from '../ranking/random-graph.js';

const { collection } = threeCliques();
const { pins, boards, saves } = collection;
const size = { pinCount: pins.ids.length, boardCount: boards.ids.length };
const graph = buildGraph(saves, size);
const parts: ScoringParts = {
  graph,
  matrices: new Map(),
  titles: { pins: pins.titles, boards: boards.titles },
  models: ['pinwalk', 'walk', 'coSave', 'popularity'],
};
const split = { known: graph, heldOut: randomSaves(3, { ...size, saveCount: 40 }) };
const tasks = [boardIdeas(split), relatedPins(split, { seed: 1 })];

t.test('threads give what one thread gives, for every kind of work', async (t) => {
  const alone = new Scoring(parts);
  const [task] = tasks;
  if (!task) throw new Error('a task must be there');
  for (const workers of [1, 2]) {
    const pool = ScoringPool.open(parts, workers);
    t.same(
      (await pool.measure(task)).map(({ perQuery, lists, hits }) => ({ perQuery, lists, hits })),
      alone.measure(task).map(({ perQuery, lists, hits }) => ({ perQuery, lists, hits })),
      `${workers} workers`,
    );
    t.same(await pool.candidatePools(task, scoreNames), alone.candidatePools(task, scoreNames));
    const walk = { query: 0.5, board: 1, target: 0.1, power: 2 };
    t.same(await pool.walkCandidatePools(task, walk), alone.walkCandidatePools(task, walk));
    t.same(await pool.related(Uint32Array.of(4, 0), 5), alone.related(Uint32Array.of(4, 0), 5));
    const { pinwalk } = await evaluate(pool, tasks, { pinCount: size.pinCount, batchSize: 3 });
    const models = onThisThread(rankedScorers(Ranker.open(parts), { pinwalk: 'fused' }), size.pinCount);
    const expected = await evaluate(models, tasks, { pinCount: size.pinCount });
    t.same(pinwalk?.boardIdeas?.perQuery, expected['pinwalk']?.boardIdeas?.perQuery);
    t.same(pinwalk?.relatedPins?.metrics, expected['pinwalk']?.relatedPins?.metrics);
    await pool.close();
  }
});

t.test("related lists are the ranker's own, without the pin and without pins that nothing reaches", (t) => {
  const ranker = Ranker.open(parts);
  const scores = ranker.scorePins(Uint32Array.of(4));
  const [list] = new Scoring(parts).related(Uint32Array.of(4), 30);
  const expected = topPins(scores, 30, (pin) => pin === 4);
  t.same(list, { ...expected, scoreKind: 'fused', fallback: null });
  t.notOk(list?.pins.some((pin) => scores[pin] === 0));
  t.notOk(list?.pins.includes(4));
  t.end();
});

t.test('several strategies of one ranker share their parts and rank as each by itself', (t) => {
  const ranker = Ranker.open(parts);
  let computed = 0;
  const standardScores = ranker.standardScores.bind(ranker);
  ranker.standardScores = (...args) => {
    computed++;
    return standardScores(...args);
  };
  const [fused, walk] = rankedScorers(ranker, { pinwalk: 'fused', walk: 'walk' });
  const rows = Uint32Array.of(0, 2);
  const queries = queriesOf(graph, 'boards', rows);
  t.same(fused?.scoreBoards(rows), ranker.scoreBoards(queries));
  const before = computed;
  t.same(walk?.scoreBoards(rows), Ranker.open(parts).scoreBoards(queries, 'walk'));
  t.equal(computed, before, 'the walk was there');
  t.end();
});

t.test('a failure in a thread keeps its code and says what failed', async (t) => {
  const broken = { ...parts, matrices: new Map([['pin.bias', { rows: 1, columns: 1, values: new Float32Array(1) }]]) };
  const pool = ScoringPool.open(broken, 2);
  t.teardown(() => pool.close());
  await t.rejects(pool.related(Uint32Array.of(0), 3), {
    code: 'GENERATION_INVALID',
    message: /one row a pin \(got 1 rows/,
  });
});
