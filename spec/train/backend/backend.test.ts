/**
 * Training for real, the same twenty steps on every backend that runs here: losses and embeddings against those on cpu.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { featureValues } from '../../../train/features/model-inputs.js';
import * as tf from '@tensorflow/tfjs-core';
import { PinwalkError } from '../../../data/errors.js';
import { openBackend, type BackendName } from '../../../train/backend/open-backend.js';
import { embedPins } from '../../../train/model/inference.js';
import { silent } from '../../../train/progress.js';
import { train } from '../../../train/model/training-loop.js';
import { farthest, look, smallCollection, smallConfig } from '../small-world.js';

const collection = smallCollection();
/** Width of the network: wide enough that TensorFlow multiplies, which leaves small products to our kernels; GPUs in software are slow. */
const widths = { wasm: 128, tensorflow: 128, webgpu: 16 };

/** Trains the small world on the active backend: the losses of its first 20 steps, and the embeddings at the end. */
async function trainTwenty(width: number): Promise<{
  losses: number[];
  query: Float32Array;
  target: Float32Array;
}> {
  const config = smallConfig({ epochs: 7, hiddenDimension: width, dimension: 16 });
  const seen = await look(collection, config);
  const losses: number[] = [];
  const checkpointFolder = mkdtempSync(path.join(tmpdir(), 'pinwalk-steps-'));
  const { shape, weights } = await train(config, {
    ...seen,
    fingerprint: collection.fingerprint,
    checkpointFolder,
    resume: false,
    validate: () => ({ mean: 0, standardError: 0 }),
    progress: silent,
    log: (line) => {
      if ('loss' in line) losses.push(Number(line['loss']));
    },
  });
  rmSync(checkpointFolder, { recursive: true });
  const { neighborhoods } = seen.inputs;
  const { query, target } = await embedPins(shape, weights, {
    features: featureValues(seen.inputs),
    neighborhoods,
    poolWeight: 1,
  });
  return { losses: losses.slice(0, 20), query, target };
}

/** Why a backend does not run here, if it does not. */
async function whyNot(backend: BackendName): Promise<string | undefined> {
  try {
    await openBackend(backend);
    return undefined;
  } catch (error) {
    if (error instanceof PinwalkError && error.code === 'BACKEND_UNAVAILABLE') return error.message;
    throw error;
  }
}

// Before the first test starts, since a backend belongs to the process.
const obstacles = new Map<BackendName, string>();
for (const backend of ['wasm', 'tensorflow', 'webgpu'] as const) {
  const obstacle = await whyNot(backend);
  if (obstacle === undefined) continue;
  t.comment(`${backend} is skipped: ${obstacle}`);
  obstacles.set(backend, obstacle);
}

for (const backend of ['wasm', 'tensorflow', 'webgpu'] as const) {
  const skip = obstacles.get(backend) ?? false;
  t.test(`${backend} trains like cpu: 20 losses agree to 1e-4, no tensor is left`, { skip }, async (t) => {
    await openBackend('cpu');
    const reference = await trainTwenty(widths[backend]);
    const { reason } = await openBackend(backend);
    t.comment(reason);
    t.equal(tf.getBackend(), backend);
    const tensors = tf.memory().numTensors;
    const { losses, query, target } = await trainTwenty(widths[backend]);
    t.equal(tf.memory().numTensors, tensors);
    t.equal(losses.length, 20);
    t.ok(losses.every(Number.isFinite));
    t.ok(farthest(losses, reference.losses) < 1e-4, `losses off by ${farthest(losses, reference.losses)}`);
    t.ok(farthest(query, reference.query) < 1e-2, `query off by ${farthest(query, reference.query)}`);
    t.ok(farthest(target, reference.target) < 1e-2, `target off by ${farthest(target, reference.target)}`);
  });
}
