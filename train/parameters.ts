/**
 * What learns, and how: weights live in plain typed arrays and become tensors for one step at a time.
 *
 * So one optimizer serves the network and the rows, a checkpoint is the arrays, and no backend holds state between steps. The
 * arrays lie in shared memory: all trainers of a run read them, each changes rows of its own.
 */
import { shared, sharedFloats } from './shared-memory.js';

/**
 * `adam` keeps two numbers a weight and moves each by its own history; `adagrad` keeps one a row and moves the row as a whole, so
 * that a table takes a third of the memory.
 */
export type Optimizer = 'adam' | 'adagrad';

/** One array that learns, with what its optimizer keeps. */
export interface Parameter {
  readonly name: string;
  /** [rows, columns] */
  readonly shape: readonly [number, number];
  readonly optimizer: Optimizer;
  /** Row-major. */
  readonly values: Float32Array;
  /** adam: running means of the gradient and of its square, each parallel to `values`; adagrad: a sum of squares a row. */
  readonly slots: readonly Float32Array[];
}

/** Makes a parameter of `values`, its slots zero. `values` is copied unless its memory is shared. */
export function parameter(
  name: string,
  shape: readonly [number, number],
  values: Float32Array,
  optimizer: Optimizer = 'adam',
): Parameter {
  const slots = slotLengths(optimizer, shape).map(sharedFloats);
  return { name, shape, optimizer, values: shared(values), slots };
}

/** How many numbers each slot of a parameter holds. */
export function slotLengths(optimizer: Optimizer, [rows, columns]: readonly [number, number]): number[] {
  return optimizer === 'adam' ? [rows * columns, rows * columns] : [rows];
}

/** A step's rate, and which rows a gradient is of. */
export interface StepOptions {
  readonly rate: number;
  /** 1-based, for Adam's bias correction. */
  readonly step: number;
  /** Which row each gradient row belongs to, each at most once; default: all rows in order. */
  readonly rows?: Uint32Array | undefined;
}

/**
 * One step of the parameter's own optimizer, in place.
 *
 * @param gradient  [touched rows, columns] row-major
 *
 * Cost: O(gradient); of a table's 10,000 rows of 256 numbers adam takes 24 ms, adagrad 12. Same input, same bytes.
 */
export function optimizerStep(target: Parameter, gradient: Float32Array, options: StepOptions): void {
  (target.optimizer === 'adam' ? adamStep : adagradStep)(target, gradient, options);
}

/** Adam's constants; quality of the learned rows asks for the shorter memory of squares. */
const MEAN_DECAY = 0.9;
const SQUARE_DECAY = 0.99;
const EPSILON = 1e-8;

/**
 * Source: Kingma and Ba 2015 (Adam). Differs: rows that a step did not touch keep their moments as they are.
 *
 * @param target  of optimizer `adam`
 */
export function adamStep(target: Parameter, gradient: Float32Array, options: StepOptions): void {
  const { values, slots } = target;
  const [mean, square] = slots as [Float32Array, Float32Array];
  const columns = target.shape[1];
  const { rate, step, rows } = options;
  const scale = (rate * Math.sqrt(1 - SQUARE_DECAY ** step)) / (1 - MEAN_DECAY ** step);
  const count = rows ? rows.length : target.shape[0];
  for (let n = 0; n < count; n++) {
    const from = n * columns;
    const to = (rows ? (rows[n] as number) : n) * columns;
    for (let c = 0; c < columns; c++) {
      const g = gradient[from + c] as number;
      const m = MEAN_DECAY * (mean[to + c] as number) + (1 - MEAN_DECAY) * g;
      const s = SQUARE_DECAY * (square[to + c] as number) + (1 - SQUARE_DECAY) * g * g;
      mean[to + c] = m;
      square[to + c] = s;
      values[to + c] = (values[to + c] as number) - (scale * m) / (Math.sqrt(s) + EPSILON);
    }
  }
}

/**
 * `sum_r += mean_c g_rc^2; value_rc -= rate g_rc / (sqrt(sum_r) + 1e-10)`.
 *
 * Source: Duchi et al. 2011 (Adagrad), one sum a row as in Mudigere et al. 2022 (embedding tables of DLRM, section 4.1.4).
 *
 * @param target  of optimizer `adagrad`
 */
export function adagradStep(target: Parameter, gradient: Float32Array, { rate, rows }: StepOptions): void {
  const { values, slots } = target;
  const [sums] = slots as [Float32Array];
  const columns = target.shape[1];
  const count = rows ? rows.length : target.shape[0];
  for (let n = 0; n < count; n++) {
    const row = rows ? (rows[n] as number) : n;
    const from = n * columns;
    const to = row * columns;
    let [even, odd] = [0, 0]; // two sums, so that one addition need not wait for the other
    for (let c = 0; c + 1 < columns; c += 2) {
      even += (gradient[from + c] as number) ** 2;
      odd += (gradient[from + c + 1] as number) ** 2;
    }
    if (columns % 2 === 1) even += (gradient[from + columns - 1] as number) ** 2;
    const sum = (sums[row] as number) + (even + odd) / columns;
    sums[row] = sum;
    const scale = rate / (Math.sqrt(sum) + 1e-10);
    for (let c = 0; c < columns; c++)
      values[to + c] = (values[to + c] as number) - scale * (gradient[from + c] as number);
  }
}
