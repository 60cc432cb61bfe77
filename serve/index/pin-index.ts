/**
 * What every index over pins promises: the best pins for a query, however they are found.
 *
 * An approximate index may miss pins; it never changes a score, the order of two scores, or what is excluded.
 */
import type { Pin } from '../../data/collection.js';
import type { Query } from '../../train/ranking/query.js';
import type { RankedPins } from '../../train/ranking/ranker.js';
import type { Strategy } from '../../train/ranking/settings.js';

/** What is asked: pins related to one pin, or pins that would fit a board of some pins. */
export type PinQuery = { readonly kind: 'pin'; readonly pin: Pin } | ({ readonly kind: 'board' } & Query);

/** An index over the pins of one generation. */
export interface PinIndex {
  /**
   * The best pins for a query.
   *
   * @param query  rows of the generation
   * @param k  length of the list, at least 1
   * @param options.excluded  rows that must not appear
   * @returns parallel arrays, best first, equal scores put the lower row first; fewer than k where there are no more pins
   */
  search(
    query: PinQuery,
    k: number,
    options: { readonly strategy: Strategy; readonly excluded: ReadonlySet<number> },
  ): Promise<RankedPins> | RankedPins;
}
