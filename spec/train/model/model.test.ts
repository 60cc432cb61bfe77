import t from 'tap';
import * as tf from '@tensorflow/tfjs-core';
import { syntheticSaves } from '../../../data/synthetic.js';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { openBackend } from '../../../train/backend/open-backend.js';
import { BatchSampler, type TrainingBatch } from '../../../train/model/batches.js';
import { createWeights, touchedRows, type ModelShape, type Weights } from '../../../train/model/weights.js';
import { optimizerStep } from '../../../train/kernels/parameters.js';
import { differentiate, doubles, naiveLoss } from './naive-model.js';
import { bytesOf, farthest, graphOf, hex, randomModel } from '../small-world.js';

/** 9 pins on 5 boards; pin 8 has no saves. */
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

const variants: [string, Partial<ModelShape>][] = [
  ['two layers and learned rows', {}],
  ['an inductive model', { learnIds: false }],
  ['maxima in place of means', { pooling: 'max' }],
  ['rows alone', { layers: 0, featureDimension: 0 }],
  ['rows alone, a yes or no for each pin', { layers: 0, featureDimension: 0, loss: 'binary' }],
  ['rows of pins and of terms', { layers: 0, featureDimension: 0, termCount: 6, loss: 'binary' }],
  ['rows of terms alone', { layers: 0, featureDimension: 0, termCount: 6, learnIds: false }],
  ['a network beside rows of pins and of terms', { termCount: 6 }],
];

/** A batch in which some pins are shown by content alone, if there are layers. */
function drawBatch(model: ReturnType<typeof randomModel>, poolWeight: number): TrainingBatch {
  const { neighborhoods, shape, terms } = model;
  const source = { graph, neighborhoods, terms, layers: shape.layers, poolWeight, saveDropout: 0.3, seed: 4 };
  const sampling = {
    batchBoards: 4,
    batchPairs: 2,
    heldOutShare: 0.4,
    negativeCount: 6,
    hardNegatives: 0,
    loss: shape.loss,
  };
  return new BatchSampler({ ...source, ...sampling }).draw(0);
}

for (const backend of ['cpu', 'wasm'] as const) {
  for (const [what, given] of variants) {
    t.test(`${backend}: the loss of ${what} equals a hand sum, its gradients finite differences`, async (t) => {
      await openBackend(backend);
      const model = randomModel(graph, given);
      const { shape, weights, features, neighborhoods, terms } = model;
      const poolWeight = 0.7;
      const batch = drawBatch(model, poolWeight);
      t.equal(batch.coldNodes.length > 0, shape.layers > 0, 'some pins are shown by content alone');
      const { loss, gradients } = await differentiate(model, batch);
      const inputs = { features, neighborhoods, poolWeight, terms };
      const exact = doubles(weights);
      t.ok(Math.abs(loss - naiveLoss(shape, exact, inputs, batch)) < 1e-5, `loss ${loss}`);
      t.same([...gradients.keys()], [...weights.keys()]);
      const step = 1e-5;
      for (const [name, { values, shape: size }] of exact) {
        const slopes = values.map((value, i) => {
          const losses = [step, -step].map((move) => {
            values[i] = value + move;
            return naiveLoss(shape, exact, inputs, batch);
          });
          values[i] = value;
          return (Number(losses[0]) - Number(losses[1])) / (2 * step);
        });
        const rows = touchedRows(name, batch) ?? Uint32Array.from({ length: size[0] }, (_, row) => row);
        const full = new Float64Array(values.length); // a row that no batch touches has no gradient
        rows.forEach((row, n) => {
          full.set(gradients.get(name)?.subarray(n * size[1], (n + 1) * size[1]) ?? [], row * size[1]);
        });
        const largest = Math.max(...slopes.map(Math.abs));
        t.ok(largest > 1e-4, `${name} matters`);
        t.ok(farthest(full, slopes) < 2e-5 + 1e-4 * largest, `${name}: off by ${farthest(full, slopes)}`);
      }
    });
  }
}

t.test('wasm and cpu agree to 1e-5 on a batch of usual shape', async (t) => {
  const size = { pinCount: 400, boardCount: 200, saveCount: 2500 };
  // A world in which no unit is so near 0 that rounding decides whether its ReLU lets the gradient through.
  const larger = buildGraph(syntheticSaves({ ...size, seed: 2 }).collection.saves, size);
  const model = randomModel(larger, {
    ...{ featureDimension: 30, contentColumns: new Uint8Array(30).fill(1, 9) },
    ...{ hiddenDimension: 32, dimension: 24 },
  });
  const { neighborhoods } = model;
  const batch = new BatchSampler({
    ...{
      graph: larger,
      neighborhoods,
      layers: 2,
      poolWeight: 1,
      saveDropout: 0.1,
      seed: 4,
      hardNegatives: 0,
      loss: 'softmax' as const,
    },
    ...{ batchBoards: 50, batchPairs: 20, heldOutShare: 0.2, negativeCount: 150 },
  }).draw(0);
  await openBackend('cpu');
  const cpu = await differentiate(model, batch);
  await openBackend('wasm');
  const wasm = await differentiate(model, batch);
  t.ok(Math.abs(cpu.loss - wasm.loss) < 1e-5, `losses ${cpu.loss}, ${wasm.loss}`);
  for (const [name, gradient] of cpu.gradients) {
    const other = wasm.gradients.get(name) ?? [];
    t.ok(farthest(gradient, other) < 1e-5, `${name}: off by ${farthest(gradient, other)}`);
  }
});

t.test('20 steps on one batch drive the loss down', async (t) => {
  await openBackend('wasm');
  for (const [what, given] of variants) {
    const model = randomModel(graph, given);
    const batch = drawBatch(model, 1);
    const losses: number[] = [];
    while (losses.length < 21) {
      const { loss, gradients } = await differentiate(model, batch);
      descend(model.weights, gradients, { batch, step: losses.push(loss) });
    }
    t.ok(Number(losses[20]) < 0.8 * Number(losses[0]), `${what}: ${losses[0]} to ${losses[20]}`);
  }
});

t.test('a step leaves no tensor behind and repeats to the bit', async (t) => {
  for (const backend of ['wasm', 'cpu'] as const) {
    await openBackend(backend);
    const model = randomModel(graph);
    const batch = drawBatch(model, 1);
    const before = tf.memory().numTensors;
    const first = await differentiate(model, batch);
    const again = await differentiate(model, batch);
    t.equal(tf.memory().numTensors, before);
    t.equal(again.loss, first.loss);
    for (const [name, gradient] of first.gradients)
      t.equal(hex(again.gradients.get(name) ?? new Float32Array()), hex(gradient));
  }
});

t.test('a masked input cannot win: its target row and bias get no gradient from its own query', async (t) => {
  await openBackend('cpu');
  // One board of two pins: whichever is the input competes as a negative, but is masked.
  const pair = graphOf([[0, 1]], 2);
  const model = randomModel(pair, { layers: 0, featureDimension: 0 });
  const { neighborhoods } = model;
  const batch = new BatchSampler({
    ...{
      graph: pair,
      neighborhoods,
      layers: 0,
      poolWeight: 0,
      saveDropout: 0,
      seed: 1,
      hardNegatives: 0,
      loss: 'softmax' as const,
    },
    ...{ batchBoards: 1, batchPairs: 0, heldOutShare: 0.5, negativeCount: 20 },
  }).draw(0);
  const { loss, gradients } = await differentiate(model, batch);
  t.same([...batch.candidates], [0, 1]);
  t.equal(loss, 0, 'the one target has no rival');
  t.ok([...gradients.values()].every((gradient) => gradient.every((value) => value === 0)));
});

t.test('createWeights draws by seed and name, He-scaled, biases zero, and takes rows as given', (t) => {
  const shape: ModelShape = {
    ...{ pinCount: 3, featureDimension: 200, layers: 2, hiddenDimension: 100, dimension: 4 },
    ...{
      learnIds: true,
      termCount: 0,
      pooling: 'importance' as const,
      temperature: 0.1,
      querySizePower: 0,
      loss: 'softmax' as const,
      contentColumns: new Uint8Array(200).fill(1),
    },
  };
  const rows = {
    query: new Float32Array(12).fill(1),
    target: new Float32Array(12).fill(2),
    bias: Float32Array.of(3, 4, 5),
  };
  const weights = createWeights(shape, rows, { seed: 1 });
  t.same(
    [...weights.values()].map(({ name, shape: size }) => [name, size]),
    [
      ['layer0.Q', [200, 100]],
      ['layer0.q', [1, 100]],
      ['layer0.W', [300, 100]],
      ['layer0.w', [1, 100]],
      ['layer1.Q', [100, 100]],
      ['layer1.q', [1, 100]],
      ['layer1.W', [200, 100]],
      ['layer1.w', [1, 100]],
      ['head.G1', [100, 100]],
      ['head.g', [1, 100]],
      ['head.query', [100, 4]],
      ['head.target', [100, 4]],
      ['row.query', [3, 4]],
      ['row.target', [3, 4]],
      ['row.bias', [3, 1]],
    ],
  );
  const deviation = (name: string): number => {
    const values = weights.get(name)?.values ?? new Float32Array();
    return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
  };
  t.ok(Math.abs(deviation('layer0.Q') - Math.sqrt(2 / 200)) < 0.003);
  t.ok(Math.abs(deviation('layer1.W') - Math.sqrt(2 / 200)) < 0.003);
  t.ok(Math.abs(deviation('head.query') - Math.sqrt(1 / 100)) < 0.015);
  t.equal(deviation('layer0.q'), 0);
  t.same(weights.get('row.target')?.values, rows.target);
  t.same(weights.get('row.bias')?.values, rows.bias);
  t.equal(bytesOf(createWeights(shape, rows, { seed: 1 })), bytesOf(weights));
  t.not(bytesOf(createWeights(shape, rows, { seed: 2 })), bytesOf(weights));
  const inductive = [...createWeights({ ...shape, learnIds: false }, rows, { seed: 1 }).keys()];
  t.same(
    inductive.filter((name) => name.startsWith('row.')),
    ['row.bias'],
  );
  t.same(
    [...createWeights({ ...shape, layers: 0 }, rows, { seed: 1 }).keys()],
    ['row.query', 'row.target', 'row.bias'],
  );
  t.end();
});

function descend(
  weights: Weights,
  gradients: ReadonlyMap<string, Float32Array>,
  { batch, step }: { batch: TrainingBatch; step: number },
): void {
  for (const weight of weights.values()) {
    const rows = touchedRows(weight.name, batch);
    optimizerStep(weight, gradients.get(weight.name) ?? new Float32Array(), {
      rate: 0.02,
      step,
      ...(rows && { rows }),
    });
  }
}
