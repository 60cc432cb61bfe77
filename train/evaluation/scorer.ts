/**
 * What the evaluation asks of anything that recommends: a score for every pin.
 */

/** A recommender under evaluation. Buffers it returns belong to the caller until the next call of the same scorer. */
export interface Scorer {
  /** As in metrics.json: `pinwalk`, `embedding`, `walk`, `content`, `popularity`, `coSave`. */
  readonly name: string;
  /** A score that means "knows nothing of this pin": such pins are in no list. -Infinity always means it. */
  readonly unreached?: number;
  /** Scores of every pin for boards, [boards, P], higher is better; a board is scored from its own pins as the scorer knows them. */
  scoreBoards(boards: Uint32Array): Float32Array;
  /** Scores of every pin for single pins as queries, [pins, P]; the query's own score is ignored. */
  scorePins(pins: Uint32Array): Float32Array;
}
