import t from 'tap';
import { evaluate, onThisThread } from '../../../train/evaluation/evaluate.js';
import type { Scorer } from '../../../train/evaluation/scorer.js';
import { formatEstimate, formatTable, metricsTable } from '../../../train/evaluation/table.js';
import { boardIdeas, relatedPins } from '../../../train/evaluation/tasks.js';
import { savesOf, sixPins } from '../ranking/random-graph.js';

const fixed = (name: string, scores: number[]): Scorer => {
  const score = (rows: Uint32Array): Float32Array => Float32Array.from([...rows].flatMap(() => scores));
  return { name, scoreBoards: score, scorePins: score };
};
const split = { known: sixPins(), heldOut: savesOf([[4, 5], [], [0]]) };

t.test('metricsTable keeps means and errors by model, task and metric, and survives JSON', async (t) => {
  const tasks = [boardIdeas(split), relatedPins(split, { seed: 1 })];
  const evaluation = await evaluate(onThisThread([fixed('down', [1, 2, 3, 4, 5, 6])], 6), tasks, { pinCount: 6 });
  const models = metricsTable(evaluation);
  t.match(models, {
    down: { boardIdeas: { queries: 2, mrr: { mean: 0.625, standardError: Number }, 'coverage@20': { mean: 1 } } },
  });
  t.same(Object.keys(models['down'] ?? {}), ['boardIdeas', 'relatedPins']);
  t.same(JSON.parse(JSON.stringify(models)), models);
});

t.test('formatTable shows a table a task, best model first, without colors', async (t) => {
  const scorers = [fixed('worse', [1, 2, 3, 4, -Infinity, -Infinity]), fixed('better', [1, 2, 3, 4, 5, 6])];
  const text = formatTable(
    metricsTable(await evaluate(onThisThread(scorers, 6), [boardIdeas(split)], { pinCount: 6 })),
  );
  t.match(text, /^boardIdeas: .* \(2 queries\)\n/);
  t.match(text, /model .* recall@20 .* ndcg@20 .* hitRate@10 .* hitRate@500 .* mrr .* scaledMrr .* coverage@20/);
  t.ok(text.indexOf('better') < text.indexOf('worse'));
  t.notOk(text.includes('\u001b'));
  t.notMatch(text, /relatedPins/);
});

t.test('formatTable says so where nothing was evaluated', (t) => {
  t.equal(formatTable({ pinwalk: {}, walk: {} }), 'Nothing was evaluated: the split left no save to test.');
  t.end();
});

t.test('queries that something stood in on are counted, and the table says how many had nothing known', async (t) => {
  const served: Scorer = {
    ...fixed('served', [1, 2, 3, 4, 5, 6]),
    fallbackOf: (_, row) => (row === 2 ? 'popular' : null),
  };
  const evaluation = await evaluate(onThisThread([fixed('own', [6, 5, 4, 3, 2, 1]), served], 6), [boardIdeas(split)], {
    pinCount: 6,
  });
  t.same(evaluation['served']?.boardIdeas?.fallbacks, [null, 'popular']);
  const models = metricsTable(evaluation);
  t.same(models['served']?.boardIdeas?.fallbacks, { popular: 1 });
  t.notOk('fallbacks' in (models['own']?.boardIdeas ?? {}), 'left out where nothing stood in');
  t.match(formatTable(models), /\n1 of 2 boards had nothing known; they were answered with the most saved pins\.\n/);
  t.notMatch(formatTable({ own: models['own'] ?? {} }), /nothing known/);
});

t.test('formatEstimate writes four digits of both', (t) => {
  t.equal(formatEstimate({ mean: 0.18047, standardError: 0.00134 }), '.1805 ±.0013');
  t.equal(formatEstimate({ mean: 1, standardError: 0 }), '1.0000 ±.0000');
  t.end();
});
