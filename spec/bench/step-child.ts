/**
 * One candidate of the train-step bench, a process of its own: `node step-child.js wasm|tensorflow|cpu|stock`.
 *
 * Reads a command a line and answers with a line of JSON: a number runs that many steps; `kernels` times single operations.
 * The first line says what computes. `stock` is the same model on tfjs-backend-wasm as it comes, with the one kernel that its
 * training lacks in plain JavaScript.
 */
import os from 'node:os';
import { createInterface } from 'node:readline';
import * as tf from '@tensorflow/tfjs-core';
import '../../train/kernels/stock-gradients.gen.js';
import { openBackend, type BackendChoice } from '../../train/backend/open-backend.js';
import { referenceKernels } from '../../train/kernels/reference-kernels.js';
import { timeKernels } from './kernel-times.js';
import { BenchStep, fullSize } from './step.js';

async function openStock(): Promise<string> {
  tf.enableProdMode();
  const { version_wasm: version } = await import('@tensorflow/tfjs-backend-wasm');
  await tf.setBackend('wasm');
  const missing = referenceKernels(tf.backend()).filter(({ kernelName }) => kernelName === 'UnsortedSegmentSum');
  for (const kernel of missing) tf.registerKernel({ ...kernel, backendName: 'wasm' });
  return `stock tfjs-backend-wasm ${version} and ${missing.map(({ kernelName }) => kernelName).join()}`;
}

const name = process.argv[2] ?? 'wasm';
const title = name === 'stock' ? await openStock() : (await openBackend(name as BackendChoice)).reason;
const step = new BenchStep(fullSize, os.availableParallelism()); // which counts the cores it is held to
const answer = (value: unknown): boolean => process.stdout.write(`${JSON.stringify(value)}\n`);
answer({ title, layerRows: step.layerRows });
for await (const line of createInterface(process.stdin)) {
  if (line === 'kernels') answer(timeKernels(step.layerRows));
  else answer(Array.from({ length: Number(line) }, () => step.run()));
}
await step.close();
