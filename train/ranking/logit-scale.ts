/**
 * How much cosines count in a logit: `cos * logitScale + bias`. Shared by training and ranking, which must agree.
 */

/** What the cosines of a model are multiplied by. */
export interface LogitScale {
  /** Of a query of `USUAL_SIZE` pins: 1 / temperature. */
  readonly temperature: number;
  /** The more pins a query is the sum of, the surer its vector is; 0: all queries alike. */
  readonly querySizePower: number;
}

/** Where `querySizePower` changes nothing: half of the median board of the data sets it was measured on, since training withholds half. */
const USUAL_SIZE = 8;

/** `(size / 8)^querySizePower / temperature`, for a query of `size` pins (at least 1). */
export function logitScaleOf(size: number, { temperature, querySizePower }: LogitScale): number {
  return (Math.max(size, 1) / USUAL_SIZE) ** querySizePower / temperature;
}
