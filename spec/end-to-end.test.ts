/**
 * Worlds whose right answers are known, from saves to the lists that are served.
 */
import t from 'tap';
import type { Collection } from '../data/collection.js';
import { checkerboard, popularPin } from '../data/synthetic.js';
import { openSnapshot } from '../serve/snapshot.js';
import { openBackend } from '../train/backend/open-backend.js';
import { runSmall, topicWorld } from './train/small-run.js';

t.before(() => openBackend('wasm'));

t.test('checkerboard: the withheld save is the best idea for its board', async (t) => {
  const { collection, withheld } = checkerboard();
  const { folder } = await runSmall(collection, { config: { spectralRank: 4, epochs: 6 } });
  const snapshot = openSnapshot(folder.generation);
  t.teardown(() => snapshot.close());
  for (const strategy of ['fused', 'embedding', 'walk', 'spectral'] as const) {
    const list = await snapshot.recommender.recommendForBoard(`board-${withheld.board}`, 5, { strategy });
    t.equal(list.pins[0], withheld.pin, `${strategy}: ${list.pins.join()}`);
  }
  const { pins } = await snapshot.recommender.similarPins('pin-4', 9);
  t.ok(
    pins.every((pin) => pin % 2 === 0),
    `white squares are like white squares: ${pins.join()}`,
  );
});

t.test('popular pin: the baseline finds it, and the server names it first', async (t) => {
  const { collection, popular, without } = popularPin(12);
  // All saves but one of the popular pin's train; the given test asks for that one.
  const given: Collection = {
    ...collection,
    givenTest: { boards: Uint32Array.of(without), pins: Uint32Array.of(popular) },
  };
  const { metrics, folder } = await runSmall(given, { config: { split: 'given' }, baselines: true });
  const { models } = metrics();
  const hit = (model: string): number => models[model]?.['boardIdeas']?.['mrr']?.mean ?? NaN;
  t.equal(models['popularity']?.['boardIdeas']?.queries, 1);
  t.equal(hit('popularity'), 1);
  const snapshot = openSnapshot(folder.generation);
  t.teardown(() => snapshot.close());
  t.equal(snapshot.recommender.popularPins(1).pins[0], popular);
});

t.test('cold pins: their saves are held out, they are embedded from content, and asked for', async (t) => {
  const { metrics, said } = await runSmall(withTopicVectors(topicWorld), {
    config: { split: 'cold', learnIds: false, titles: true, epochs: 3 },
  });
  const { models, split } = metrics();
  t.match(said[0], /^split \(cold, as asked for\): .*; \d+ cold pins$/);
  t.ok(Number(split['coldPins']) > 10);
  const recall = (model: string): number => models[model]?.['coldPins']?.['recall@20']?.mean ?? NaN;
  t.ok(recall('embedding') > recall('walk') || Number.isNaN(recall('walk')), 'walks do not reach pins without saves');
  t.ok(recall('embedding') > 0);
});

t.test('a run kept to the training split, without spectral, learned rows or validation, still serves', async (t) => {
  const config = { epochs: 1, spectralRank: 0, learnIds: false, validationBoards: 0 };
  const { folder, metrics } = await runSmall(topicWorld, { serveSplit: 'train', config });
  const { split } = metrics();
  const snapshot = openSnapshot(folder.generation);
  t.teardown(() => snapshot.close());
  const { graph, matrices, meta } = snapshot.generation;
  t.equal(split['validation'], 0);
  t.equal(graph.saveCount, split['train'], 'the graph that was evaluated');
  t.equal(meta['serveSplit'], 'train');
  t.notOk(matrices.has('pin.structure'));
  t.equal((await snapshot.recommender.recommendForBoard('board-0', 3)).pins.length, 3);
});

/** Ready-made title vectors that give the topic of each pin away, so that no encoder has to run. */
function withTopicVectors(collection: Collection): Collection {
  const pinCount = collection.pins.ids.length;
  const values = Float32Array.from({ length: 4 * pinCount }, (_, i) => Number(i % 4 === Math.floor(i / 4) % 4));
  const title = { dimension: 4, values, present: new Uint8Array(pinCount).fill(1) };
  return { ...collection, vectors: new Map([['title', title]]) };
}
