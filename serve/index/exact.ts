/**
 * The exact index: every pin is scored by the ranker that evaluation uses, and the best are taken.
 *
 * It is the reference kernel that approximate indexes are measured against.
 */
import { topPins, type Ranker, type RankedPins } from '../../train/ranking/ranker.js';
import type { Strategy } from '../../train/ranking/settings.js';
import type { PinIndex, PinQuery } from './pin-index.js';

/** What the index needs of a ranker. */
export type Scorer = Pick<Ranker, 'scoreBoards' | 'scorePins'>;

/** Scores all P pins for each search: O(P) time and 4 P bytes, plus what the ranker needs. */
export class ExactIndex implements PinIndex {
  readonly #scorer: Scorer;

  constructor(scorer: Scorer) {
    this.#scorer = scorer;
  }

  search(
    query: PinQuery,
    k: number,
    { strategy, excluded }: { strategy: Strategy; excluded: ReadonlySet<number> },
  ): RankedPins {
    const scores =
      query.kind === 'pin'
        ? this.#scorer.scorePins(Uint32Array.of(query.pin), strategy)
        : this.#scorer.scoreBoards([query], strategy);
    // A walk scores only the pins it reaches; the rest would be padding.
    const isExcluded =
      strategy === 'walk'
        ? (pin: number): boolean => excluded.has(pin) || (scores[pin] as number) <= 0
        : (pin: number): boolean => excluded.has(pin);
    return topPins(scores, k, isExcluded);
  }
}
