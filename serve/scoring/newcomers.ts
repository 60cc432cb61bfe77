/**
 * Pins that came after the training, beside scores that were made without them.
 *
 * A pin that no matrix has a row for is stood in for by pins that are like it (`stand-ins.ts`): it scores what they score, weighed. So
 * it is never above the best of them, and needs no training.
 */
import type { CompressedRows } from '../../graph/compressed-rows.js';
import { standardize, type RankedPins } from '../../train/ranking/score-rows.js';

/** What a thread is told of what happened since the generation. */
export interface LivePart {
  /** Exact walk of the query over the saves as they are now, of rows of the generation; those that are reached alone. */
  readonly walk: RankedPins;
  /** Rows of new pins, and by their place in `rows` the pins that stand in for each; weights sum to at most 1. */
  readonly newcomers: { readonly rows: Uint32Array; readonly standIns: CompressedRows };
}

/** The walk's scores as the fusion takes them: every pin's, divided by their standard deviation; zeros where nothing is reached. */
export function standardWalk({ walk }: LivePart, pinCount: number): Float32Array {
  const scores = new Float32Array(pinCount);
  walk.pins.forEach((pin, n) => (scores[pin] = walk.scores[n] as number));
  standardize(scores);
  return scores;
}

/** Scores of the generation's pins, and after them those of the newcomers. */
export function withNewcomers(scores: Float32Array, { newcomers }: LivePart): Float32Array {
  const { offsets, neighbors, weights } = newcomers.standIns;
  const all = new Float32Array(scores.length + newcomers.rows.length);
  all.set(scores);
  for (let n = 0; n < newcomers.rows.length; n++) {
    let sum = 0;
    for (let i = offsets[n] as number; i < (offsets[n + 1] as number); i++) {
      sum += (weights?.[i] ?? 1) * (scores[neighbors[i] as number] as number);
    }
    all[scores.length + n] = sum;
  }
  return all;
}

/** Places of a list over `withNewcomers` as rows. */
export function rowsOfPlaces(places: Uint32Array, pinCount: number, { newcomers }: LivePart): Uint32Array {
  return places.map((place) => (place < pinCount ? place : (newcomers.rows[place - pinCount] as number)));
}
