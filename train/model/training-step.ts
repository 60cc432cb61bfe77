/**
 * Steps of a training: draws the batch, computes loss and gradients and lets the optimizers move the weights.
 *
 * On wasm and tensorflow threads shares the work of each kernel and of the optimizers; what comes out has the same bytes
 * whatever their number.
 */
import * as tf from '@tensorflow/tfjs-core';
import { shared } from '../../data/shared-arrays.js';
import { releaseSpareBuffers } from '../backend/webgpu.js';
import type { Config } from '../config.js';
import type { PinColumns } from '../content/content-terms.js';
import { KernelThreads } from '../kernels/kernel-threads.js';
import type { StepOptions } from '../kernels/optimizers.js';
import { optimizerStep, type Parameter } from '../kernels/parameters.js';
import { activeHeap } from '../kernels/register.js';
import { BatchPrefetcher } from './batch-prefetcher.js';
import type { BatchSource } from './batches.js';
import { lossAndGradients } from './model.js';
import { touchedRows, type ModelShape, type Weights } from './weights.js';

/** What a run trains, and on what. */
export interface TrainingParts {
  readonly shape: ModelShape;
  readonly source: BatchSource;
  /** [P, F] */
  readonly features: Float32Array;
  /** Changed in place, step by step. */
  readonly weights: Weights;
}

/** A step's figures. A pair is a query and one of its targets. */
export interface StepReport {
  readonly loss: number;
  readonly queries: number;
  readonly pairs: number;
  /** Waiting for the batch, or drawing it where no thread draws ahead. */
  readonly batchMs: number;
  readonly forwardMs: number;
  readonly backwardMs: number;
  readonly optimizerMs: number;
  /** That are left. */
  readonly tensors: number;
  readonly wasmHeapBytes: number;
}

/** The learning rates fall linearly to this share of their first values. */
const FINAL_RATE_SHARE = 0.05;

/** More threads than this would wait for memory, and for each other. */
const MOST_THREADS = 16;

/** What is left of the rates in a step (0-based). */
export function rateShare(step: number, totalSteps: number): number {
  return 1 - (1 - FINAL_RATE_SHARE) * (step / totalSteps);
}

/** Trains on the active backend. */
export class TrainingStep {
  readonly #parts: TrainingParts;
  readonly #vectors: PinColumns | undefined;
  readonly #rates: Pick<Config, 'rowRate' | 'termRate' | 'biasRate' | 'networkRate' | 'epochs'>;
  readonly #batches: BatchPrefetcher;
  readonly #threads: KernelThreads | undefined;

  /**
   * Starts threads where there are workers for them: of n workers up to 16 share the kernels, and one more thread draws the next batch.
   *
   * @throws PinwalkError `INPUT_INVALID` when there is nothing to learn from
   */
  constructor(
    { features, ...parts }: TrainingParts,
    config: Pick<Config, 'rowRate' | 'termRate' | 'biasRate' | 'networkRate' | 'epochs' | 'workers'>,
  ) {
    const { workers } = config;
    this.#parts = { ...parts, features: shared(features) };
    this.#vectors = parts.source.terms?.vectors;
    this.#rates = config;
    this.#batches = BatchPrefetcher.open(parts.source, { isAhead: workers > 1 });
    const heap = activeHeap();
    const parallelFor = {
      count: Math.min(workers, MOST_THREADS),
      tables: [...parts.weights.values()],
      sources: [this.#parts.features, ...(this.#vectors ? [this.#vectors.values] : [])],
    };
    this.#threads = heap && new KernelThreads(heap, parallelFor);
  }

  get stepsPerEpoch(): number {
    return this.#batches.stepsPerEpoch;
  }

  /**
   * One step.
   *
   * @param step  0-based
   * @throws PinwalkError `WORKER_FAILED` when a thread ends
   *
   * A loss that is no number is for the caller to find; the weights are spoilt by then.
   */
  async run(step: number): Promise<StepReport> {
    const { shape, weights, features } = this.#parts;
    const vectors = this.#vectors;
    const started = performance.now();
    const batch = await this.#batches.draw(step);
    const batchMs = performance.now() - started;
    const share = rateShare(step, this.stepsPerEpoch * this.#rates.epochs);
    const figures = await lossAndGradients(shape, { weights, features, vectors, batch }, ({ gradients, ...rest }) => {
      const differentiated = performance.now();
      for (const [name, gradient] of gradients) {
        this.#optimize(name, gradient, {
          rate: this.#rateOf(name) * share,
          step: step + 1,
          rows: touchedRows(name, batch),
        });
      }
      return { ...rest, optimizerMs: performance.now() - differentiated };
    });
    releaseSpareBuffers(tf.backend());
    return {
      ...figures,
      queries: batch.queryCount,
      pairs: batch.targets.neighbors.length,
      batchMs,
      tensors: tf.memory().numTensors,
      wasmHeapBytes: heapBytes(),
    };
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    await Promise.all([this.#threads?.close(), this.#batches.close()]);
  }

  #optimize(name: string, gradient: Float32Array, options: StepOptions): void {
    const target = this.#parts.weights.get(name) as Parameter; // each gradient is of a weight
    const heap = this.#threads && activeHeap();
    if (heap) heap.optimizerStep(target, gradient, options);
    else optimizerStep(target, gradient, options);
  }

  #rateOf(name: string): number {
    if (name === 'row.bias') return this.#rates.biasRate;
    if (name.startsWith('term.')) return this.#rates.termRate;
    return name.startsWith('row.') ? this.#rates.rowRate : this.#rates.networkRate;
  }
}

/** Bytes of the wasm backend's memory, which never shrinks; 0 on backends without one. */
function heapBytes(): number {
  const { wasm } = tf.backend() as { wasm?: { HEAPU8?: Uint8Array } };
  return wasm?.HEAPU8?.byteLength ?? 0;
}
