/**
 * The training step that the benches measure: PinSage on a made-up graph of 20,000 pins, with the project's own model, kernels and
 * optimizer, so that what is timed is the product.
 *
 * Two convolutions of width 128 over 10 neighbors a pin; 512 pin pairs and 500 shared negatives; the paper's max-margin loss; Adam.
 * `peer_step.py` is the same step in PyTorch.
 */
import * as tf from '@tensorflow/tfjs-core';
import { randomInteger, randomStream, type Random } from '../../data/random.js';
import type { CompressedRows } from '../../graph/compressed-rows.js';
import { dense, gatherRows, l2Normalize, takeRows } from '../../train/kernels/ops.js';
import { KernelThreads } from '../../train/kernels/kernel-threads.js';
import { activeHeap, inPlace } from '../../train/kernels/register.js';
import { encode, type TensorMap } from '../../train/model/model.js';
import { optimizerStep, parameter, type Parameter } from '../../train/kernels/parameters.js';
import { RowIndex } from '../../train/model/row-index.js';
import { shared } from '../../data/shared-arrays.js';

/** How large the step is. */
export interface StepSize {
  readonly pinCount: number;
  /** T, neighbors of a pin. */
  readonly neighborCount: number;
  /** D, width of features, layers and embeddings. */
  readonly dimension: number;
  readonly pairCount: number;
  readonly negativeCount: number;
}

/** The size that all published figures are of. */
export const fullSize: StepSize = Object.freeze({
  ...{ pinCount: 20_000, neighborCount: 10, dimension: 128, pairCount: 512, negativeCount: 500 },
});

/** One step: milliseconds by part, and its loss. */
export interface StepTimes {
  /** Rows of features gathered and made a tensor. */
  readonly inputMs: number;
  readonly forwardMs: number;
  readonly backwardMs: number;
  readonly optimizerMs: number;
  readonly totalMs: number;
  /** Time of the process on all cores; where others use the machine too, the fairer figure. */
  readonly cpuMs: number;
  readonly loss: number;
}

/** What a step computes on, as `TrainingBatch` has it. */
interface StepBatch {
  readonly nodes: Uint32Array;
  readonly layers: readonly { rowCount: number; neighborhoods: CompressedRows }[];
  /** int32 [2 pairs + negatives], rows of the last layer: queries, their positives, negatives. */
  readonly chosen: Int32Array;
}

const MARGIN = 0.1;
const RATE = 1e-3;
/** Batches that the steps take in turn. */
const BATCHES = 4;

/** A model in training on the active backend. */
export class BenchStep {
  /** Rows of each layer, from the input up. */
  readonly layerRows: readonly number[];
  readonly #size: StepSize;
  readonly #features: Float32Array;
  readonly #batches: readonly StepBatch[];
  readonly #weights: readonly Parameter[];
  #step = 0;

  readonly #threads: KernelThreads | undefined;

  /** Draws graph, features, batches and weights; equal sizes give equal steps, on any number of threads. */
  constructor(size: StepSize = fullSize, threads = 1) {
    const { pinCount, dimension } = size;
    const random = randomStream(1, 'bench');
    this.#size = size;
    // like a sum of three uniform numbers: near normal, and cheap in both languages
    const values = Float32Array.from({ length: pinCount * dimension }, () => random() + random() + random() - 1.5);
    this.#features = shared(values);
    const neighborhoods = drawNeighborhoods(size, random);
    this.#batches = Array.from({ length: BATCHES }, () => drawBatch(size, neighborhoods, random));
    this.#weights = drawWeights(dimension, random);
    const heap = activeHeap();
    const parallelFor = { count: threads, tables: this.#weights, sources: [this.#features] };
    this.#threads = heap && new KernelThreads(heap, parallelFor);
    const [first] = this.#batches;
    this.layerRows = first ? [first.nodes.length, ...first.layers.map(({ rowCount }) => rowCount)] : [];
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await this.#threads?.close();
  }

  /** Runs the next step: forward, backward, Adam. Every tensor made is gone when it returns. */
  run(): StepTimes {
    const batch = this.#batches[this.#step++ % BATCHES] as StepBatch;
    const { dimension } = this.#size;
    const before = process.cpuUsage();
    const started = performance.now();
    return tf.tidy(() => {
      const input = takeRows(this.#features, { columns: dimension, rows: batch.nodes });
      const prepared = performance.now();
      let forward = prepared;
      const names = this.#weights.map(({ name }) => name);
      const differentiate = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
        const map = Object.fromEntries(names.map((name, n) => [name, tensors[n] as tf.Tensor2D]));
        const loss = maxMargin(map, input, { batch, size: this.#size });
        loss.dataSync();
        forward = performance.now();
        return loss;
      });
      const { value, grads } = differentiate(
        this.#weights.map(({ values, shape }) => tf.tensor2d(values, [shape[0], shape[1]])),
      );
      const gradients = grads.map((gradient) => inPlace(gradient) ?? (gradient.dataSync() as Float32Array));
      const differentiated = performance.now();
      const heap = activeHeap();
      this.#weights.forEach((weight, n) => {
        const gradient = gradients[n] as Float32Array;
        const options = { rate: RATE, step: this.#step };
        if (heap) heap.optimizerStep(weight, gradient, options);
        else optimizerStep(weight, gradient, options);
      });
      const finished = performance.now();
      const { user, system } = process.cpuUsage(before);
      return {
        inputMs: prepared - started,
        forwardMs: forward - prepared,
        backwardMs: differentiated - forward,
        optimizerMs: finished - differentiated,
        totalMs: finished - started,
        cpuMs: (user + system) / 1000,
        loss: value.dataSync()[0] as number,
      };
    });
  }
}

/** mean over pairs and negatives of max(0, q . n - q . p + margin). Source: Ying et al. 2018, equation 1. */
function maxMargin(
  weights: TensorMap,
  input: tf.Tensor2D,
  { batch, size }: { batch: StepBatch; size: StepSize },
): tf.Scalar {
  const { pairCount, negativeCount } = size;
  const vectors: tf.Tensor2D = tf.matMul(
    encode({ pooling: 'importance' }, weights, input, batch.layers),
    weights['head.G2'] as tf.Tensor2D,
  );
  const units = l2Normalize(vectors);
  const chosen = (from: number, count: number): tf.Tensor2D =>
    gatherRows(units, tf.tensor1d(batch.chosen.subarray(from, from + count), 'int32')); // [count, D]
  const queries = chosen(0, pairCount);
  const near = tf.sum<tf.Tensor1D>(tf.mul(queries, chosen(pairCount, pairCount)), 1); // [pairs]
  // Negatives as rows: what each query adds to its products is then a bias. The mean is a product too.
  const bias = tf.sub<tf.Tensor1D>(MARGIN, near);
  const hinge = dense(chosen(2 * pairCount, negativeCount), queries, { bias, transposeW: true, relu: true }); // [negatives, pairs]
  const share = tf.fill<tf.Rank.R2>([pairCount, 1], 1 / (pairCount * negativeCount));
  return tf.sum(dense(hinge, share));
}

/** Neighbors of every pin: a third of them drawn toward low rows, as popular pins would be. */
function drawNeighborhoods({ pinCount, neighborCount }: StepSize, random: Random): CompressedRows {
  const entryCount = pinCount * neighborCount;
  const neighbors = Uint32Array.from({ length: entryCount }, () =>
    Math.floor(pinCount * (random() < 0.3 ? random() ** 3 : random())),
  );
  const weights = Float32Array.from({ length: entryCount }, () => random() + 0.05);
  for (let start = 0; start < entryCount; start += neighborCount) {
    const own = weights.subarray(start, start + neighborCount);
    const sum = own.reduce((total, weight) => total + weight, 0);
    own.forEach((weight, i) => (own[i] = weight / sum));
  }
  return { offsets: Uint32Array.from({ length: pinCount + 1 }, (_, pin) => pin * neighborCount), neighbors, weights };
}

/** Chosen pins and, layer by layer down, the distinct pins they need; the rows of a layer are a prefix of the one below. */
function drawBatch(size: StepSize, neighborhoods: CompressedRows, random: Random): StepBatch {
  const { pinCount, neighborCount, pairCount, negativeCount } = size;
  const pins = Uint32Array.from({ length: 2 * pairCount + negativeCount }, () => randomInteger(random, pinCount));
  const index = new RowIndex(pinCount);
  const offsetsOf = (rowCount: number): Uint32Array =>
    Uint32Array.from({ length: rowCount + 1 }, (_, row) => row * neighborCount);
  let nodes = index.distinct([pins]);
  const chosen = Int32Array.from(index.rowsIn(nodes, pins));
  const layers: { rowCount: number; neighborhoods: CompressedRows }[] = [];
  for (let layer = 0; layer < 2; layer++) {
    const above = nodes;
    const neighbors = new Uint32Array(above.length * neighborCount);
    const weights = new Float32Array(neighbors.length);
    above.forEach((pin, row) => {
      const [from, to] = [pin * neighborCount, (pin + 1) * neighborCount];
      neighbors.set(neighborhoods.neighbors.subarray(from, to), row * neighborCount);
      weights.set((neighborhoods.weights as Float32Array).subarray(from, to), row * neighborCount);
    });
    nodes = index.distinct([above, neighbors]);
    const rows = { offsets: offsetsOf(above.length), neighbors: index.rowsIn(nodes, neighbors), weights };
    layers.unshift({ rowCount: above.length, neighborhoods: rows });
  }
  return { nodes, layers, chosen };
}

/** Weights by the names that `encode` knows; Glorot's uniform range. */
function drawWeights(dimension: number, random: Random): Parameter[] {
  const made = (name: string, rows: number, isBias = false): Parameter => {
    const bound = Math.sqrt(6 / (rows + dimension));
    const values = Float32Array.from({ length: rows * dimension }, () => (isBias ? 0 : bound * (2 * random() - 1)));
    return parameter(name, [rows, dimension], values);
  };
  const layer = (n: number): Parameter[] => [
    ...[made(`layer${n}.Q`, dimension), made(`layer${n}.q`, 1, true)],
    ...[made(`layer${n}.W`, 2 * dimension), made(`layer${n}.w`, 1, true)],
  ];
  return [...layer(0), ...layer(1), made('head.G1', dimension), made('head.g', 1, true), made('head.G2', dimension)];
}
