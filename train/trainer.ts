/**
 * One of the trainers that share a step: it draws its shard of the batch, computes loss and gradients, and updates its own rows.
 */
import * as tf from '@tensorflow/tfjs-core';
import { BatchPrefetcher } from './batch-prefetcher.js';
import type { BatchSource } from './batches.js';
import { publish, published, stepOwnRows, type GradientBoard, type ShardGradient } from './gradient-exchange.js';
import type { LockStep } from './lock-step.js';
import { lossAndGradients, touchedRows, type ModelShape, type Weights } from './model.js';

/** What all trainers of a run hold in common; its arrays are on shared memory, so that a thread can be given it. */
export interface TrainerParts {
  readonly shape: ModelShape;
  readonly source: BatchSource;
  /** [P, F] */
  readonly features: Float32Array;
  readonly weights: Weights;
  /** At the start of the run. */
  readonly rates: Rates;
  readonly epochs: number;
  /** Whether each trainer has a thread that draws its next batch. */
  readonly drawAhead: boolean;
  readonly counters: LockStep;
  /** A board and a row of figures a trainer; boards are empty where there is one trainer. */
  readonly boards: readonly GradientBoard[];
  readonly figures: readonly Float64Array[];
}

/** Learning rates by kind of parameter. */
export interface Rates {
  readonly row: number;
  readonly bias: number;
  readonly network: number;
}

/** What a trainer tells of a step, in this order in its row of figures. */
export const figureNames = [
  'loss',
  'queries',
  'pairs',
  'batchMs',
  'forwardMs',
  'backwardMs',
  'optimizerMs',
  'tensors',
  'wasmHeapBytes',
] as const;

/** A step's figures by name. A pair is a query and one of its targets. */
export type Figures = Record<(typeof figureNames)[number], number>;

/** The learning rates fall linearly to this share of their first values. */
const FINAL_RATE_SHARE = 0.05;

/** What is left of the rates in a step (0-based). */
export function rateShare(step: number, totalSteps: number): number {
  return 1 - (1 - FINAL_RATE_SHARE) * (step / totalSteps);
}

/** On its own thread, with a TF.js backend open there. */
export class Trainer {
  readonly #parts: TrainerParts;
  readonly #number: number;
  readonly #batches: BatchPrefetcher;
  /** Of the step under way; read by this trainer alone where there is no other. */
  #gradients: ReadonlyMap<string, ShardGradient> = new Map();
  #figures: Partial<Figures> = {};

  /**
   * @param number  from 0; with `boards.length` it says which shard and which rows are its own
   * @throws PinwalkError `INPUT_INVALID` when there is nothing to learn from
   */
  constructor(parts: TrainerParts, number: number) {
    const { source, boards, drawAhead } = parts;
    this.#parts = parts;
    this.#number = number;
    this.#batches = BatchPrefetcher.open(source, { shard: { number, count: boards.length }, isAhead: drawAhead });
  }

  get stepsPerEpoch(): number {
    return this.#batches.stepsPerEpoch;
  }

  /** Draws the shard of a step, computes its gradients and publishes them. */
  async compute(step: number): Promise<void> {
    const { shape, weights, features, boards } = this.#parts;
    const started = performance.now();
    const batch = await this.#batches.draw(step);
    const batchMs = performance.now() - started;
    const { loss, gradients, forwardMs, backwardMs } =
      batch.queryCount > 0 ? await lossAndGradients(shape, weights, features, batch) : nothing;
    const published = performance.now();
    this.#gradients = new Map(
      [...gradients].map(([name, values]) => [name, { values, rows: touchedRows(name, batch) }]),
    );
    if (boards.length > 1) publish(boards[this.#number] as GradientBoard, this.#gradients);
    const optimizerMs = performance.now() - published;
    const pairs = batch.targets.neighbors.length;
    this.#figures = { loss, queries: batch.queryCount, pairs, batchMs, forwardMs, backwardMs, optimizerMs };
    this.#writeFigures(); // the loss is wanted before anyone has applied anything
  }

  /** Once all have published: updates the rows that are this trainer's. */
  apply(step: number): void {
    const { weights, boards, rates, epochs } = this.#parts;
    const started = performance.now();
    const share = rateShare(step, this.stepsPerEpoch * epochs);
    for (const weight of weights.values()) {
      const { name } = weight;
      const alone = this.#gradients.get(name);
      const shards = boards.length > 1 ? boards.map((board) => published(board, name)) : alone ? [alone] : [];
      stepOwnRows(weight, shards, { trainer: this.#number, rate: rateOf(name, rates) * share, step: step + 1 });
    }
    this.#figures.optimizerMs = (this.#figures.optimizerMs ?? 0) + performance.now() - started;
    this.#writeFigures();
  }

  /** Ends the thread that draws ahead. */
  async close(): Promise<void> {
    await this.#batches.close();
  }

  #writeFigures(): void {
    const row = this.#parts.figures[this.#number] as Float64Array;
    const figures: Partial<Figures> = { ...this.#figures, tensors: tf.memory().numTensors, wasmHeapBytes: heapBytes() };
    figureNames.forEach((name, n) => (row[n] = figures[name] ?? 0));
  }
}

/** Of a shard without queries. */
const nothing = { loss: 0, gradients: new Map<string, Float32Array>(), forwardMs: 0, backwardMs: 0 };

function rateOf(name: string, { row, bias, network }: Rates): number {
  if (name === 'row.bias') return bias;
  return name.startsWith('row.') ? row : network;
}

/** Bytes of the wasm backend's memory, which never shrinks; 0 on backends without one. */
function heapBytes(): number {
  const { wasm } = tf.backend() as { wasm?: { HEAPU8?: Uint8Array } };
  return wasm?.HEAPU8?.byteLength ?? 0;
}
