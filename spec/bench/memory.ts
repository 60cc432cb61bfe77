/** Bench of memory: over thousands of steps tensors and the wasm heap stay as they are, and the process does not grow. */
import { setImmediate } from 'node:timers/promises';
import * as tf from '@tensorflow/tfjs-core';
import { openBackend, type BackendChoice } from '../../train/backend/open-backend.js';
import { BenchStep, fullSize, type StepSize } from './step.js';

/** What is held after a step. */
export interface MemoryReading {
  readonly step: number;
  readonly tensors: number;
  /** Size of the memory that the wasm backend works in; 0 on a backend without. */
  readonly wasmHeapBytes: number;
  readonly rssBytes: number;
}

/** What must hold from `warmUp` on. */
const RSS_GROWTH = 50e6;

/**
 * Runs steps on the active backend and reads memory every `every` steps; first after `warmUp`.
 *
 * Between steps it lets the event loop turn, as the training loop does: V8 starts its larger collections there, and in a loop that
 * never turns garbage piles up, 13 KB a step.
 */
export async function readMemory(options: {
  steps: number;
  warmUp: number;
  every: number;
  size?: StepSize;
  report?: (reading: MemoryReading) => void;
}): Promise<MemoryReading[]> {
  const { steps, warmUp, every, size = fullSize, report } = options;
  const training = new BenchStep(size);
  const readings: MemoryReading[] = [];
  for (let step = 1; step <= steps; step++) {
    training.run();
    await setImmediate();
    if (step < warmUp || (step - warmUp) % every !== 0) continue;
    const backend = tf.backend() as { wasm?: { HEAPU8: Uint8Array } };
    const reading = {
      step,
      tensors: tf.memory().numTensors,
      wasmHeapBytes: backend.wasm?.HEAPU8.byteLength ?? 0,
      rssBytes: process.memoryUsage.rss(),
    };
    readings.push(reading);
    report?.(reading);
  }
  return readings;
}

/** What grew that should not have; empty when all is well. */
export function findGrowth(readings: readonly MemoryReading[]): string[] {
  const first = readings[0];
  const last = readings.at(-1);
  if (!first || !last) return ['memory must be read at least once'];
  const found: string[] = [];
  for (const { step, tensors, wasmHeapBytes } of readings) {
    if (tensors !== first.tensors)
      found.push(`step ${step} holds ${tensors} tensors, step ${first.step} ${first.tensors}`);
    if (wasmHeapBytes !== first.wasmHeapBytes)
      found.push(`step ${step} has a wasm heap of ${wasmHeapBytes} bytes, step ${first.step} ${first.wasmHeapBytes}`);
  }
  const growth = last.rssBytes - first.rssBytes;
  if (growth >= RSS_GROWTH)
    found.push(`RSS grew by ${(growth / 1e6).toFixed(0)} MB from step ${first.step} to ${last.step}`);
  return found;
}

/** Prints readings and a verdict; sets exit code 1 when something grew. */
export async function benchMemory(options: { steps: number; backend: string; json: boolean }): Promise<void> {
  const { steps, backend, json } = options;
  const { name, reason } = await openBackend(backend as BackendChoice);
  if (!json) console.log(`${name}: ${reason}`);
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0).padStart(5)} MB`;
  const readings = await readMemory({
    ...{ steps, warmUp: Math.min(500, Math.ceil(steps / 10)), every: Math.max(1, Math.round(steps / 20)) },
    report: ({ step, tensors, wasmHeapBytes, rssBytes }) => {
      if (json) return;
      console.log(
        `step ${step}: ${tensors} tensors, wasm heap ${megabytes(wasmHeapBytes)}, RSS ${megabytes(rssBytes)}`,
      );
    },
  });
  const growth = findGrowth(readings);
  if (json) console.log(JSON.stringify({ backend: name, readings, growth }));
  else console.log(growth.length === 0 ? 'nothing grew' : growth.join('\n'));
  if (growth.length > 0) process.exitCode = 1;
}
