/**
 * What the evaluation asks of anything that recommends: a score for every pin.
 */
import type { Fallback } from '../ranking/recommend.js';

/**
 * A recommender under evaluation. A pin whose score does not reach it (`isReached`: 0, NaN, -Infinity) is in no list. Buffers it returns
 * belong to the caller until the next call of the same scorer.
 */
export interface Scorer {
  /** As in metrics.json: `pinwalk`, `embedding`, `walk`, `content`, `popularity`, `coSave`. */
  readonly name: string;
  /** Scores of every pin for boards, [boards, P], higher is better; a board is scored from its own pins as the scorer knows them. */
  scoreBoards(boards: Uint32Array): Float32Array;
  /** Scores of every pin for single pins as queries, [pins, P]; the query's own score is ignored. */
  scorePins(pins: Uint32Array): Float32Array;
  /** What stood in for the model on a board or pin; absent where nothing ever does. */
  fallbackOf?(kind: 'boards' | 'pins', row: number): Fallback | null;
}
