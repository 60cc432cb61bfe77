import t from 'tap';
import { degree } from '../../graph/bipartite-graph.js';
import { entries } from './naive-model.js';
import type { Config } from '../../train/config.js';
import type { GraphInputs } from '../../train/graph-inputs.js';
import { look, smallCollection, smallConfig } from './small-world.js';

t.test('mean pooling keeps the neighbors and lets each count alike', async (t) => {
  const [byVisits, alike, maxima] = await Promise.all(
    (['importance', 'mean', 'max'] as const).map(async (pooling) => {
      const { inputs } = await look(smallCollection(), smallConfig({ pooling }));
      return inputs.neighborhoods;
    }),
  );
  if (!byVisits || !alike || !maxima) return;
  t.same(alike.neighbors, byVisits.neighbors);
  t.same(maxima, byVisits);
  t.notSame(alike.weights, byVisits.weights);
  for (let pin = 0; pin < 60; pin++) {
    const count = degree(alike, pin);
    for (const [, weight] of entries(alike, pin)) t.equal(weight, Math.fround(1 / count));
  }
});

t.test('features are made where a network reads them, content stays', async (t) => {
  const seen = async (given: Partial<Config>): Promise<GraphInputs> =>
    (await look(smallCollection(), smallConfig(given))).inputs;
  t.equal((await seen({ layers: 2 })).features?.dimension, 18);
  t.equal((await seen({ layers: 'auto' })).features, undefined, 'beside learned rows there is no network');
  t.same([...(await seen({ layers: 'auto' })).content.keys()], ['own']);
});
