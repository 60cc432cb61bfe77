import t from 'tap';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { degree } from '../../../graph/compressed-rows.js';
import { entries } from '../model/naive-model.js';
import type { Config } from '../../../train/config.js';
import { findSpectralFactors, type ModelInputs } from '../../../train/features/model-inputs.js';
import { silent } from '../../../train/progress.js';
import { roomForFactors } from '../../../train/model/ranking-matrices.js';
import { look, smallCollection, smallConfig } from '../small-world.js';

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
  const seen = async (given: Partial<Config>): Promise<ModelInputs> =>
    (await look(smallCollection(), smallConfig(given))).inputs;
  t.equal((await seen({ layers: 2 })).features?.dimension, 18);
  t.equal((await seen({ layers: 'auto' })).features, undefined, 'beside learned rows there is no network');
  t.same([...(await seen({ layers: 'auto' })).content.keys()], ['own']);
});

t.test('findSpectralFactors finds fewer factors where there is room for fewer, and says so', (t) => {
  const { saves, pins, boards } = smallCollection();
  const graph = buildGraph(saves, { pinCount: pins.ids.length, boardCount: boards.ids.length });
  const said: string[] = [];
  const find = (room?: number): number | undefined =>
    findSpectralFactors(graph, smallConfig(), {
      progress: silent,
      say: (line) => said.push(line),
      ...(room && { room }),
    })?.rank;
  t.equal(find(), 8);
  t.same(said, []);
  t.equal(find(3), 3);
  t.same(said, ['spectral factors: 3 of 8, for which there is room in 4 GiB']);
  t.end();
});

t.test('roomForFactors is what embedding and content leave of a ranker', (t) => {
  const block = (dimension: number) => ({ dimension, values: new Float32Array(0), present: new Uint8Array(0) });
  const content = new Map([
    ['title', block(96)],
    ['attributes', block(200)],
  ]);
  const config = smallConfig({ dimension: 256 });
  t.equal(roomForFactors(1_000_000, config, content), 935 - 256 - 96);
  t.throws(() => roomForFactors(3_000_000, config, content), {
    code: 'OPTION_OUT_OF_RANGE',
    message:
      'train: 3000000 pins may have 311 numbers each, of embedding and content, to be ranked in 4 GiB (got 352); ' +
      'lower dimension (256) or contentDimension (96), or leave pins out of the data',
  });
  t.end();
});
