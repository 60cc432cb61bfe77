import t from 'tap';
import type { StoredMatrix } from '../../../data/generation/schema.js';
import { randomStream } from '../../../data/random.js';
import { type BipartiteGraph, buildGraph } from '../../../graph/bipartite-graph.js';
import { chooseColdScale, coldQuotaOf, coldScales } from '../../../train/fusion/cold-quota.js';
import { boardIdeas, type Task } from '../../../train/evaluation/tasks.js';
import { boardQuery } from '../../../train/ranking/query.js';
import { Ranker, topPins } from '../../../train/ranking/ranker.js';
import { fusionWeights, rankingDefaults } from '../../../train/ranking/settings.js';

const pinCount = 120;
const savedCount = 90;
const boardCount = 15;

/** Boards hold six of the first 90 pins; the other 30 have content alone. */
function world(): { graph: BipartiteGraph; task: Task; matrices: Map<string, StoredMatrix> } {
  const random = randomStream(1, 'spec');
  const boards = Uint32Array.from({ length: savedCount }, (_, n) => n % boardCount);
  const graph = buildGraph({ boards, pins: boards.map((_, n) => n) }, { pinCount, boardCount });
  const heldOut = { boards: Uint32Array.of(0, 3, 7), pins: Uint32Array.of(1, 2, 3) };
  const values = Float32Array.from({ length: pinCount * 3 }, () => random());
  return {
    graph,
    task: boardIdeas({ known: graph, heldOut }),
    matrices: new Map([['pin.content', { rows: pinCount, columns: 3, values }]]),
  };
}

t.test('places are counted in lists that leave out what a board has, as a ranker of that scale makes them', (t) => {
  const { graph, task, matrices } = world();
  const weights = { saved: fusionWeights({ content: 1 }), cold: rankingDefaults.coldWeights };
  const taken = coldQuotaOf(Ranker.open({ graph, matrices }), task, weights);
  t.equal(taken.length, coldScales.length);
  coldScales.forEach((coldScale, n) => {
    const settings = { ...rankingDefaults, boardWeights: weights.saved, coldScale };
    const ranker = Ranker.open({ graph, matrices, settings });
    let expected = 0;
    for (const board of task.queries) {
      const own = boardQuery(graph, board).pins;
      const scores = ranker.scoreBoards([boardQuery(graph, board)]);
      expected += topPins(scores, 20, (pin) => own.includes(pin)).pins.filter((pin) => pin >= savedCount).length;
    }
    t.equal(taken[n], expected, `scale ${coldScale}`);
  });
  t.ok((taken[0] ?? NaN) < (taken.at(-1) ?? NaN), `${taken.join(' ')}: a larger scale gives them more`);
  const without = coldQuotaOf(Ranker.open({ graph, matrices: new Map() }), task, weights);
  t.ok(
    without.every((places) => places === 0),
    'none without content',
  );
  t.end();
});

t.test('the largest scale is taken that gives no more places than pins without saves are, at most a fifth', (t) => {
  const taken = coldScales.map((_, n) => 10 * n); // of 20 places in each of 20 lists
  t.equal(chooseColdScale(taken, { queryCount: 20, coldPinShare: 0.1 }), coldScales[4]);
  t.equal(chooseColdScale(taken, { queryCount: 20, coldPinShare: 0.7 }), coldScales[8]);
  const many = taken.map((places) => places + 300);
  t.equal(
    chooseColdScale(many, { queryCount: 20, coldPinShare: 0.1 }),
    coldScales[0],
    'where all give more, the smallest',
  );
  const none = taken.map(() => 0);
  t.equal(chooseColdScale(none, { queryCount: 20, coldPinShare: 0.1 }), undefined);
  t.end();
});
