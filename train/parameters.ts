/**
 * What learns, and Adam: weights live in plain typed arrays and become tensors for one step at a time.
 *
 * So one optimizer serves the network and the rows, a checkpoint is the arrays, and no backend holds state between steps.
 * Source: Kingma and Ba 2015 (Adam). Differs: rows that a step did not touch keep their moments as they are.
 */

/** One array that learns, with its Adam moments. */
export interface Parameter {
  readonly name: string;
  /** [rows, columns] */
  readonly shape: readonly [number, number];
  /** Row-major. */
  readonly values: Float32Array;
  /** Running mean of the gradient, parallel to `values`. */
  readonly mean: Float32Array;
  /** Running mean of the squared gradient. */
  readonly square: Float32Array;
}

/** Makes a parameter of `values`, its moments zero. */
export function parameter(name: string, shape: readonly [number, number], values: Float32Array): Parameter {
  return { name, shape, values, mean: new Float32Array(values.length), square: new Float32Array(values.length) };
}

/** Adam's constants; quality of the learned rows asks for the shorter memory of squares. */
const MEAN_DECAY = 0.9;
const SQUARE_DECAY = 0.99;
const EPSILON = 1e-8;

/**
 * One Adam step in place.
 *
 * @param target  [R, C]
 * @param gradient  [touched rows, C] row-major
 * @param options.step  1-based, for the bias correction
 * @param options.rows  which row each gradient row belongs to, each at most once; default: all rows in order
 *
 * Cost: O(gradient). Same input, same bytes.
 */
export function adamStep(
  target: Parameter,
  gradient: Float32Array,
  options: { rate: number; step: number; rows?: Uint32Array },
): void {
  const { values, mean, square } = target;
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
