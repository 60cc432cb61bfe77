/**
 * The recommender's contract and its rules: what is excluded, how long a list may be, and what happens without signal.
 *
 * Scores come from the index; nothing here changes them.
 */
import type { Board, Pin } from '../data/collection.js';
import { PinwalkError } from '../data/errors.js';
import type { Generation } from '../data/generation/read.js';
import { degree } from '../graph/compressed-rows.js';
import type { RankedPins } from '../train/ranking/ranker.js';
import type { Strategy } from '../train/ranking/settings.js';
import type { PinIndex, PinQuery } from './index/pin-index.js';

/** Longest list that can be paged through. */
export const maxDepth = 500;

/** Most pins one query may name. */
export const maxQueryPins = 100;

/** All negatives together count this share of all pins that are asked with. */
export const negativeShare = 0.5;

/** What stood in for the strategy that was asked for: another one, or plainly the most saved pins. */
export type Fallback = 'embedding' | 'walk' | 'popular';

/** Rules of one call. */
export interface ListOptions {
  /** Default `fused`. */
  readonly strategy?: Strategy;
  /** Entries of the list to skip, default 0; `offset + k` is cut at `maxDepth`. */
  readonly offset?: number;
  /** Ids of pins that must not appear. */
  readonly exclude?: readonly string[];
}

/** A page of a ranked list. */
export interface Recommendation extends RankedPins {
  /** What the scores are; `saves` when the fallback is `popular`. */
  readonly scoreKind: Strategy | 'saves';
  readonly fallback: Fallback | null;
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

/** Recommends pins out of one generation; it holds no state but that. */
export class Recommender {
  readonly #generation: Generation;
  readonly #index: PinIndex;
  readonly #embedded: (pin: number) => boolean;
  /** Pins with saves, most saved first, then by row. */
  readonly #popular: Uint32Array;

  constructor(generation: Generation, index: PinIndex) {
    this.#generation = generation;
    this.#index = index;
    this.#embedded = embeddedPins(generation);
    const { boardsOfPin, pinCount } = generation.graph;
    const saved = Uint32Array.from({ length: pinCount }, (_, pin) => pin).filter((pin) => degree(boardsOfPin, pin) > 0);
    this.#popular = saved.sort((a, b) => degree(boardsOfPin, b) - degree(boardsOfPin, a) || a - b);
  }

  /**
   * Pins related to a pin, best first, never the pin itself; fewer than k where there are no more.
   *
   * @throws PinwalkError `NOT_FOUND`, `OPTION_OUT_OF_RANGE`
   */
  async similarPins(pinId: string, k: number, options: ListOptions = {}): Promise<Recommendation> {
    const pin = this.pinRow(pinId);
    return this.#answer({ kind: 'pin', pin }, Uint32Array.of(pin), k, options);
  }

  /**
   * Pins that would fit a board, best first, never a pin already on it; fewer than k where there are no more.
   *
   * @throws PinwalkError `NOT_FOUND`, `OPTION_OUT_OF_RANGE`
   */
  async recommendForBoard(boardId: string, k: number, options: ListOptions = {}): Promise<Recommendation> {
    const board = this.boardRow(boardId);
    const { offsets, neighbors } = this.#generation.graph.pinsOfBoard;
    const pins = neighbors.slice(offsets[board], offsets[board + 1]);
    return this.#answer({ kind: 'board', pins, ownBoard: board }, pins, k, options);
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
    checkCount('pins', pins.length, 1);
    checkCount('negatives', options.negatives?.length ?? 0, 0);
    const weights = new Map<Pin, number>();
    for (const { id, weight = 1 } of pins) {
      if (!(weight > 0 && Number.isFinite(weight))) {
        outOfRange(`a weight must be a finite number above 0 (got ${weight} for ${id})`);
      }
      const pin = this.pinRow(id);
      weights.set(pin, (weights.get(pin) ?? 0) + weight);
    }
    const rows = Uint32Array.from(weights.keys());
    const negatives = new Set(options.negatives?.map((id) => this.pinRow(id)));
    const total = Array.from(weights.values()).reduce((sum, weight) => sum + weight, 0);
    for (const pin of negatives) {
      if (weights.has(pin)) outOfRange(`a pin must not be a negative too (got ${this.#generation.pins.item(pin).id})`);
      weights.set(pin, (-negativeShare * total) / negatives.size);
    }
    const query: PinQuery = {
      kind: 'board',
      pins: Uint32Array.from(weights.keys()),
      weights: Float32Array.from(weights.values()),
    };
    return this.#answer(query, rows, k, options);
  }

  /** The most saved pins, optionally of one community only. */
  popularPins(k: number, options: ListOptions & { readonly community?: number } = {}): Recommendation {
    const { community } = options;
    const of = this.#generation.communities?.pinCommunity;
    const excluded = new Set<number>(options.exclude?.map((id) => this.pinRow(id)));
    return this.#popularPage(k, options.offset ?? 0, {
      fallback: null,
      queryPins: new Uint32Array(),
      accept: (pin) => !excluded.has(pin) && (community === undefined || of?.[pin] === community),
    });
  }

  /** @throws PinwalkError `NOT_FOUND` */
  pinRow(id: string): Pin {
    return (this.#generation.pins.row(id) as Pin | undefined) ?? notFound('pin', id);
  }

  /** @throws PinwalkError `NOT_FOUND` */
  boardRow(id: string): Board {
    return (this.#generation.boards.row(id) as Board | undefined) ?? notFound('board', id);
  }

  async #answer(query: PinQuery, queryPins: Uint32Array, k: number, options: ListOptions): Promise<Recommendation> {
    const { strategy = 'fused', offset = 0 } = options;
    checkPage(k, offset);
    const excluded = new Set<number>(query.kind === 'pin' ? [query.pin] : query.pins);
    for (const id of options.exclude ?? []) excluded.add(this.pinRow(id));

    const used = this.#usable(strategy, queryPins);
    if (used === undefined) {
      const accept = (pin: number): boolean => !excluded.has(pin);
      return this.#popularPage(k, offset, { fallback: 'popular', queryPins, accept });
    }
    const end = Math.min(offset + k, maxDepth);
    const best = await this.#index.search(query, end + 1, { strategy: used.strategy, excluded });
    return {
      pins: best.pins.slice(offset, end),
      scores: best.scores.slice(offset, end),
      more: best.pins.length > end && end < maxDepth,
      scoreKind: used.strategy,
      fallback: used.fallback,
      queryPins,
    };
  }

  /** The strategy itself where the query gives it something to go by, else one that has; undefined when none has. */
  #usable(strategy: Strategy, pins: Uint32Array): { strategy: Strategy; fallback: Fallback | null } | undefined {
    const saved = pins.some((pin) => degree(this.#generation.graph.boardsOfPin, pin) > 0);
    const embedded = pins.some(this.#embedded);
    if (strategy === 'embedding' ? embedded : saved) return { strategy, fallback: null };
    if (embedded) return { strategy: 'embedding', fallback: 'embedding' };
    if (saved) return { strategy: 'walk', fallback: 'walk' };
    return undefined;
  }

  #popularPage(
    k: number,
    offset: number,
    how: { fallback: 'popular' | null; queryPins: Uint32Array; accept: (pin: number) => boolean },
  ): Recommendation {
    checkPage(k, offset);
    const end = Math.min(offset + k, maxDepth);
    const accepted = this.#popular.filter(how.accept);
    const pins = accepted.slice(offset, end);
    return {
      pins,
      scores: Float32Array.from(pins, (pin) => degree(this.#generation.graph.boardsOfPin, pin)),
      scoreKind: 'saves',
      fallback: how.fallback,
      more: accepted.length > end && end < maxDepth,
      queryPins: how.queryPins,
    };
  }
}

/** A pin whose embedding is all zero had nothing to be embedded from. */
function embeddedPins({ matrices }: Generation): (pin: number) => boolean {
  const matrix = matrices.get('pin.target');
  if (!matrix) return () => false;
  const { columns, values } = matrix;
  return (pin) => values.subarray(pin * columns, (pin + 1) * columns).some((value) => value !== 0);
}

function checkPage(k: number, offset: number): void {
  if (!Number.isInteger(k) || k < 1 || k > maxDepth) {
    outOfRange(`k must be an integer from 1 to ${maxDepth} (got ${k})`);
  }
  if (!Number.isInteger(offset) || offset < 0 || offset >= maxDepth) {
    outOfRange(`offset must be an integer from 0 to ${maxDepth - 1} (got ${offset})`);
  }
}

function checkCount(what: string, count: number, least: number): void {
  if (count < least || count > maxQueryPins) {
    outOfRange(`${what} must name ${least} to ${maxQueryPins} pins (got ${count})`);
  }
}

function outOfRange(problem: string): never {
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `recommend: ${problem}`);
}

function notFound(kind: 'pin' | 'board', id: string): never {
  throw new PinwalkError('NOT_FOUND', `${kind}: the id must be in this generation (got ${id}); look it up: /v1/search`);
}
