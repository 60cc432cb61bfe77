import type { Worker } from 'node:worker_threads';
import t from 'tap';
import { openBackend, type BackendName } from '../../train/backend.js';
import { createWeights, type Weights } from '../../train/model.js';
import { startingRows } from '../../train/starting-rows.js';
import { shapeOf } from '../../train/train.js';
import { trainerCount, Trainers } from '../../train/trainers.js';
import { bytesOf, look, smallCollection, smallConfig } from './small-world.js';

const config = smallConfig({ batchBoards: 16, negativeCount: 24 });
const { inputs, factors } = await look(smallCollection(), config);
await openBackend('wasm');

function open(
  count: number,
  given: { backend?: BackendName; drawAhead?: boolean } = {},
): Trainers & { weights: Weights } {
  const shape = shapeOf(config, inputs);
  const weights = createWeights(shape, startingRows(inputs.graph, factors, config), config);
  const { graph, neighborhoods, features } = inputs;
  const trainers = new Trainers(
    {
      shape,
      source: { ...config, layers: shape.layers, graph, neighborhoods },
      features: features.values,
      weights,
      rates: { row: config.rowRate, bias: config.biasRate, network: config.networkRate },
      epochs: config.epochs,
    },
    { count, backend: 'wasm', firstStep: 0, drawAhead: false, ...given },
  );
  return Object.assign(trainers, { weights });
}

/** Weights, slots and losses after all steps of an epoch. */
async function runSteps(...options: Parameters<typeof open>): Promise<{ bytes: string; losses: number[] }> {
  const trainers = open(...options);
  const losses: number[] = [];
  try {
    for (let step = 0; step < trainers.stepsPerEpoch; step++) losses.push((await trainers.step(step)).loss);
    return { bytes: bytesOf(trainers.weights), losses };
  } finally {
    await trainers.close();
  }
}

t.test('equal numbers of trainers give equal bytes, drawn ahead or not; another number gives others', async (t) => {
  const two = await runSteps(2);
  t.same(await runSteps(2, { drawAhead: true }), two);
  const one = await runSteps(1);
  t.not(one.bytes, two.bytes);
  const mean = ({ losses }: typeof one): number => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  t.ok(Math.abs(mean(one) - mean(two)) < 0.4, 'with losses that are much the same');
});

t.test('a report adds up what all trainers did, and the event loop goes on', async (t) => {
  const trainers = open(2);
  t.teardown(() => trainers.close());
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const report = await trainers.step(0);
  clearInterval(timer);
  t.ok(turns > 0, `${turns} turns while the other trainer started`);
  t.equal(report.queries, 16 + config.batchPairs);
  t.ok(report.pairs >= report.queries, 'each query has a target');
  t.equal(report.tensors, 0);
  t.ok(report.wasmHeapBytes >= 2 * 16 * 2 ** 20, 'two heaps');
  t.ok(report.waitMs > 0 && report.forwardMs > 0 && report.backwardMs > 0 && report.optimizerMs > 0);
});

t.test('a trainer whose thread dies ends the step with an error', async (t) => {
  const thread = new Promise<Worker>((resolve) => void process.once('worker', resolve));
  const trainers = open(2);
  t.teardown(() => trainers.close());
  await trainers.step(0);
  await (await thread).terminate();
  await t.rejects(trainers.step(1), {
    code: 'WORKER_FAILED',
    message: "train: a trainer's thread must go on until the end (got exit code 1)",
  });
});

t.test('an error of ours in a thread comes as it is', async (t) => {
  const trainers = open(2, { backend: 'abacus' as BackendName });
  t.teardown(() => trainers.close());
  await t.rejects(trainers.step(0), { code: 'OPTION_OUT_OF_RANGE', message: /\(got abacus\)/ });
});

t.test('as many trainers as workers, but each with 128 queries; one where all cores are used anyway', (t) => {
  const given = { workers: 8, batchBoards: 512, batchPairs: 0 };
  t.equal(trainerCount(given, 'wasm'), 4);
  t.equal(trainerCount({ ...given, workers: 2 }, 'cpu'), 2);
  t.equal(trainerCount({ ...given, batchBoards: 200, batchPairs: 100 }, 'wasm'), 2);
  t.equal(trainerCount({ ...given, batchBoards: 5 }, 'wasm'), 1);
  t.equal(trainerCount(given, 'tensorflow'), 1);
  t.equal(trainerCount(given, 'webgpu'), 1);
  t.end();
});
