/**
 * The optimizers: what each keeps of a table, its step by a SIMD kernel, and the same step in plain TypeScript, its reference.
 */
import type { BlockAt, Kernels } from './module.js';

/** A step's rate, and which rows a gradient is of. */
export interface StepOptions {
  readonly rate: number;
  /** 1-based, for Adam's bias correction. */
  readonly step: number;
  /** Which row each gradient row belongs to, each at most once; default: all rows in order. */
  readonly rows?: Uint32Array | undefined;
}

/** Arrays of a table as an optimizer changes them. */
export interface OptimizedTable {
  /** [rows, columns] */
  readonly shape: readonly [number, number];
  /** Row-major. */
  readonly values: Float32Array;
  readonly slots: readonly Float32Array[];
}

interface OptimizerKind {
  /** How many numbers each slot of a table holds. */
  slotLengths(shape: readonly [number, number]): number[];
  /**
   * A step on a block of rows.
   *
   * @param at  addresses of values and slots
   */
  stepBlock(kernels: Kernels, at: readonly number[], block: BlockAt, options: StepOptions): void;
  /**
   * A step on a table, in place.
   *
   * @param gradient  [touched rows, columns] row-major
   */
  step(table: OptimizedTable, gradient: Float32Array, options: StepOptions): void;
}

/** Adam's constants; quality of the learned rows asks for the shorter memory of squares. */
const MEAN_DECAY = 0.9;
const SQUARE_DECAY = 0.99;
const ADAM_EPSILON = 1e-8;
const ADAGRAD_EPSILON = 1e-10;

/**
 * Keeps running means of the gradient and of its square, each parallel to the values.
 *
 * Source: Kingma and Ba 2015 (Adam). Differs: rows that a step did not touch keep their means as they are.
 */
const adam: OptimizerKind = {
  slotLengths: ([rows, columns]) => [rows * columns, rows * columns],
  stepBlock(kernels, at, block, options) {
    const [values, mean, square] = at as [number, number, number];
    kernels.adam(values, mean, square, ...block, adamRate(options), MEAN_DECAY, SQUARE_DECAY, ADAM_EPSILON);
  },
  step({ values, slots, shape: [rowCount, columns] }, gradient, options) {
    const [mean, square] = slots as [Float32Array, Float32Array];
    const { rows } = options;
    const rate = adamRate(options);
    const count = rows ? rows.length : rowCount;
    for (let n = 0; n < count; n++) {
      const from = n * columns;
      const to = (rows ? (rows[n] as number) : n) * columns;
      for (let c = 0; c < columns; c++) {
        const g = gradient[from + c] as number;
        const m = MEAN_DECAY * (mean[to + c] as number) + (1 - MEAN_DECAY) * g;
        const s = SQUARE_DECAY * (square[to + c] as number) + (1 - SQUARE_DECAY) * g * g;
        mean[to + c] = m;
        square[to + c] = s;
        values[to + c] = (values[to + c] as number) - (rate * m) / (Math.sqrt(s) + ADAM_EPSILON);
      }
    }
  },
};

/** The rate with both corrections for means that began at zero. */
function adamRate({ rate, step }: StepOptions): number {
  return (rate * Math.sqrt(1 - SQUARE_DECAY ** step)) / (1 - MEAN_DECAY ** step);
}

/**
 * Keeps a sum a row: `sum_r += mean_c g_rc^2; value_rc -= rate g_rc / (sqrt(sum_r) + 1e-10)`.
 *
 * Source: Duchi et al. 2011 (Adagrad), one sum a row as in Mudigere et al. 2022 (embedding tables of DLRM, section 4.1.4).
 */
const adagrad: OptimizerKind = {
  slotLengths: ([rows]) => [rows],
  stepBlock(kernels, at, block, { rate }) {
    const [values, sums] = at as [number, number];
    kernels.adagrad(values, sums, ...block, rate, ADAGRAD_EPSILON);
  },
  step({ values, slots, shape: [rowCount, columns] }, gradient, { rate, rows }) {
    const [sums] = slots as [Float32Array];
    const count = rows ? rows.length : rowCount;
    for (let n = 0; n < count; n++) {
      const row = rows ? (rows[n] as number) : n;
      const from = n * columns;
      const to = row * columns;
      let squares = 0;
      for (let c = 0; c < columns; c++) squares += (gradient[from + c] as number) ** 2;
      const sum = (sums[row] as number) + squares / columns;
      sums[row] = sum;
      const scale = rate / (Math.sqrt(sum) + ADAGRAD_EPSILON);
      for (let c = 0; c < columns; c++)
        values[to + c] = (values[to + c] as number) - scale * (gradient[from + c] as number);
    }
  },
};

/**
 * `adam` keeps two numbers a weight and moves each by its own history; `adagrad` keeps one a row and moves the row as a whole, so
 * that a table takes a third of the memory.
 */
export const optimizers = { adam, adagrad } as const;
/** The name of an optimizer. */
export type Optimizer = keyof typeof optimizers;
