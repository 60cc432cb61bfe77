/**
 * Layer-wise inference: every pin's vectors, each layer of each pin computed once.
 *
 * Source: Ying et al. 2018 (PinSage), section 3.4: a layer is finished for all nodes before the next begins, so shared
 * neighborhoods are not computed again and again. Differs: on one machine, in chunks of rows, instead of MapReduce.
 */
import * as tf from '@tensorflow/tfjs-core';
import { type CompressedRows, rowsOf } from '../../graph/compressed-rows.js';
import type { ContentTerms, PinColumns } from '../content/content-terms.js';
import { gather, normalizeRows } from '../kernels/matrix-rows.js';
import { denseRelu, takeRows } from '../kernels/ops.js';
import type { Parameter } from '../kernels/parameters.js';
import { readAndDispose } from '../kernels/read-tensors.js';
import { combine, poolNeighbors, poolRows, projectNeighbors, queryHead, type TensorMap } from './model.js';
import { poolingRows, termRows, type PooledRows } from './pooled-rows.js';
import { RowIndex } from './row-index.js';
import { isTable, type ModelShape, type Weights } from './weights.js';

/** Vectors of all pins, row-major. */
export interface PinEmbeddings {
  readonly dimension: number;
  /** [P, dimension] what a pin adds to a query; zero for a pin nothing is known of: no feature, no neighborhood, no learned row. */
  readonly query: Float32Array;
  /** [P, dimension] at unit length, or zero. */
  readonly target: Float32Array;
  /** [P, 1] */
  readonly bias: Float32Array;
}

/** Rows computed at a time; bounds memory, does not change results. */
const CHUNK_ROWS = 4096;

/**
 * Embeds all pins of a graph, those the weights were not trained on included.
 *
 * @param features  [P, F] row-major; empty where there is no network to read them
 * @param neighborhoods  importance neighborhoods of the graph to embed, P rows
 * @param poolWeight  as in training
 * @param terms  as in training; P rows
 *
 * Cost: O(P * (T + F + hidden) * hidden) a layer; memory three [P, hidden] arrays and the result.
 */
export async function embedPins(
  shape: ModelShape,
  weights: Weights,
  graphInputs: {
    features: Float32Array;
    neighborhoods: CompressedRows;
    poolWeight: number;
    terms?: ContentTerms | undefined;
  },
): Promise<PinEmbeddings> {
  const { features, neighborhoods, poolWeight, terms } = graphInputs;
  const { pinCount, dimension } = shape;
  const vectorsOf = async (side: 'query' | 'target'): Promise<Float32Array> => {
    const vectors = new Float32Array(pinCount * dimension);
    const rows = weights.get(`row.${side}`);
    const index = new RowIndex(pinCount);
    const source = { neighborhoods, poolWeight };
    const options = { index, cold: new Set<number>() };
    if (rows) await addPooled(vectors, rows, (pins) => poolingRows(source, pins, options));
    const termTable = weights.get(`term.${side}`);
    if (!termTable || !terms) return vectors;
    const termIndex = new RowIndex(terms.termCount);
    await addPooled(vectors, termTable, (pins) => termRows(terms, pins, termIndex));
    if (terms.vectors) await addProducts(vectors, termTable, terms.vectors);
    return vectors;
  };
  const [query, target] = [await vectorsOf('query'), await vectorsOf('target')];
  if (shape.layers > 0) {
    // The network's biases give even an unknown pin a vector; it would pass for knowledge.
    const isKnown = knownPins(features, neighborhoods, pinCount);
    const network = await encodeAll(shape, weights, features, neighborhoods);
    addRows(query, network.query, isKnown);
    addRows(target, network.target, isKnown);
  }
  normalizeRows(target, dimension);
  return { dimension, query, target, bias: (weights.get('row.bias')?.values ?? new Float32Array(pinCount)).slice() };
}

/** Adds what every pin pools of a table: [P, dimension]. */
async function addPooled(
  vectors: Float32Array,
  { values, shape: [, dimension] }: Parameter,
  pooled: (pins: Uint32Array) => PooledRows,
): Promise<void> {
  const sums = await inChunks(vectors.length / dimension, dimension, (pins) => {
    const { table, rows } = pooled(pins);
    return poolRows(takeRows(values, { columns: dimension, rows: table }), rows);
  });
  addAll(vectors, sums.values);
}

/** Adds what every pin has of columns, by the last rows of the table: [P, dimension]. */
async function addProducts(
  vectors: Float32Array,
  { values, shape: [height, dimension] }: Parameter,
  { columns, values: shares }: PinColumns,
): Promise<void> {
  const columnRows = tf.tensor2d(values.subarray((height - columns) * dimension), [columns, dimension]);
  const products = await inChunks(vectors.length / dimension, dimension, (pins) =>
    tf.matMul<tf.Tensor2D>(takeRows(shares, { columns, rows: pins }), columnRows),
  ).finally(() => columnRows.dispose());
  addAll(vectors, products.values);
}

function addAll(to: Float32Array, values: Float32Array): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + (values[i] as number);
}

/** The network's part of all query and target vectors, [P, dimension] each. */
async function encodeAll(
  shape: ModelShape,
  weights: Weights,
  features: Float32Array,
  neighborhoods: CompressedRows,
): Promise<{ query: Float32Array; target: Float32Array }> {
  const { pinCount, layers, hiddenDimension } = shape;
  const map: TensorMap = {};
  for (const [name, { shape: size, values }] of weights) if (!isTable(name)) map[name] = tf.tensor2d(values, [...size]);
  try {
    const index = new RowIndex(pinCount);
    let rows = { values: features, columns: shape.featureDimension };
    for (let layer = 0; layer < layers; layer++) {
      const below = rows;
      const projected = await inChunks(pinCount, hiddenDimension, (pins) =>
        projectNeighbors(map, layer, rowsTensor(below, pins)),
      );
      rows = await inChunks(pinCount, hiddenDimension, (pins) => {
        const local = rowsOf(neighborhoods, pins);
        const table = index.distinct([local.neighbors]);
        const near = rowsTensor(projected, table);
        const renumbered = { ...local, neighbors: index.rowsIn(table, local.neighbors) };
        const pooled = poolNeighbors(shape, near, renumbered);
        return combine(map, layer, rowsTensor(below, pins), pooled);
      });
    }
    const top = rows;
    const hidden = (pins: Uint32Array): tf.Tensor2D => {
      const bias = tf.reshape<tf.Rank.R1>(map['head.g'] as tf.Tensor2D, [hiddenDimension]);
      return denseRelu(rowsTensor(top, pins), map['head.G1'] as tf.Tensor2D, bias);
    };
    const query = await inChunks(pinCount, shape.dimension, (pins) => queryHead(shape, map, hidden(pins)));
    const target = await inChunks(pinCount, shape.dimension, (pins) =>
      tf.matMul(hidden(pins), map['head.target'] as tf.Tensor2D),
    );
    return { query: query.values, target: target.values };
  } finally {
    tf.dispose(map);
  }
}

function rowsTensor({ values, columns }: { values: Float32Array; columns: number }, pins: Uint32Array): tf.Tensor2D {
  return tf.tensor2d(gather(values, columns, pins), [pins.length, columns]);
}

/** Computes rows of all pins, a chunk at a time: [pinCount, columns]. */
async function inChunks(
  pinCount: number,
  columns: number,
  compute: (pins: Uint32Array) => tf.Tensor2D,
): Promise<{ values: Float32Array; columns: number }> {
  const values = new Float32Array(pinCount * columns);
  for (let from = 0; from < pinCount; from += CHUNK_ROWS) {
    const pins = Uint32Array.from({ length: Math.min(CHUNK_ROWS, pinCount - from) }, (_, n) => from + n);
    const [rows] = await readAndDispose([tf.tidy(() => compute(pins))]);
    values.set(rows ?? [], from * columns);
  }
  return { values, columns };
}

/** For each pin whether something is known of it: a feature that is not 0, or a neighbor. */
function knownPins(features: Float32Array, { offsets }: CompressedRows, pinCount: number): boolean[] {
  const columns = features.length / pinCount;
  return Array.from({ length: pinCount }, (_, pin) => {
    if (offsets[pin] !== offsets[pin + 1]) return true;
    return features.subarray(pin * columns, (pin + 1) * columns).some((value) => value !== 0);
  });
}

function addRows(to: Float32Array, values: Float32Array, isKnown: readonly boolean[]): void {
  const columns = to.length / isKnown.length;
  isKnown.forEach((known, row) => {
    if (!known) return;
    for (let i = row * columns; i < (row + 1) * columns; i++) to[i] = (to[i] as number) + (values[i] as number);
  });
}
