/**
 * What the model learns: its weights, the shapes that fix them, and which rows of its tables a batch touches.
 */
import { randomNormal, randomStream } from '../../data/random.js';
import type { Optimizer } from '../kernels/optimizers.js';
import { parameter, type Parameter } from '../kernels/parameters.js';
import type { LogitScale } from '../ranking/logit-scale.js';
import type { TrainingBatch } from './batches.js';

/** Sizes that fix the shape of every weight. */
export interface ModelShape extends LogitScale {
  readonly pinCount: number;
  /** F: width of the input features; 0 when there are no layers. */
  readonly featureDimension: number;
  /** [F]: 1 for columns of content, 0 for those that come from saves and are hidden where a pin is shown by its content alone. */
  readonly contentColumns: Uint8Array;
  readonly layers: number;
  readonly hiddenDimension: number;
  readonly dimension: number;
  readonly learnIds: boolean;
  /** Rows of terms that learn; 0 where content does not learn, or there is none. */
  readonly termCount: number;
  /** How a convolution pools: `max` elementwise, the other two by the neighborhoods' weights. */
  readonly pooling: 'importance' | 'mean' | 'max';
  readonly loss: 'softmax' | 'binary';
}

/**
 * All weights by name: `row.query`, `row.target`, `row.bias` have a row per pin, `term.query` and `term.target` one per term, all others
 * are the network's.
 */
export type Weights = ReadonlyMap<string, Parameter>;

/**
 * Draws a network's first weights (He et al. 2015 for ReLU layers) and makes row tables of the values given.
 *
 * @param rows.query, rows.target  [P, dimension] first values of the learned rows; read only with `learnIds`
 * @param rows.bias  [P] first values of the biases
 * @param rows.term  [termCount, dimension] first values of both tables of terms; read only where there are terms
 * @param options.rowOptimizer  what rows and biases learn by, default adam; the network learns by adam
 */
export function createWeights(
  shape: ModelShape,
  rows: { query: Float32Array; target: Float32Array; bias: Float32Array; term?: Float32Array | undefined },
  { seed, rowOptimizer = 'adam' }: { seed: number; rowOptimizer?: Optimizer },
): Weights {
  const weights = new Map<string, Parameter>();
  const add = (name: string, size: readonly [number, number], values: Float32Array): void => {
    const optimizer = isTable(name) ? rowOptimizer : 'adam';
    weights.set(name, parameter(name, size, values, { optimizer }));
  };
  const dense = (name: string, size: readonly [number, number], gain = 2): void => {
    const random = randomStream(seed, 'weights', name);
    const scale = Math.sqrt(gain / size[0]);
    add(
      name,
      size,
      Float32Array.from({ length: size[0] * size[1] }, () => scale * randomNormal(random)),
    );
  };
  const { pinCount, termCount, featureDimension, layers, hiddenDimension, dimension } = shape;
  for (let layer = 0, width = featureDimension; layer < layers; layer++, width = hiddenDimension) {
    dense(`layer${layer}.Q`, [width, hiddenDimension]);
    add(`layer${layer}.q`, [1, hiddenDimension], new Float32Array(hiddenDimension));
    dense(`layer${layer}.W`, [width + hiddenDimension, hiddenDimension]);
    add(`layer${layer}.w`, [1, hiddenDimension], new Float32Array(hiddenDimension));
  }
  if (layers > 0) {
    dense('head.G1', [hiddenDimension, hiddenDimension]);
    add('head.g', [1, hiddenDimension], new Float32Array(hiddenDimension));
    dense('head.query', [hiddenDimension, dimension], 1);
    dense('head.target', [hiddenDimension, dimension], 1);
  }
  if (shape.learnIds) {
    add('row.query', [pinCount, dimension], rows.query);
    add('row.target', [pinCount, dimension], rows.target);
  }
  add('row.bias', [pinCount, 1], rows.bias);
  if (termCount > 0 && rows.term)
    for (const name of ['term.query', 'term.target']) add(name, [termCount, dimension], rows.term);
  return weights;
}

/** Whether a parameter is a table of rows of pins or terms, and not the network's. */
export function isTable(name: string): boolean {
  return name.startsWith('row.') || name.startsWith('term.');
}

/** Which rows of a table a batch touches; undefined for the network's weights, which it touches whole. */
export function touchedRows(name: string, batch: TrainingBatch): Uint32Array | undefined {
  if (name === 'row.query') return batch.queryPool.table;
  if (name === 'row.target') return batch.targetPool.table;
  if (name === 'term.query') return batch.queryTerms?.table;
  if (name === 'term.target') return batch.targetTerms?.table;
  if (name === 'row.bias') return batch.candidates;
  return undefined;
}
