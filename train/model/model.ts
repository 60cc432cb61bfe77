/**
 * The model: PinSage's graph convolutions over importance neighborhoods, beside learned rows, scored against pooled targets.
 *
 * Source: Ying et al. 2018 (PinSage), Algorithm 1: `n_u = sum_v a_v ReLU(Q h_v + q)`, `z_u = ReLU(W [h_u ; n_u] + w)` at unit
 * length, K times, then `G2 ReLU(G1 z + g)`.
 * Differs from the paper:
 * - two heads end the network, one for pins as part of a query and one for pins as targets (the paper has one);
 * - a learned row per pin may join each head's output, for queries and for targets; rows are pooled once more over the importance
 *   neighborhood, inside training, which is a graph convolution without weights; off (`learnIds: false`) the model is inductive
 *   as in the paper;
 * - a row per term of what pins say (words, tags, links, columns of vectors) may join too, for queries and for targets, which a pin sums
 *   by tf-idf: what a pin without saves has;
 * - a query may be several pins (a board): their query vectors are summed;
 * - the loss is a yes or no for each of withheld saves and shared negatives with logQ correction, or a softmax over them, not
 *   max-margin; a bias per pin is learned, and the cosines of larger queries count more;
 * - the same neighborhoods are used in every layer and in training and inference.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type CompressedRows, degree } from '../../graph/compressed-rows.js';
import type { PinColumns } from '../content/content-terms.js';
import { maxPool } from '../kernels/max-pool.js';
import {
  addEntries,
  binaryCrossEntropy,
  convolve,
  dense,
  densePool,
  denseRelu,
  gatherRows,
  importancePool,
  l2Normalize,
  softmaxCrossEntropy,
  takeRows,
} from '../kernels/ops.js';
import { withValues } from '../kernels/read-tensors.js';
import { logitScaleOf } from '../ranking/logit-scale.js';
import type { TrainingBatch } from './batches.js';
import { touchedRows, type ModelShape, type Weights } from './weights.js';

/** Weights and gradients of one step as tensors; tables of rows hold only those that the batch touches. */
export type TensorMap = Record<string, tf.Tensor2D>;

/** Scales the network's part of a query to the size that learned query rows start at. */
const QUERY_ROW_SCALE = 0.06;

/** What a batch says of the weights. */
export interface LossAndGradients {
  /** Mean over queries. */
  readonly loss: number;
  /** One per parameter: of touched rows for row parameters, else whole. Gone with the tensors they are views of. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly forwardMs: number;
  /** With reading the results; on a GPU, which computes when asked for them, nearly all of the time. */
  readonly backwardMs: number;
}

/**
 * Lends loss and gradients of one batch.
 *
 * @param given.features  [P, F] row-major input features of all pins
 * @param given.vectors  columns of content of all pins, whose terms end the tables of terms
 * @param use  reads the gradients before it returns
 *
 * Every tensor made here is gone when it is done. It waits only to read the results: a GPU has no other way to give them.
 */
export async function lossAndGradients<Result>(
  shape: ModelShape,
  given: { weights: Weights; features: Float32Array; vectors?: PinColumns | undefined; batch: TrainingBatch },
  use: (found: LossAndGradients) => Result,
): Promise<Result> {
  const { weights, features, batch } = given;
  const names = [...weights.keys()];
  const started = performance.now();
  let forward = started;
  const { value, grads } = tf.tidy(() => {
    const values = [...weights.values()].map((weight) => {
      const rows = touchedRows(weight.name, batch);
      const columns = weight.shape[1];
      return rows ? takeRows(weight.values, { columns, rows }) : tf.tensor2d(weight.values, [weight.shape[0], columns]);
    });
    const input = { nodes: nodeFeatures(shape, features, batch), ...shownVectors(given.vectors, batch) };
    const differentiate = tf.valueAndGrads((...tensors: tf.Tensor[]) => {
      const map: TensorMap = Object.fromEntries(names.map((name, n) => [name, tensors[n] as tf.Tensor2D]));
      const loss = batchLoss(shape, map, input, batch);
      forward = performance.now();
      return loss;
    });
    return differentiate(values);
  });
  return withValues([value, ...grads], ([loss, ...gradients]) =>
    use({
      loss: loss?.[0] as number,
      gradients: new Map(names.map((name, n) => [name, gradients[n] as Float32Array])),
      forwardMs: forward - started,
      backwardMs: performance.now() - forward,
    }),
  );
}

/** [nodes, F]: the features of a batch's nodes; of cold ones what comes from content. */
function nodeFeatures(
  { featureDimension, contentColumns }: ModelShape,
  features: Float32Array,
  batch: TrainingBatch,
): tf.Tensor2D {
  const hideSaves = (rows: Float32Array): void => {
    for (const node of batch.coldNodes) {
      for (let c = 0; c < featureDimension; c++) if (contentColumns[c] === 0) rows[node * featureDimension + c] = 0;
    }
  };
  return takeRows(features, { columns: featureDimension, rows: batch.nodes, adjust: hideSaves });
}

/** What a batch reads that does not learn. */
interface BatchInput {
  /** [nodes, F] */
  readonly nodes: tf.Tensor2D;
  /** [queries, columns], summed over each query's pins: what follows is linear. */
  readonly queryVectors?: tf.Tensor2D;
  /** [candidates, columns] */
  readonly targetVectors?: tf.Tensor2D;
}

/** Columns of content of a batch's pins. */
function shownVectors(vectors: PinColumns | undefined, batch: TrainingBatch): Omit<BatchInput, 'nodes'> {
  if (!vectors) return {};
  const { columns, values } = vectors;
  const inputs = takeRows(values, { columns, rows: batch.inputPins });
  return {
    queryVectors: poolRows(inputs, batch.inputs),
    targetVectors: takeRows(values, { columns, rows: batch.candidates }),
  };
}

/** The loss as TF.js differentiates it. */
function batchLoss(shape: ModelShape, weights: TensorMap, input: BatchInput, batch: TrainingBatch): tf.Scalar {
  const vectors = batchVectors(shape, weights, input, batch);
  const chances = tf.add<tf.Tensor1D>(vector(weights['row.bias']), tf.tensor1d(batch.correction)); // [candidates]
  const scores = scoreTargets(vectors, { logitScale: logitScales(shape, batch), bias: chances });
  const adjusted = addEntries(scores, rowTensors(batch.exceptions));
  if (shape.loss === 'binary') {
    const sum = binaryCrossEntropy(adjusted, rowTensors(batch.targets));
    return tf.div(sum, batch.queryCount);
  }
  const { offsets, neighbors, weights: counts } = batch.targets;
  return softmaxCrossEntropy(adjusted, indices(offsets), indices(neighbors), tf.tensor1d(counts as Float32Array));
}

/** Query vectors [queries, dimension] and target vectors [candidates, dimension] of a batch, not yet at unit length. */
function batchVectors(
  shape: ModelShape,
  weights: TensorMap,
  { nodes, queryVectors, targetVectors }: BatchInput,
  batch: TrainingBatch,
): { queries: tf.Tensor2D; targets: tf.Tensor2D } {
  const inputs: tf.Tensor2D[] = []; // [input pins, dimension] each
  const queries: tf.Tensor2D[] = [];
  const targets: tf.Tensor2D[] = [];
  if (shape.learnIds) {
    inputs.push(poolRows(weights['row.query'] as tf.Tensor2D, batch.queryPool.rows));
    targets.push(poolRows(weights['row.target'] as tf.Tensor2D, batch.targetPool.rows));
  }
  if (batch.queryTerms && batch.targetTerms) {
    inputs.push(poolRows(weights['term.query'] as tf.Tensor2D, batch.queryTerms.rows));
    targets.push(poolRows(weights['term.target'] as tf.Tensor2D, batch.targetTerms.rows));
  }
  if (inputs.length > 0) queries.push(poolRows(tf.addN(inputs), batch.inputs));
  if (queryVectors && targetVectors) {
    queries.push(timesColumns(queryVectors, weights['term.query'] as tf.Tensor2D));
    targets.push(timesColumns(targetVectors, weights['term.target'] as tf.Tensor2D));
  }
  if (shape.layers > 0) {
    const hidden = encode(shape, weights, nodes, batch.layers); // [nodes of the last layer, hidden]
    const inputRows: CompressedRows = {
      offsets: batch.inputs.offsets,
      neighbors: batch.inputs.neighbors.map((pin) => batch.inputNodes[pin] as number),
    };
    // The head is linear, so a board's pins are summed before it, not after.
    queries.push(queryHead(shape, weights, poolRows(hidden, inputRows)));
    const candidates = gatherRows(hidden, indices(batch.candidateNodes));
    targets.push(tf.matMul(candidates, weights['head.target'] as tf.Tensor2D));
  }
  return { queries: tf.addN(queries), targets: tf.addN(targets) };
}

/** Columns of content times their rows, which end the table of terms: [M, columns] x [columns, dimension]. */
function timesColumns(vectors: tf.Tensor2D, terms: tf.Tensor2D): tf.Tensor2D {
  const [count, dimension] = [vectors.shape[1], terms.shape[1]];
  return tf.matMul(vectors, tf.slice(terms, [terms.shape[0] - count, 0], [count, dimension]));
}

/** What each query's cosines count, by how many pins it is the sum of: [queries, 1]. */
function logitScales(shape: ModelShape, { queryCount, inputs }: TrainingBatch): tf.Tensor2D {
  const values = Float32Array.from({ length: queryCount }, (_, n) => logitScaleOf(degree(inputs, n), shape));
  return tf.tensor2d(values, [queryCount, 1]);
}

/** `cos(query, target) * logitScale + bias`: [queries, candidates]. */
function scoreTargets(
  { queries, targets }: { queries: tf.Tensor2D; targets: tf.Tensor2D },
  { logitScale, bias }: { logitScale: tf.Tensor2D; bias: tf.Tensor1D },
): tf.Tensor2D {
  const sharpened = tf.mul<tf.Tensor2D>(l2Normalize(queries), logitScale);
  return dense(sharpened, l2Normalize(targets), { bias, transposeW: true });
}

/** K convolutions and the shared part of the heads: [nodes of the last layer, hidden]. */
export function encode(
  shape: Pick<ModelShape, 'pooling'>,
  weights: TensorMap,
  input: tf.Tensor2D,
  layers: readonly { rowCount: number; neighborhoods: CompressedRows }[],
): tf.Tensor2D {
  let rows = input;
  layers.forEach(({ neighborhoods }, layer) => {
    rows = combine(weights, layer, rows, neighborPart(shape, weights, { layer, rows, neighborhoods })); // [rowCount, hidden]
  });
  return denseRelu(rows, weights['head.G1'] as tf.Tensor2D, vector(weights['head.g']));
}

/** `poolNeighbors` of `projectNeighbors`, as one operation where there is one. */
function neighborPart(
  shape: Pick<ModelShape, 'pooling'>,
  weights: TensorMap,
  { layer, rows, neighborhoods }: { layer: number; rows: tf.Tensor2D; neighborhoods: CompressedRows },
): tf.Tensor2D {
  if (shape.pooling === 'max') return poolNeighbors(shape, projectNeighbors(weights, layer, rows), neighborhoods);
  const [Q, q] = [weights[`layer${layer}.Q`] as tf.Tensor2D, vector(weights[`layer${layer}.q`])];
  return densePool(rows, Q, q, rowTensors(neighborhoods));
}

/** `ReLU(Q h + q)` of every row. */
export function projectNeighbors(weights: TensorMap, layer: number, rows: tf.Tensor2D): tf.Tensor2D {
  return denseRelu(rows, weights[`layer${layer}.Q`] as tf.Tensor2D, vector(weights[`layer${layer}.q`]));
}

/** `ReLU(W [self ; pooled] + w)` at unit length; the rows of `pooled` go with the first rows of `self`. */
export function combine(weights: TensorMap, layer: number, self: tf.Tensor2D, pooled: tf.Tensor2D): tf.Tensor2D {
  return convolve(self, pooled, weights[`layer${layer}.W`] as tf.Tensor2D, vector(weights[`layer${layer}.w`]));
}

/** The network's part of query vectors, at the scale of learned query rows where there are any. */
export function queryHead(shape: ModelShape, weights: TensorMap, hidden: tf.Tensor2D): tf.Tensor2D {
  const vectors: tf.Tensor2D = tf.matMul(hidden, weights['head.query'] as tf.Tensor2D);
  return shape.learnIds ? tf.mul<tf.Tensor2D>(vectors, QUERY_ROW_SCALE) : vectors;
}

/** The neighborhoods' part of a convolution: [rows of `neighborhoods`, hidden]. */
export function poolNeighbors(
  { pooling }: Pick<ModelShape, 'pooling'>,
  projected: tf.Tensor2D,
  neighborhoods: CompressedRows,
): tf.Tensor2D {
  return pooling === 'max' ? maxPool(projected, neighborhoods) : poolRows(projected, neighborhoods);
}

/** Importance pooling of rows [N, D] by compressed rows over them, M of them: [M, D]. */
export function poolRows(rows: tf.Tensor2D, neighborhoods: CompressedRows): tf.Tensor2D {
  const { offsets, neighbors, weights } = rowTensors(neighborhoods);
  return importancePool(rows, offsets, neighbors, weights);
}

function rowTensors({
  offsets,
  neighbors,
  weights,
}: CompressedRows): Record<'offsets' | 'neighbors' | 'weights', tf.Tensor1D> {
  const shares = weights ? tf.tensor1d(weights) : tf.ones<tf.Rank.R1>([neighbors.length]);
  return { offsets: indices(offsets), neighbors: indices(neighbors), weights: shares };
}

function vector(bias: tf.Tensor2D | undefined): tf.Tensor1D {
  return tf.reshape<tf.Rank.R1>(bias as tf.Tensor2D, [(bias as tf.Tensor2D).size]);
}

function indices(rows: Uint32Array): tf.Tensor1D {
  return tf.tensor1d(new Int32Array(rows.buffer, rows.byteOffset, rows.length), 'int32');
}
