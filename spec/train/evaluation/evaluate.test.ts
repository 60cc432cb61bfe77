import t from 'tap';
import { randomStream } from '../../../data/random.js';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { evaluate, onThisThread } from '../../../train/evaluation/evaluate.js';
import type { Scorer } from '../../../train/evaluation/scorer.js';
import { boardIdeas, coldPins, relatedPins, type Task } from '../../../train/evaluation/tasks.js';
import { randomSaves, savesOf, sixPins } from '../ranking/random-graph.js';

/** Scores drawn by row, so that any batch gives the same. */
function drawn(name: string, pinCount: number): Scorer {
  const score = (rows: Uint32Array): Float32Array => {
    const scores = new Float32Array(rows.length * pinCount);
    rows.forEach((row, n) => {
      const random = randomStream(1, name, row);
      for (let pin = 0; pin < pinCount; pin++) scores[n * pinCount + pin] = Math.floor(random() * 30);
    });
    return scores;
  };
  return { name, scoreBoards: score, scorePins: score };
}

const fixed = (name: string, scores: number[]): Scorer => {
  const score = (rows: Uint32Array): Float32Array => Float32Array.from([...rows].flatMap(() => scores));
  return { name, scoreBoards: score, scorePins: score };
};

t.test('evaluate gives hand-computed figures on six pins', async (t) => {
  // Boards 0 {0 1 2} with 4 and 5 to find, and 2 {3 4} with 0. Ranked: 5 > 4 > 3 > 2 > 1 > 0.
  const task = boardIdeas({ known: sixPins(), heldOut: savesOf([[4, 5], [], [0]]) });
  const results = await evaluate(onThisThread([fixed('down', [1, 2, 3, 4, 5, 6])], 6), [task], { pinCount: 6 });
  const result = results['down']?.boardIdeas;
  // Board 0 ranks 5 4 3: both found first. Board 2 ranks 5 2 1 0: found at rank 4.
  t.equal(result?.queryCount, 2);
  t.same(result?.perQuery.mrr, Float64Array.of(1, 1 / 4));
  t.same(result?.perQuery['ndcg@20'], Float64Array.of(1, 1 / Math.log2(5)));
  t.same(result?.metrics['recall@20'], { mean: 1, standardError: 0 });
  t.equal(result?.metrics.mrr.mean, 5 / 8);
  t.equal(result?.metrics['coverage@20'].mean, 1, 'pins 0 to 5 are all in a list');
});

const size = { pinCount: 70, boardCount: 30, saveCount: 300 };
const known = buildGraph(randomSaves(1, size), size);
const heldOut = randomSaves(2, { ...size, saveCount: 90 });
const tasks = [
  boardIdeas({ known, heldOut }),
  relatedPins({ known, heldOut }, { seed: 1 }),
  coldPins({ known, heldOut, coldPins: Uint32Array.from({ length: 25 }, (_, n) => 2 * n) }),
];

/** Sorts everything, query by query. */
function naive(scorer: Scorer, task: Task): { recall: number; mrr: number; lists: number[][]; hits: number[] } {
  let [recall, mrr] = [0, 0];
  const lists: number[][] = [];
  const hits: number[] = [];
  for (const [q, row] of task.queries.entries()) {
    const scores =
      task.kind === 'boards' ? scorer.scoreBoards(Uint32Array.of(row)) : scorer.scorePins(Uint32Array.of(row));
    const relevant = task.relevant.neighbors.subarray(task.relevant.offsets[q], task.relevant.offsets[q + 1]);
    const knownPins = task.known.neighbors.subarray(task.known.offsets[q], task.known.offsets[q + 1]);
    const ranked = [...scores.keys()]
      .filter((pin) => !knownPins.includes(pin) && scores[pin] !== 0 && task.candidates?.[pin] !== 0)
      .sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
    recall += ranked.slice(0, 20).filter((pin) => relevant.includes(pin)).length / relevant.length;
    const hit = ranked.findIndex((pin) => relevant.includes(pin));
    if (hit >= 0) mrr += 1 / (hit + 1);
    for (const pin of relevant) hits.push(ranked.slice(0, 20).includes(pin) ? 1 : 0);
    lists.push(ranked.slice(0, 20));
  }
  return { recall: recall / task.queries.length, mrr: mrr / task.queries.length, lists, hits };
}

t.test('evaluate agrees with sorting everything, on every task and for every batch size', async (t) => {
  const scorers = [drawn('one', 70), drawn('two', 70)];
  const whole = await evaluate(onThisThread(scorers, 70), tasks, { pinCount: 70 });
  const pieces = await evaluate(onThisThread(scorers, 70), tasks, { pinCount: 70, batchSize: 7 });
  for (const scorer of scorers) {
    for (const task of tasks) {
      const result = whole[scorer.name]?.[task.name];
      const expected = naive(scorer, task);
      t.ok(
        Math.abs((result?.metrics['recall@20'].mean ?? NaN) - expected.recall) < 1e-12,
        `${scorer.name}, ${task.name}`,
      );
      t.ok(Math.abs((result?.metrics.mrr.mean ?? NaN) - expected.mrr) < 1e-12);
      t.same(pieces[scorer.name]?.[task.name]?.perQuery, result?.perQuery);
      t.same(pieces[scorer.name]?.[task.name]?.metrics, result?.metrics);
      const { offsets, neighbors } = result?.lists ?? { offsets: new Uint32Array(1), neighbors: new Uint32Array(0) };
      t.same(
        expected.lists.map((_, q) => [...neighbors.subarray(offsets[q], offsets[q + 1])]),
        expected.lists,
      );
      t.same(pieces[scorer.name]?.[task.name]?.lists, result?.lists);
      t.same([...(result?.hits ?? [])], expected.hits, 'which right pins stand in the list');
      t.same(pieces[scorer.name]?.[task.name]?.hits, result?.hits);
    }
  }
});

t.test('evaluate reports progress and leaves out a task without queries', async (t) => {
  const empty = boardIdeas({ known, heldOut: savesOf([]) });
  const seen: [number, number][] = [];
  const onProgress = (done: number, total: number): void => void seen.push([done, total]);
  const results = await evaluate(onThisThread([drawn('one', 70)], 70), [empty, tasks[1] ?? empty], {
    pinCount: 70,
    batchSize: 50,
    onProgress,
  });
  t.same(Object.keys(results['one'] ?? {}), ['relatedPins']);
  const total = tasks[1]?.queries.length ?? 0;
  t.same(seen[0], [50, total]);
  t.same(seen.at(-1), [total, total]);
});

t.test('evaluate refuses scorers it cannot measure', async (t) => {
  const options = { pinCount: 6 };
  const task = boardIdeas({ known: sixPins(), heldOut: savesOf([[4]]) });
  const twice = [fixed('a', [1, 2, 3, 4, 5, 6]), fixed('a', [1, 2, 3, 4, 5, 6])];
  await t.rejects(evaluate(onThisThread(twice, 6), [task], options), {
    code: 'OPTION_OUT_OF_RANGE',
    message: /different names \(got a, a\)/,
  });
  await t.rejects(evaluate(onThisThread([fixed('a', [1, 2])], 6), [task], options), {
    message: /model a must return 1 x 6 scores \(got 2\)/,
  });
  await t.rejects(evaluate(onThisThread([fixed('a', [1, 2, 3, 4, NaN, 6])], 6), [task], options), {
    code: 'TRAINING_DIVERGED',
    message: 'evaluate: model a, task boardIdeas: scores must be numbers (got NaN for board 0)',
  });
});
