import t from 'tap';
import { degree } from '../../../graph/compressed-rows.js';
import { itemNeighbors, neighborTrials, neighborWeightings } from '../../../train/baselines/item-neighbors.js';
import { boardIdeas } from '../../../train/evaluation/tasks.js';
import { holds, randomGraph, savesOf } from '../ranking/random-graph.js';

const size = { pinCount: 30, boardCount: 25, saveCount: 160 };
const graph = randomGraph(4, size);
const pins = [...Array(size.pinCount).keys()];
const boards = [...Array(size.boardCount).keys()];

/** The matrix of weighed saves, by the formulas of implicit 0.7.2, pins by boards. */
function weighed(weighting: (typeof neighborWeightings)[number], k1: number, b: number): number[][] {
  const idf = boards.map((v) => Math.log(size.pinCount) - Math.log1p(degree(graph.pinsOfBoard, v)));
  const mean = graph.saveCount / size.pinCount;
  const table = pins.map((i) =>
    boards.map((v) => {
      if (!holds(graph, v, i)) return 0;
      if (weighting === 'cosineNeighbors') return 1;
      if (weighting === 'tfIdfNeighbors') return Number(idf[v]);
      const norm = 1 - b + (b * degree(graph.boardsOfPin, i)) / mean;
      return ((k1 + 1) / (k1 * norm + 1)) * Number(idf[v]);
    }),
  );
  if (weighting === 'bm25Neighbors') return table;
  return table.map((row) => {
    const length = Math.hypot(...row) || 1;
    return row.map((value) => value / length);
  });
}

t.test('item neighbors add up products of weighed saves over the nearest few of each pin', (t) => {
  for (const weighting of neighborWeightings) {
    const settings = { count: 6, k1: 0.7, b: 0.4 };
    const table = weighed(weighting, settings.k1, settings.b);
    const near = pins.map((i) => {
      const products = pins.map((j) =>
        boards.reduce((sum, v) => sum + Number(table[i]?.[v]) * Number(table[j]?.[v]), 0),
      );
      const order = pins.filter((j) => j !== i && Number(products[j]) > 0);
      order.sort((a, b) => Number(products[b]) - Number(products[a]) || a - b);
      return new Map(order.slice(0, settings.count).map((j) => [j, Number(products[j])]));
    });
    const scores = itemNeighbors(weighting, graph, settings).scoreBoards(Uint32Array.from(boards));
    for (const board of boards) {
      const own = pins.filter((pin) => holds(graph, board, pin));
      for (const pin of pins) {
        const expected = own.reduce((sum, j) => sum + (near[j]?.get(pin) ?? 0), 0);
        const got = scores[board * size.pinCount + pin] ?? NaN;
        if (Math.abs(got - expected) > 1e-5) t.fail(`${weighting}, board ${board}, pin ${pin}: ${got} and ${expected}`);
      }
    }
    t.ok(scores.some((score) => score > 0));
  }
  t.end();
});

t.test('a trial scores the boards it is asked for as the baseline of its settings does', (t) => {
  const task = boardIdeas({ known: graph, heldOut: savesOf([[], [3], [], [], [7]]) });
  t.same([...task.queries], [1, 4]);
  for (const weighting of neighborWeightings) {
    const trials = neighborTrials(weighting, graph, task);
    t.equal(trials.length, weighting === 'bm25Neighbors' ? 40 : 5);
    for (const n of [0, trials.length - 1]) {
      const { settings, scorer } = trials[n] ?? { settings: { count: 0 }, scorer: () => undefined };
      const expected = itemNeighbors(weighting, graph, settings).scoreBoards(task.queries);
      t.same(scorer()?.scoreBoards(task.queries), expected, `${weighting} ${JSON.stringify(settings)}`);
    }
  }
  t.end();
});
