/**
 * Passes scores on from pins with saves to pins without that are about the same.
 *
 * Source: item cold start by content neighbors (Gantner et al. 2010, kNN mapping). Differs: the scores are mapped, whichever
 * they are, not the factors of one model.
 */
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { type CompressedRows, degree } from '../../graph/compressed-rows.js';
import { topPins } from './score-rows.js';

/** Neighbors a pin has, and the power on their cosines; of 40, 80, 150 and 1, 2, 3 these were best (spec/decisions.md). */
const NEIGHBORS = 80;
const POWER = 2;
/** Pins whose content is compared at a time. */
const BATCH = 64;

/**
 * The pins with saves that are nearest to each pin without, by content.
 *
 * @param cold  rows of pins without saves
 * @param contentOf  for some pins, content scores of all P pins: [pins, P]
 * @returns P rows, empty for pins with saves; weights are squared scores, divided by their sum in the row
 *
 * Cost: content scores of each row of `cold`.
 */
export function contentNeighbors(
  graph: BipartiteGraph,
  cold: Uint32Array,
  contentOf: (pins: Uint32Array) => Float32Array,
): CompressedRows {
  const { pinCount } = graph;
  const offsets = new Uint32Array(pinCount + 1);
  const neighbors = new Uint32Array(cold.length * NEIGHBORS);
  const weights = new Float32Array(cold.length * NEIGHBORS);
  let length = 0;
  for (let from = 0; from < cold.length; from += BATCH) {
    const pins = cold.subarray(from, from + BATCH);
    const scores = contentOf(pins);
    pins.forEach((pin, n) => {
      const own = scores.subarray(n * pinCount, (n + 1) * pinCount);
      const isNone = (other: number): boolean => (own[other] as number) <= 0 || degree(graph.boardsOfPin, other) === 0;
      const nearest = topPins(own, NEIGHBORS, isNone);
      const shares = nearest.scores.map((score) => score ** POWER);
      const total = shares.reduce((sum, share) => sum + share, 0);
      neighbors.set(nearest.pins, length);
      weights.set(
        shares.map((share) => share / total),
        length,
      );
      length += nearest.pins.length;
      offsets[pin + 1] = length;
    });
  }
  for (let pin = 0; pin < pinCount; pin++)
    offsets[pin + 1] = Math.max(offsets[pin + 1] as number, offsets[pin] as number);
  return { offsets, neighbors: neighbors.slice(0, length), weights: weights.slice(0, length) };
}

/** Writes `sum over neighbors n of weight_n scores_n` for every row with neighbors; others keep what they have. */
export function passOn({ offsets, neighbors, weights }: CompressedRows, scores: Float32Array, out: Float32Array): void {
  for (let pin = 0; pin < out.length; pin++) {
    const to = offsets[pin + 1] as number;
    let sum = 0;
    for (let i = offsets[pin] as number; i < to; i++)
      sum += ((weights as Float32Array)[i] as number) * (scores[neighbors[i] as number] as number);
    if (to > (offsets[pin] as number)) out[pin] = sum;
  }
}
