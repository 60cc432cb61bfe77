/**
 * What server and library answer with: ids in, a page of a list out, in rows. Exclusion and paging are done here; how a list comes
 * about is decided in `train/ranking/recommend.ts`, for the evaluation too.
 */
import { checkInteger, checkPositive } from '../data/checks.js';
import type { Board, Pin } from '../data/collection.js';
import { PinwalkError, shown } from '../data/errors.js';
import type { Generation } from '../data/generation/read.js';
import { boardQuery, likedPins, type Query } from '../train/ranking/query.js';
import type { Answer } from '../train/ranking/recommend.js';
import type { Strategy } from '../train/ranking/settings.js';
import { PopularPins } from './popular-pins.js';
import type { ListMaker, ListTask } from './scoring/list-maker.js';

/** Longest list that can be paged through. */
export const maxDepth = 500;

/** Most pins one query may name. */
export const maxQueryPins = 100;

/** All negatives together count this share of all pins that are asked with. */
const negativeShare = 0.5;

/** Rules of one call. */
export interface ListOptions {
  /** Default `fused`. */
  readonly strategy?: Strategy;
  /** Entries of the list to skip, default 0; `offset + k` is cut at `maxDepth`. */
  readonly offset?: number;
  /** Ids of pins that must not appear. */
  readonly exclude?: readonly string[];
  /** Aborted when nobody waits for the list any more: it is not begun then, and the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A page of a ranked list. */
export interface Recommendation extends Answer {
  /** Whether the list goes on after this page. */
  readonly more: boolean;
  /** Rows of the pins that were asked with, for reasons. */
  readonly queryPins: Uint32Array;
}

/** A pin a query names, and how much it counts. */
export interface WeightedPin {
  readonly id: string;
  /** Above 0, default 1. */
  readonly weight?: number;
}

/** Recommends rows of pins out of one generation; it holds no state but that. What takes time is left to a `ListMaker`. */
export class RowRecommender {
  readonly #generation: Generation;
  readonly #lists: ListMaker;
  readonly #popular: PopularPins;

  /** @param lists  of the generation's graph and matrices */
  constructor(generation: Generation, lists: ListMaker) {
    this.#generation = generation;
    this.#lists = lists;
    this.#popular = new PopularPins(generation.graph, generation.communities);
  }

  /**
   * Pins related to a pin, best first, never the pin itself; fewer than k where there are no more.
   *
   * @throws PinwalkError `NOT_FOUND`, `OPTION_OUT_OF_RANGE`
   */
  async similarPins(pinId: string, k: number, options: ListOptions = {}): Promise<Recommendation> {
    const pin = this.pinRow(pinId);
    return this.#answer('pins', { pins: Uint32Array.of(pin) }, k, options);
  }

  /**
   * Pins that would fit a board, best first, never a pin already on it; fewer than k where there are no more.
   *
   * @throws PinwalkError `NOT_FOUND`, `OPTION_OUT_OF_RANGE`
   */
  async recommendForBoard(boardId: string, k: number, options: ListOptions = {}): Promise<Recommendation> {
    return this.#answer('boards', boardQuery(this.#generation.graph, this.boardRow(boardId)), k, options);
  }

  /**
   * Pins that would fit a board of these pins, unlike the negatives; never one of either.
   *
   * @param pins  1 to `maxQueryPins`; a pin named twice counts the sum of its weights
   * @param options.negatives  up to `maxQueryPins` ids
   * @throws PinwalkError `NOT_FOUND`, `OPTION_OUT_OF_RANGE`
   */
  async recommendForPins(
    pins: readonly WeightedPin[],
    k: number,
    options: ListOptions & { readonly negatives?: readonly string[] } = {},
  ): Promise<Recommendation> {
    checkInteger('recommend: the number of pins', pins.length, 1, maxQueryPins);
    checkInteger('recommend: the number of negatives', options.negatives?.length ?? 0, 0, maxQueryPins);
    const weights = new Map<Pin, number>();
    for (const { id, weight = 1 } of pins) {
      checkPositive('recommend: a weight', weight, `${weight} for ${shown(id)}`);
      const pin = this.pinRow(id);
      weights.set(pin, (weights.get(pin) ?? 0) + weight);
    }
    const negatives = new Set(options.negatives?.map((id) => this.pinRow(id)));
    const total = Array.from(weights.values()).reduce((sum, weight) => sum + weight, 0);
    for (const pin of negatives) {
      if (weights.has(pin)) {
        const { id } = this.#generation.pins.item(pin);
        throw new PinwalkError('OPTION_OUT_OF_RANGE', `recommend: a pin must not be a negative too (got ${id})`);
      }
      weights.set(pin, (-negativeShare * total) / negatives.size);
    }
    const query = { pins: Uint32Array.from(weights.keys()), weights: Float32Array.from(weights.values()) };
    return this.#answer('boards', query, k, options);
  }

  /** The most saved pins, optionally of one community only. */
  popularPins(k: number, options: ListOptions & { readonly community?: number } = {}): Recommendation {
    const page = pageOf(k, options);
    const list = this.#popular.list(page.length, this.#excluded(options), options.community);
    return page.cut({ ...list, scoreKind: 'saves', fallback: null }, new Uint32Array());
  }

  /** @throws PinwalkError `NOT_FOUND` */
  pinRow(id: string): Pin {
    return (this.#generation.pins.row(id) as Pin | undefined) ?? notFound('pin', id);
  }

  /** @throws PinwalkError `NOT_FOUND` */
  boardRow(id: string): Board {
    return (this.#generation.boards.row(id) as Board | undefined) ?? notFound('board', id);
  }

  async #answer(kind: ListTask['kind'], query: Query, k: number, options: ListOptions): Promise<Recommendation> {
    const page = pageOf(k, options);
    const excluded = Uint32Array.from(this.#excluded(options, query.pins));
    const { strategy = 'fused', signal } = options;
    const list = await this.#lists.make({ kind, strategy, query, k: page.length, excluded }, signal);
    return page.cut(list, likedPins(query).pins);
  }

  #excluded({ exclude = [] }: ListOptions, pins: Iterable<number> = []): Set<number> {
    return new Set<number>([...pins, ...exclude.map((id) => this.pinRow(id))]);
  }
}

/** What of a list a page takes. */
interface Page {
  /** How much of the list must be known: the page's end, and one more to see whether it goes on. */
  readonly length: number;
  cut(list: Answer, queryPins: Uint32Array): Recommendation;
}

/** @throws PinwalkError `OPTION_OUT_OF_RANGE` */
function pageOf(k: number, { offset = 0 }: ListOptions): Page {
  checkInteger('recommend: k', k, 1, maxDepth);
  checkInteger('recommend: offset', offset, 0, maxDepth - 1);
  const end = Math.min(offset + k, maxDepth);
  return {
    length: end + 1,
    cut: (list, queryPins) => ({
      ...list,
      pins: list.pins.slice(offset, end),
      scores: list.scores.slice(offset, end),
      more: list.pins.length > end && end < maxDepth,
      queryPins,
    }),
  };
}

function notFound(kind: 'pin' | 'board', id: string): never {
  throw new PinwalkError(
    'NOT_FOUND',
    `${kind}: the id must be in this generation (got ${shown(id)}); look it up: /v1/search`,
  );
}
