/** Trains on an array of saves of this program's own, and evaluates a model of its own beside ours. */
import { collectionOf, type SaveRecord } from 'pinwalk/data';
import { evaluate, formatTable, train, type ListModel } from 'pinwalk/train';
import { openRecommender } from 'pinwalk';

/** Forty boards of ten recipes each: even boards of even recipes, odd boards of odd ones. */
const saves: SaveRecord[] = [];
for (let board = 0; board < 40; board++) {
  for (let n = 0; n < 10; n++) {
    const recipe = ((board * 7 + n * 6) % 60) * 2 + (board % 2);
    saves.push({ board: `menu ${board}`, pin: recipe, savedAt: new Date(Date.UTC(2026, 0, 1 + n, board)) });
  }
}
const recipes = Array.from({ length: 120 }, (_, id) => ({ id, title: id % 2 === 0 ? `Soup ${id}` : `Cake ${id}` }));

const stages = new Set<string>();
const run = await train(collectionOf(saves, { name: 'recipes', pins: recipes }), {
  folder: 'run',
  config: { backend: 'wasm', epochs: 2, dimension: 16, spectralRank: 16, split: 'random' },
  serveSplit: 'train',
  onProgress: ({ stage }) => stages.add(stage),
});
if (stages.size < 2) throw new Error('no progress was told');

const ours = openRecommender(run.generation);
const mostSaved: ListModel = { recommendForBoard: (_board, k) => ours.popularPins(k) };
const table = await evaluate({ pinwalk: ours, mostSaved }, run.tasks);
console.log(formatTable(table));
const stored = run.metrics['pinwalk']?.boardIdeas?.['recall@20'].mean;
const again = table['pinwalk']?.boardIdeas?.['recall@20'].mean;
if (stored === undefined || stored !== again) throw new Error(`evaluated ${again}, in metrics.json ${stored}`);
ours.close();
