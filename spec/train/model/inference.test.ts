import t from 'tap';
import * as tf from '@tensorflow/tfjs-core';
import { randomInteger, randomNormal, randomStream, shuffle } from '../../../data/random.js';
import type { CompressedRows } from '../../../graph/compressed-rows.js';
import { openBackend } from '../../../train/backend/open-backend.js';
import { embedPins } from '../../../train/model/inference.js';
import { createWeights, type ModelShape } from '../../../train/model/weights.js';
import { dot, doubles, NaiveModel, unit } from './naive-model.js';
import { farthest, graphOf, randomModel } from '../small-world.js';

const graph = graphOf(
  [
    [0, 1, 2, 3],
    [1, 2, 4],
    [3, 4, 5],
    [5, 6, 7, 0],
    [2, 6],
  ],
  9,
);

for (const backend of ['cpu', 'wasm'] as const) {
  t.test(`${backend}: embedPins equals the definition pin by pin`, async (t) => {
    await openBackend(backend);
    for (const given of [
      {},
      { learnIds: false },
      { layers: 0, featureDimension: 0 },
      { layers: 3 },
      { pooling: 'max' as const },
      { layers: 0, featureDimension: 0, termCount: 6 },
      { layers: 0, featureDimension: 0, termCount: 6, learnIds: false },
    ]) {
      const { shape, weights, features, neighborhoods, terms } = randomModel(graph, given);
      const inputs = { features, neighborhoods, poolWeight: 0.4, terms };
      const before = tf.memory().numTensors;
      const { query, target, bias, dimension } = await embedPins(shape, weights, inputs);
      t.equal(tf.memory().numTensors, before, 'no tensor is left');
      const naive = new NaiveModel(shape, doubles(weights), inputs);
      for (let pin = 0; pin < 9; pin++) {
        const row = [pin * dimension, (pin + 1) * dimension];
        t.ok(farthest(query.subarray(...row), naive.query(pin)) < 1e-5, `query of pin ${pin}`);
        t.ok(farthest(target.subarray(...row), unit(naive.target(pin))) < 1e-5, `target of pin ${pin}`);
      }
      t.same(bias, weights.get('row.bias')?.values);
      t.not(bias, weights.get('row.bias')?.values, 'a copy: training goes on with its own');
    }
  });
}

t.test('an inductive model embeds pins of a graph it never saw, cold ones by their features alone', async (t) => {
  await openBackend('wasm');
  const { weights, shape, features } = randomModel(graph, { learnIds: false });
  // Twelve pins now; 9 has one board, 10 features only, 11 nothing.
  const random = randomStream(2, 'spec');
  const grown = new Float32Array(12 * 5);
  grown.set(features);
  for (let i = 45; i < 55; i++) grown[i] = randomNormal(random);
  const neighborhoods: CompressedRows = {
    offsets: Uint32Array.of(0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3),
    neighbors: Uint32Array.of(1, 9, 0),
    weights: Float32Array.of(0.75, 0.25, 1),
  };
  const grownShape: ModelShape = { ...shape, pinCount: 12 };
  const inputs = { features: grown, neighborhoods, poolWeight: 1 };
  const { query, target } = await embedPins(grownShape, weights, inputs);
  const naive = new NaiveModel(grownShape, doubles(weights), inputs);
  for (const pin of [0, 8, 9, 10]) {
    t.ok(farthest(query.subarray(3 * pin, 3 * pin + 3), naive.query(pin)) < 1e-5, `query of pin ${pin}`);
    t.ok(farthest(target.subarray(3 * pin, 3 * pin + 3), unit(naive.target(pin))) < 1e-5, `target of pin ${pin}`);
  }
  t.ok(
    naive.query(11).some((value) => value !== 0),
    'the biases of the network alone would make something of nothing',
  );
  t.same(
    [...query.subarray(33), ...target.subarray(33)],
    [0, 0, 0, 0, 0, 0],
    'a pin nothing is known of has no vector',
  );
});

t.test('target vectors have length 1 or 0', async (t) => {
  await openBackend('wasm');
  const { shape, weights, features, neighborhoods } = randomModel(graph, { layers: 0, featureDimension: 0 });
  weights.get('row.target')?.values.fill(0, 8 * 3);
  const { target } = await embedPins(shape, weights, { features, neighborhoods, poolWeight: 1 });
  for (let pin = 0; pin < 9; pin++) {
    const row = [...target.subarray(3 * pin, 3 * pin + 3)];
    t.ok(Math.abs(dot(row, row) - (pin === 8 ? 0 : 1)) < 1e-6, `pin ${pin}`);
  }
});

t.test('pins computed in several chunks come out as in one, wherever the border falls', async (t) => {
  await openBackend('wasm');
  // More pins than a chunk holds; relabelled, other pins share a chunk, and all keep their vectors.
  const pinCount = 8192 + 300;
  const shape: ModelShape = {
    ...{ pinCount, featureDimension: 4, layers: 2, hiddenDimension: 8, dimension: 4 },
    ...{
      learnIds: false,
      termCount: 0,
      pooling: 'importance' as const,
      temperature: 0.1,
      querySizePower: 0,
      loss: 'softmax' as const,
      contentColumns: new Uint8Array(4).fill(1),
    },
  };
  const none = new Float32Array(0);
  const weights = createWeights(shape, { query: none, target: none, bias: new Float32Array(pinCount) }, { seed: 3 });
  const random = randomStream(4, 'spec');
  const features = Float32Array.from({ length: 4 * pinCount }, () => randomNormal(random));
  const near = Array.from({ length: pinCount }, () => [
    randomInteger(random, pinCount),
    randomInteger(random, pinCount),
  ]);
  const newRow = Uint32Array.from({ length: pinCount }, (_, pin) => pin);
  shuffle(random, newRow);
  const offsets = Uint32Array.from({ length: pinCount + 1 }, (_, pin) => 2 * pin);
  const halves = new Float32Array(2 * pinCount).fill(0.5);
  const plain = { offsets, neighbors: Uint32Array.from(near.flat()), weights: halves };
  const moved = { offsets, neighbors: new Uint32Array(2 * pinCount), weights: halves };
  const movedFeatures = new Float32Array(features.length);
  newRow.forEach((row, pin) => {
    moved.neighbors.set(
      (near[pin] ?? []).map((other) => Number(newRow[other])),
      2 * row,
    );
    movedFeatures.set(features.subarray(4 * pin, 4 * pin + 4), 4 * row);
  });
  const first = await embedPins(shape, weights, { features, neighborhoods: plain, poolWeight: 1 });
  const second = await embedPins(shape, weights, { features: movedFeatures, neighborhoods: moved, poolWeight: 1 });
  for (const name of ['query', 'target'] as const) {
    const back = new Float32Array(first[name].length);
    newRow.forEach((row, pin) => back.set(second[name].subarray(4 * row, 4 * row + 4), 4 * pin));
    t.ok(farthest(back, first[name]) < 1e-6, `${name}: off by ${farthest(back, first[name])}`);
  }
  const naive = new NaiveModel(shape, doubles(weights), { features, neighborhoods: plain, poolWeight: 1 });
  for (const pin of [0, 8191, 8192, pinCount - 1]) {
    t.ok(farthest(first.query.subarray(4 * pin, 4 * pin + 4), naive.query(pin)) < 1e-5, `pin ${pin}`);
  }
});
