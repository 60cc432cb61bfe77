/**
 * One layer of embedding: a pin's own vector plus its neighborhood's, weighted, brought to length 1.
 *
 * The first layer starts from random vectors, each from the seed and the pin's row alone, so no child needs a table for it; every
 * further one from the file of the layer below, which must fit on a machine (the resident mapper).
 *
 * Source: Chen et al. 2019 (FastRP): vectors that are random projections of powers of a graph's transition matrix, entries sqrt(3),
 * 0, -sqrt(3) with chances 1/6, 2/3, 1/6; Ying et al. 2018 (PinSage), section 3.3: inference layer by layer, as MapReduce.
 * Differs: the transitions are importance neighborhoods; a layer adds to the one below instead of being weighted beside it; nothing is
 * trained here.
 */
import { readFileSync } from 'node:fs';
import { PinwalkError } from '../../data/errors.js';
import { randomStream } from '../../data/random.js';
import { sharedFloats } from '../../data/shared-arrays.js';
import type { RowStage } from './row-stage.js';
import { integersOf, listsOf } from './table.js';

/** Neighborhoods to vectors. */
export const embeddingStage: RowStage<Float32Array | undefined> = {
  table: 'embeddings',
  load: ({ vectorFile }) => (vectorFile === undefined ? undefined : readVectors(vectorFile)),
  open: (below, { options: { dimension, seed } }) => {
    const startingVector = new Float32Array(dimension);
    const vectorOf = below
      ? (pin: number) => below.subarray(pin * dimension, (pin + 1) * dimension)
      : (pin: number) => fillStart(startingVector, seed, pin);
    return (rows) => {
      const pins = integersOf(rows, 'pin');
      const { offsets, values: neighbors } = listsOf(rows, 'neighbors');
      const { values: weights } = listsOf(rows, 'weights');
      const values = new Float32Array(pins.length * dimension);
      const sum = new Float64Array(dimension);
      pins.forEach((pin, n) => {
        sum.set(vectorOf(pin));
        for (let i = offsets[n] as number; i < (offsets[n + 1] as number); i++) {
          addScaled(sum, vectorOf(neighbors[i] as number), weights[i] as number);
        }
        const length = Math.sqrt(sum.reduce((total, value) => total + value * value, 0));
        for (let d = 0; d < dimension; d++) values[n * dimension + d] = length > 0 ? (sum[d] as number) / length : 0;
      });
      const ends = Int32Array.from({ length: pins.length + 1 }, (_, n) => n * dimension);
      return { rowCount: pins.length, columns: { pin: pins, vector: { offsets: ends, values } } };
    };
  },
};

/** Vectors of all pins from a file of float32, on shared memory. */
export function readVectors(file: string): Float32Array {
  const bytes = readFileSync(file);
  if (bytes.length % 4 !== 0) {
    const must = `embeddings: ${file} must hold 4 bytes a number`;
    throw new PinwalkError('INPUT_INVALID', `${must} (got ${bytes.length} bytes); run the layer below again`);
  }
  const values = sharedFloats(bytes.length / 4);
  new Uint8Array(values.buffer).set(bytes);
  return values;
}

function fillStart(vector: Float32Array, seed: number, pin: number): Float32Array {
  const random = randomStream(seed, 'embedding', pin);
  for (let d = 0; d < vector.length; d++) {
    const draw = random();
    vector[d] = draw < 1 / 6 ? Math.sqrt(3) : draw < 2 / 6 ? -Math.sqrt(3) : 0;
  }
  return vector;
}

function addScaled(sum: Float64Array, vector: Float32Array, weight: number): void {
  for (let d = 0; d < sum.length; d++) sum[d] = (sum[d] as number) + weight * (vector[d] as number);
}
