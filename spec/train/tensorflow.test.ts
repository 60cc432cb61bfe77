/**
 * Training for real on @tensorflow/tfjs-node, wherever it loads: twenty losses against wasm and cpu.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import * as tf from '@tensorflow/tfjs-core';
import { PinwalkError } from '../../data/errors.js';
import { openBackend, type BackendName } from '../../train/backend.js';
import { embedPins } from '../../train/inference.js';
import { silent } from '../../train/progress.js';
import { train } from '../../train/train.js';
import { farthest, look, smallCollection, smallConfig } from './small-world.js';

const config = smallConfig({ epochs: 7, hiddenDimension: 16, dimension: 16 });
const collection = smallCollection();

/** Why tfjs-node does not load here, if it does not. */
async function whyNot(): Promise<string | undefined> {
  try {
    await openBackend('tensorflow');
    return undefined;
  } catch (error) {
    if (error instanceof PinwalkError && error.code === 'BACKEND_UNAVAILABLE') return error.message;
    throw error;
  }
}

/** Trains the small world on a backend: the losses of its steps, and the embeddings at the end. */
async function trainOn(backend: BackendName): Promise<{ losses: number[]; query: Float32Array; target: Float32Array }> {
  await openBackend(backend);
  t.equal(tf.getBackend(), backend);
  const seen = await look(collection, config);
  const losses: number[] = [];
  const { shape, weights } = await train(config, {
    ...seen,
    fingerprint: collection.fingerprint,
    checkpointFolder: mkdtempSync(path.join(tmpdir(), 'pinwalk-tensorflow-')),
    resume: false,
    validate: () => 0,
    progress: silent,
    log: (line) => {
      if ('loss' in line) losses.push(Number(line['loss']));
    },
  });
  const { features, neighborhoods } = seen.inputs;
  const embeddings = await embedPins(shape, weights, { features: features.values, neighborhoods, poolWeight: 1 });
  return { losses: losses.slice(0, 20), query: embeddings.query, target: embeddings.target };
}

const reason = await whyNot();
if (reason !== undefined) t.comment(`skipped: ${reason}`);

t.test('tensorflow trains like wasm and cpu: 20 losses agree to 1e-4', { skip: reason ?? false }, async (t) => {
  const native = await trainOn('tensorflow');
  t.equal(native.losses.length, 20);
  t.ok(native.losses.every(Number.isFinite));
  for (const backend of ['wasm', 'cpu'] as const) {
    const other = await trainOn(backend);
    t.ok(farthest(native.losses, other.losses) < 1e-4, `${backend}: off by ${farthest(native.losses, other.losses)}`);
    for (const name of ['query', 'target'] as const) {
      t.ok(
        farthest(native[name], other[name]) < 1e-2,
        `${backend}: ${name} off by ${farthest(native[name], other[name])}`,
      );
    }
  }
});

t.test('no tensor is left by a step on tensorflow', { skip: reason ?? false }, async (t) => {
  await openBackend('tensorflow');
  const before = tf.memory().numTensors;
  await trainOn('tensorflow');
  t.equal(tf.memory().numTensors, before);
});
