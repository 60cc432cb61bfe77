import t from 'tap';
import { degree } from '../../graph/bipartite-graph.js';
import { entries } from './naive-model.js';
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
