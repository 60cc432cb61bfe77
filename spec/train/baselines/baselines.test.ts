import t from 'tap';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { baselineNames, openBaselines } from '../../../train/baselines/baselines.js';
import { walkScorer } from '../../../train/baselines/walk-scorer.js';
import { evaluate, onThisThread } from '../../../train/evaluation/evaluate.js';
import { boardIdeas, relatedPins } from '../../../train/evaluation/tasks.js';
import { ExactWalk, walkFactors } from '../../../graph/exact-walk.js';
import { savesOf, sixPins } from '../ranking/random-graph.js';

const nothing = { content: new Map(), matrices: new Map() };

t.test('a walk scorer gives the scores of the exact walk, row by row', (t) => {
  const graph = sixPins();
  const factors = walkFactors(graph, { power: 1 });
  const single = new Float32Array(6);
  new ExactWalk(graph, factors).scoreInto({ pins: Uint32Array.of(3) }, single);
  const scores = walkScorer('walk', graph, factors).scorePins(Uint32Array.of(0, 1, 3));
  t.equal(scores.length, 18);
  t.same(scores.slice(12), single);
  t.end();
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
  const scorers = openBaselines({ graph: known, ...nothing }, ['coSave', 'rp3beta', 'popularity']);
  const tasks = [boardIdeas({ known, heldOut }), relatedPins({ known, heldOut }, { seed: 1 })];
  const results = await evaluate(onThisThread(scorers, 20), tasks, { pinCount: 20 });
  for (const name of ['coSave', 'rp3beta']) {
    t.equal(results[name]?.boardIdeas?.metrics.mrr.mean, 1, name);
    t.equal(results[name]?.relatedPins?.metrics['hitRate@10'].mean, 1, name);
  }
  t.ok((results['popularity']?.boardIdeas?.metrics.mrr.mean ?? 1) < 0.5);
});

t.test('every name opens a scorer of that name; content is named only where pins have any', (t) => {
  const names = baselineNames(nothing);
  t.notOk(names.includes('content'));
  t.same(
    openBaselines({ graph: sixPins(), ...nothing }, names).map(({ name }) => name),
    names,
  );
  const block = { dimension: 1, values: new Float32Array(6), present: new Uint8Array(6) };
  t.ok(baselineNames({ ...nothing, content: new Map([['title', block]]) }).includes('content'));
  t.end();
});
