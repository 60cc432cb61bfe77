import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { compiled } from '../../tools/paths.js';
import * as tf from '@tensorflow/tfjs-core';
import { openBackend } from '../../../train/backend/open-backend.js';
import { loadLatest } from '../../../train/model/checkpoint.js';
import type { Config } from '../../../train/config.js';
import type { Estimate } from '../../../train/evaluation/metrics.js';
import type { ModelInputs } from '../../../train/features/model-inputs.js';
import { silent } from '../../../train/progress.js';
import { shapeOf, train, type TrainingOptions, type TrainingResult } from '../../../train/model/training-loop.js';
import { bytesOf, hex, look, smallCollection, smallConfig } from '../small-world.js';

const collection = smallCollection();

type Line = Readonly<Record<string, number | string>>;

/** A figure of which any difference counts. */
const exactly = (mean: number): Estimate => ({ mean, standardError: 0 });

/** Trains the small world; the validation figure is a sum of weights, so that it depends on every step. */
async function trainSmall(
  config: Config,
  given: Partial<TrainingOptions> = {},
): Promise<TrainingResult & { lines: Line[] }> {
  const { inputs, factors } = await look(collection, config);
  const lines: Line[] = [];
  const result = await train(config, {
    inputs,
    factors,
    fingerprint: collection.fingerprint,
    checkpointFolder: given.checkpointFolder ?? newFolder(),
    resume: false,
    validate: (_, weights) => exactly(weights.get('row.bias')?.values.reduce((sum, value) => sum + value, 0) ?? 0),
    progress: silent,
    log: (line) => void lines.push(line),
    ...given,
  });
  return { ...result, lines };
}

function newFolder(): string {
  return mkdtempSync(path.join(tmpdir(), 'pinwalk-train-'));
}

/** The newest checkpoint's weights and moments. */
function latestBytes(folder: string): string {
  return bytesOf(loadLatest(folder)?.weights ?? new Map());
}

function losses(lines: readonly Line[]): unknown[] {
  return lines.filter((line) => 'loss' in line).map(({ loss }) => loss);
}

for (const backend of ['wasm', 'cpu'] as const) {
  t.test(
    `${backend}: stopped at any step and resumed, weights, moments and losses are those of a run never stopped`,
    async (t) => {
      await openBackend(backend);
      const config = smallConfig({ backend, epochs: 2 });
      const folder = newFolder();
      const whole = await trainSmall(config, { checkpointFolder: folder });
      t.notOk(whole.stopped);
      t.ok(whole.steps >= 5, `${whole.steps} steps`);
      const again = await trainSmall(config);
      t.equal(bytesOf(again.weights), bytesOf(whole.weights), 'two runs agree to the bit');
      for (let at = 1; at < whole.steps; at++) {
        const checkpointFolder = newFolder();
        const stop = new AbortController();
        const seen: Line[] = [];
        const log = (line: Line): void => {
          seen.push(line);
          if (line['step'] === at && 'loss' in line) stop.abort();
        };
        const stopped = await trainSmall(config, { checkpointFolder, signal: stop.signal, log });
        t.ok(stopped.stopped);
        t.equal(stopped.steps, at);
        const resumed = await trainSmall(config, { checkpointFolder, resume: true, log });
        t.notOk(resumed.stopped);
        t.equal(bytesOf(resumed.weights), bytesOf(whole.weights), `best weights, stopped after step ${at}`);
        t.equal(
          latestBytes(checkpointFolder),
          latestBytes(folder),
          `last weights and moments, stopped after step ${at}`,
        );
        t.same(losses(seen), losses(whole.lines));
        t.equal(resumed.bestValidation, whole.bestValidation);
      }
    },
  );
}

t.test('one worker and three, and a run resumed by two, give the same weights, slots and losses', async (t) => {
  await openBackend('wasm');
  // Wide enough that kernels are worth a second thread.
  const config = smallConfig({ batchBoards: 256, negativeCount: 3000, dimension: 256, hiddenDimension: 64, epochs: 5 });
  const folder = newFolder();
  const whole = await trainSmall(config, { checkpointFolder: folder });
  const many = await trainSmall({ ...config, workers: 3 });
  t.equal(bytesOf(many.weights), bytesOf(whole.weights));
  t.same(losses(many.lines), losses(whole.lines));
  const checkpointFolder = newFolder();
  const stop = new AbortController();
  const seen: Line[] = [];
  const log = (line: Line): void => {
    seen.push(line);
    if (line['step'] === 2 && 'loss' in line) stop.abort();
  };
  t.ok((await trainSmall(config, { checkpointFolder, signal: stop.signal, log })).stopped);
  const resumed = await trainSmall({ ...config, workers: 2 }, { checkpointFolder, resume: true, log });
  t.equal(bytesOf(resumed.weights), bytesOf(whole.weights));
  t.same(losses(seen), losses(whole.lines));
});

t.test('stopped before any step was validated, a run still finds its best weights', async (t) => {
  await openBackend('wasm');
  const config = smallConfig({ epochs: 1 });
  const checkpointFolder = newFolder();
  const stop = new AbortController();
  stop.abort();
  const validate = (): Estimate => exactly(-3);
  t.ok((await trainSmall(config, { checkpointFolder, validate, signal: stop.signal })).stopped);
  const resumed = await trainSmall(config, { checkpointFolder, validate, resume: true });
  t.equal(resumed.bestValidation, -3);
});

t.test('killed at once in the middle of training, a resumed run ends with the same bytes', async (t) => {
  await openBackend('wasm');
  const config = smallConfig({ epochs: 6, checkpointEvery: 4 });
  const whole = newFolder();
  await trainSmall(config, { checkpointFolder: whole });
  const checkpointFolder = newFolder();
  const argv = [compiled('spec/train/training-child.ts'), checkpointFolder, JSON.stringify(config), '10'];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  await once(child.stdout, 'data'); // step 10 is done, its checkpoint is not due
  child.kill('SIGKILL');
  const [, signal] = (await ended) as [number | null, string | null];
  t.equal(signal, 'SIGKILL');
  const left = loadLatest(checkpointFolder);
  t.equal(left?.state.step, 8);
  const resumed = await trainSmall(config, { checkpointFolder, resume: true });
  t.notOk(resumed.stopped);
  t.equal(latestBytes(checkpointFolder), latestBytes(whole));
  for (const file of readdirSync(whole))
    t.same(readFileSync(path.join(checkpointFolder, file)), readFileSync(path.join(whole, file)), file);
});

t.test('the loss falls, the log says what each step did, and rates fall in a line to a twentieth', async (t) => {
  await openBackend('wasm');
  const { lines, steps } = await trainSmall(smallConfig({ epochs: 10, hardNegatives: 0 }));
  const stepLines = lines.filter((line) => 'loss' in line);
  t.same(
    stepLines.map(({ step }) => step),
    Array.from({ length: steps }, (_, n) => n + 1),
  );
  const mean = (part: readonly Line[]): number => part.reduce((sum, { loss }) => sum + Number(loss), 0) / part.length;
  t.ok(
    mean(stepLines.slice(-6)) < mean(stepLines.slice(0, 6)),
    `${mean(stepLines.slice(0, 6))} to ${mean(stepLines.slice(-6))}`,
  );
  t.equal(stepLines[0]?.['rateShare'], 1);
  t.ok(Math.abs(Number(stepLines[steps / 2]?.['rateShare']) - 0.525) < 1e-12);
  for (const name of [
    ...['epoch', 'batchMs', 'forwardMs', 'backwardMs', 'optimizerMs', 'stepsPerSecond', 'queriesPerSecond'],
    ...['pairsPerSecond', 'tensors', 'wasmHeapBytes', 'rssBytes'],
  ]) {
    t.ok(
      stepLines.every((line) => typeof line[name] === 'number'),
      name,
    );
  }
  t.equal(lines.filter((line) => 'validation' in line).length, 10);
});

t.test('no tensor is left after a step', async (t) => {
  await openBackend('wasm');
  const counts: number[] = [];
  await trainSmall(smallConfig({ epochs: 1 }), { log: () => void counts.push(tf.memory().numTensors) });
  t.ok(counts.length > 2);
  t.ok(
    counts.every((count) => count === counts[0]),
    counts.join(),
  );
});

t.test('progress is told in steps, with the loss', async (t) => {
  await openBackend('wasm');
  const told: [string, number, number, string | undefined][] = [];
  const { steps } = await trainSmall(smallConfig({ epochs: 1 }), {
    progress: (stage) => (done, total, note) => void told.push([stage, done, total, note]),
  });
  t.same(told[0]?.slice(0, 3), ['training', 1, steps]);
  t.match(told[0]?.[3], /^loss \d+\.\d{4}$/);
  t.same(told.at(-1)?.slice(0, 3), ['training', steps, steps]);
});

t.test('training ends after `patience` epochs without a better figure and returns the best weights', async (t) => {
  await openBackend('wasm');
  const figures = [1, 3, 2, 2, 9];
  const kept: string[] = [];
  const config = smallConfig({ epochs: 9, patience: 2 });
  const result = await trainSmall(config, {
    validate: (_, weights) => {
      kept.push(hex(weights.get('row.query')?.values ?? new Float32Array()));
      return exactly(figures[kept.length - 1] ?? NaN);
    },
  });
  t.equal(kept.length, 4, 'epochs 2 and 3 were no better than epoch 1');
  t.equal(result.bestValidation, 3);
  t.equal(hex(result.weights.get('row.query')?.values ?? new Float32Array()), kept[1]);
});

t.test('later weights are kept unless they are worse than the best by more than the standard error', async (t) => {
  await openBackend('wasm');
  const figures = [5, 7, 6.5, 6.2, 5.9, 5.8];
  const seen: string[] = [];
  const config = smallConfig({ epochs: 6, patience: 2 });
  const result = await trainSmall(config, {
    validate: (_, weights) => {
      seen.push(hex(weights.get('row.query')?.values ?? new Float32Array()));
      return { mean: figures[seen.length - 1] ?? NaN, standardError: 1 };
    },
  });
  t.equal(seen.length, 6, 'epochs 4 and 5 were worse than epoch 1');
  t.equal(result.bestValidation, 7);
  t.equal(hex(result.weights.get('row.query')?.values ?? new Float32Array()), seen[3]);
});

t.test(
  'where nothing is validated training goes to its end and keeps the last weights, and no figure is made up',
  async (t) => {
    await openBackend('wasm');
    const checkpointFolder = newFolder();
    const config = smallConfig({ epochs: 4, patience: 1 });
    const result = await trainSmall(config, { checkpointFolder, validate: () => undefined });
    t.equal(result.bestValidation, undefined);
    t.same(
      result.lines.flatMap(({ validation }) => validation ?? []),
      new Array(4).fill('nothing to validate'),
    );
    const last = loadLatest(checkpointFolder);
    t.equal(last?.state.keptEpoch, 3);
    for (const [name, { values }] of result.weights) {
      t.equal(hex(values), hex(last?.weights.get(name)?.values ?? new Float32Array()), name);
    }
  },
);

t.test('a finished run that is resumed trains no more', async (t) => {
  await openBackend('wasm');
  const checkpointFolder = newFolder();
  const config = smallConfig({ epochs: 1 });
  const first = await trainSmall(config, { checkpointFolder });
  const second = await trainSmall(config, { checkpointFolder, resume: true });
  t.same(second.lines, []);
  t.equal(bytesOf(second.weights), bytesOf(first.weights));
  t.equal(second.bestValidation, first.bestValidation);
});

t.test('resume refuses another config or other data', async (t) => {
  await openBackend('wasm');
  const checkpointFolder = newFolder();
  await trainSmall(smallConfig({ epochs: 1 }), { checkpointFolder });
  await t.rejects(trainSmall(smallConfig({ epochs: 2 }), { checkpointFolder, resume: true }), {
    code: 'CHECKPOINT_INVALID',
    message: /got epochs 2, was 1\)/,
  });
  await t.rejects(trainSmall(smallConfig({ epochs: 1 }), { checkpointFolder, resume: true, fingerprint: 'other' }), {
    code: 'CHECKPOINT_INVALID',
    message: /the data must be what the checkpoint was trained on \(got other, /,
  });
});

t.test('a loss that is not finite stops the run, with step and rates', async (t) => {
  await openBackend('wasm');
  const config = smallConfig({ rowRate: 0.5, networkRate: 0.25 });
  const { inputs, factors } = await look(collection, config);
  inputs.features?.values.fill(NaN);
  await t.rejects(trainSmall(config, { inputs, factors }), {
    code: 'TRAINING_DIVERGED',
    message: 'train: the loss must be finite (got NaN in step 0, rowRate 0.5, networkRate 0.25); lower the rates',
  });
});

t.test('shapeOf takes its sizes from config and data; auto has a network where nothing else learns', async (t) => {
  const config = smallConfig();
  const { inputs } = await look(collection, config);
  t.same(shapeOf(config, inputs), {
    pinCount: 60,
    featureDimension: 18,
    contentColumns: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 1, 0),
    layers: 2,
    hiddenDimension: 8,
    dimension: 8,
    learnIds: true,
    termCount: 9,
    pooling: 'importance',
    temperature: 0.2,
    querySizePower: 0.4,
    loss: 'softmax',
  });
  t.equal(shapeOf(config, { ...inputs, features: undefined }).layers, 0);
  t.equal(shapeOf({ ...config, layers: 'auto' }, inputs).layers, 0);
  const silentPins = { ...inputs, terms: undefined };
  t.equal(shapeOf({ ...config, layers: 'auto', learnIds: false }, silentPins).layers, 2);
  t.throws(() => shapeOf({ ...config, layers: 0, learnIds: false }, silentPins), {
    code: 'OPTION_OUT_OF_RANGE',
    message:
      'train: there must be learned rows or convolutions (got learnIds false, layers 0, no content that learns); name --layers 2 or leave --learn-ids true',
  });
  const terms = { rows: { offsets: new Uint32Array(61), neighbors: new Uint32Array(0) }, termCount: 4 };
  const lossOf = (given: Partial<Config>, said: Partial<ModelInputs>): string =>
    shapeOf({ ...config, loss: 'auto', ...given }, { ...inputs, ...said }).loss;
  t.equal(shapeOf(config, { ...inputs, terms }).termCount, 4);
  t.equal(shapeOf({ ...config, learnContent: false }, { ...inputs, terms }).termCount, 0);
  t.equal(lossOf({}, {}), 'binary');
  t.equal(lossOf({ learnIds: false }, { terms: undefined }), 'softmax', 'a network alone');
  t.equal(shapeOf({ ...config, layers: 'auto', learnIds: false }, { ...inputs, terms }).layers, 0);
  t.equal(lossOf({ learnIds: false }, { terms }), 'binary', 'rows of terms learn as those of pins do');
  t.end();
});
