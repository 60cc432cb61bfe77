import t from 'tap';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { randomInteger, randomStream } from '../../../data/random.js';
import { als, alsFactors } from '../../../train/baselines/als.js';
import { neighborDefaults, neighborTrials } from '../../../train/baselines/item-neighbors.js';
import { tuneBaselines, untuned } from '../../../train/baselines/tune-baselines.js';
import { evaluate, onThisThread } from '../../../train/evaluation/evaluate.js';
import type { Scorer } from '../../../train/evaluation/scorer.js';
import { boardIdeas } from '../../../train/evaluation/tasks.js';
import { savesOf } from '../ranking/random-graph.js';

const [pinCount, boardCount] = [90, 60];

/** Boards of ten pins, most of one topic of three; one is withheld. */
function world() {
  const random = randomStream(3, 'spec');
  const lists = Array.from({ length: boardCount }, (_, board) => {
    const own = (): number => (board % 3) + 3 * randomInteger(random, pinCount / 3);
    return [...new Set(Array.from({ length: 10 }, (_, n) => (n % 4 === 3 ? randomInteger(random, pinCount) : own())))];
  });
  const graph = buildGraph(savesOf(lists.map((pins) => pins.slice(1))), { pinCount, boardCount });
  return { graph, task: boardIdeas({ known: graph, heldOut: savesOf(lists.map((pins) => pins.slice(0, 1))) }) };
}

t.test('no setting that is tried is better on validation than the one that is kept', async (t) => {
  const { graph, task } = world();
  const tuned = await tuneBaselines(['tfIdfNeighbors', 'als', 'popularity'], { graph, task, seed: 5 });
  const figureOf = async (scorer: Scorer | undefined): Promise<number> => {
    if (!scorer) return NaN;
    const results = await evaluate(onThisThread([scorer], pinCount), [task], { pinCount });
    return results[scorer.name]?.boardIdeas?.metrics['recall@20'].mean ?? NaN;
  };
  const trials = neighborTrials('tfIdfNeighbors', graph, task);
  const kept = await figureOf(trials.find(({ settings }) => settings.count === tuned.tfIdfNeighbors.count)?.scorer());
  for (const { settings, scorer } of trials) t.ok((await figureOf(scorer())) <= kept, JSON.stringify(settings));
  const alsOf = (settings: typeof tuned.als): Scorer => als(graph, alsFactors(graph, 5, settings), settings);
  t.ok((await figureOf(alsOf(tuned.als))) >= (await figureOf(alsOf(untuned.als))));
  t.equal(tuned.als.dimension >= 64, true);
  t.same(tuned.bm25Neighbors, neighborDefaults, 'what is not named is not tried');
});

t.test('without anything validated nothing is tuned', async (t) => {
  const { graph } = world();
  const task = boardIdeas({ known: graph, heldOut: savesOf([]) });
  t.equal(await tuneBaselines(['als', 'bm25Neighbors'], { graph, task, seed: 1 }), untuned);
});
