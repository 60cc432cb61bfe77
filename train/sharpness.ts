/**
 * How much cosines count in a logit: `cos * sharpness + bias`. Shared by training and ranking, which must agree.
 */

/** What the cosines of a model are multiplied by. */
export interface Sharpness {
  /** Of a query of `USUAL_SIZE` pins: 1 / temperature. */
  readonly temperature: number;
  /** The more pins a query has, the surer its vector is; 0: all queries alike. */
  readonly sizePower: number;
}

/** Where `sizePower` changes nothing: about the median board of the data sets it was measured on. */
const USUAL_SIZE = 16;

/** `(size / 16)^sizePower / temperature`, for a query of `size` pins (at least 1). */
export function sharpnessOf(size: number, { temperature, sizePower }: Sharpness): number {
  return (Math.max(size, 1) / USUAL_SIZE) ** sizePower / temperature;
}
