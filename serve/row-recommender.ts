/**
 * What server and library answer with: ids in, a page of a list out, in rows. Exclusion and paging are done here; how a list comes
 * about is decided in `train/ranking/recommend.ts`, for the evaluation too.
 */
import { checkInteger, checkPositive } from '../data/checks.js';
import type { Board, Pin } from '../data/collection.js';
import { PinwalkError, shown } from '../data/errors.js';
import type { Generation } from '../data/generation/read.js';
import { boardQuery, likedPins, weightRatios } from '../train/ranking/query.js';
import { diversify, diversityPool } from '../train/ranking/diversify.js';
import type { RankedPins } from '../train/ranking/score-rows.js';
import type { Strategy } from '../train/ranking/settings.js';
import { diversityRules, type Diversity } from './diversity.js';
import { rowsLeftOut, type Filter } from './filter.js';
import { PopularPins } from './popular-pins.js';
import type { ListMaker, ListTask, MadeList } from './scoring/list-maker.js';

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
  /** What the pins' attributes must be. */
  readonly filter?: Filter;
  /** What the list must not be all of. */
  readonly diversity?: Diversity;
  /** 0 to 1: only pins whose score is at least this share of the best one's; a list whose best is not above 0 is left whole. */
  readonly minScore?: number | undefined;
  /** 0 to 1: least share of the places for pins that nobody has saved yet, spread evenly; not with `diversity.diversity`. */
  readonly freshness?: number | undefined;
  /** Whether to say what each score gives; it is ranked anew then. */
  readonly explain?: boolean | undefined;
  /** Aborted when nobody waits for the list any more: it is not begun then, and the call rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** A page of a ranked list. */
export interface Recommendation extends MadeList {
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

/** What happened to pins since the generation. */
export interface LiveRules {
  /** Rows of pins that are in no list. */
  readonly absent: Iterable<number>;
  /** Rows of pins that a board does not want to see. */
  hiddenFor(boardId: string): Iterable<number>;
  /** Another number after every change. */
  readonly version: number;
}

/** How long the order of the most saved pins holds while saves come. */
const popularMs = 1000;

/** Recommends rows of pins out of one generation; it holds no state but that. What takes time is left to a `ListMaker`. */
export class RowRecommender {
  readonly #generation: Generation;
  readonly #lists: ListMaker;
  readonly #live: LiveRules | undefined;
  #popular: { readonly pins: PopularPins; readonly version: number; readonly at: number };

  /**
   * @param lists  of the generation's graph and matrices
   * @param live  where the generation's items and graph change
   */
  constructor(generation: Generation, lists: ListMaker, live?: LiveRules) {
    this.#generation = generation;
    this.#lists = lists;
    this.#live = live;
    this.#popular = this.#popularNow();
  }

  /**
   * Pins related to a pin, best first, never the pin itself; fewer than k where there are no more.
   *
   * @throws PinwalkError `NOT_FOUND`, `OPTION_OUT_OF_RANGE`
   */
  async similarPins(pinId: string, k: number, options: ListOptions = {}): Promise<Recommendation> {
    const pin = this.pinRow(pinId);
    return this.#answer({ kind: 'pins', query: { pins: Uint32Array.of(pin) } }, k, options);
  }

  /**
   * Pins that would fit a board, best first, never a pin already on it; fewer than k where there are no more.
   *
   * @throws PinwalkError `NOT_FOUND`, `OPTION_OUT_OF_RANGE`
   */
  async recommendForBoard(boardId: string, k: number, options: ListOptions = {}): Promise<Recommendation> {
    const query = boardQuery(this.#generation.graph, this.boardRow(boardId));
    const hidden = this.#live?.hiddenFor(boardId) ?? [];
    return this.#answer({ kind: 'boards', query }, k, options, hidden);
  }

  /**
   * Pins that would fit a board of these pins, unlike the negatives; never one of either.
   *
   * @param pins  1 to `maxQueryPins`; a pin named twice counts the sum of its weights, of which only the ratios count
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
    for (const { id, weight = 1 } of pins) checkPositive('recommend: a weight', weight, `${weight} for ${shown(id)}`);
    const weights = weightRatios(pins.map(({ id, weight = 1 }) => [this.pinRow(id), weight]));
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
    return this.#answer({ kind: 'boards', query }, k, options);
  }

  /**
   * Pins by the cosine of their vectors with one of the caller's, best first.
   *
   * @param vector  as long as the vectors of the generation, not all 0; only its direction counts
   * @throws PinwalkError `OPTION_OUT_OF_RANGE`, also for a generation without vectors
   */
  async recommendForVector(vector: readonly number[], k: number, options: ListOptions = {}): Promise<Recommendation> {
    const { columns = 0 } = this.#generation.matrices.get('pin.target') ?? {};
    if (vector.length !== columns || !vector.some((value) => Math.fround(value) !== 0)) {
      const must =
        columns === 0 ? 'not be given to a generation without vectors' : `have ${columns} numbers, not all 0`;
      throw new PinwalkError('OPTION_OUT_OF_RANGE', `recommend: vector must ${must} (got ${vector.length})`);
    }
    const query = { pins: new Uint32Array() };
    return this.#answer({ kind: 'boards', query, vector: Float32Array.from(vector) }, k, options);
  }

  /** The pin's vector, as `recommendForVector` takes it; empty where it has none. */
  vectorOf(pin: number): Float32Array {
    const target = this.#generation.matrices.get('pin.target');
    const row = target?.values.subarray(pin * target.columns, (pin + 1) * target.columns);
    return row?.some((value) => value !== 0) ? row : new Float32Array();
  }

  /** The most saved pins, optionally of one community only. */
  popularPins(k: number, options: ListOptions & { readonly community?: number } = {}): Recommendation {
    const page = pageOf(k, options);
    const rules = diversityRules(this.#generation, options.diversity ?? {});
    const length = rules ? diversityPool : page.length;
    const { version, at } = this.#popular;
    if (this.#live && version !== this.#live.version && performance.now() - at >= popularMs) {
      this.#popular = this.#popularNow();
    }
    const list = strongest(this.#popular.pins.list(length, this.#excluded(options), options.community), options);
    const arranged = rules ? diversify(list, rules) : list;
    return page.cut({ ...arranged, scoreKind: 'saves', fallback: null }, new Uint32Array());
  }

  /** @throws PinwalkError `NOT_FOUND` */
  pinRow(id: string): Pin {
    return (this.#generation.pins.row(id) as Pin | undefined) ?? notFound('pin', id);
  }

  /** @throws PinwalkError `NOT_FOUND` */
  boardRow(id: string): Board {
    return (this.#generation.boards.row(id) as Board | undefined) ?? notFound('board', id);
  }

  async #answer(
    asked: Pick<ListTask, 'kind' | 'query' | 'vector'>,
    k: number,
    options: ListOptions,
    hidden: Iterable<number> = [],
  ): Promise<Recommendation> {
    const page = pageOf(k, options);
    const { query } = asked;
    const { strategy = 'fused', signal, diversity = {}, freshness: freshShare, explain: isExplained } = options;
    if (freshShare !== undefined && (diversity.diversity ?? 0) > 0) {
      const must = 'freshness: it must not be asked together with diversity (got both)';
      throw new PinwalkError('OPTION_OUT_OF_RANGE', `${must}; perBoard and perCommunity go with it`);
    }
    const excluded = Uint32Array.from(this.#excluded(options, [...query.pins, ...hidden]));
    const rules = diversityRules(this.#generation, diversity);
    // What is too weak leaves gaps where scores need not fall, so the whole list is asked for then.
    const isGapped = freshShare !== undefined && options.minScore !== undefined;
    const length = rules ? diversityPool : isGapped ? maxDepth + 1 : page.length;
    const given = await this.#lists.make({ ...asked, strategy, k: length, excluded, freshShare, isExplained }, signal);
    const list = { ...given, ...strongest(given, options) };
    return page.cut(rules ? { ...list, ...diversify(list, rules) } : list, likedPins(query).pins);
  }

  #popularNow(): { readonly pins: PopularPins; readonly version: number; readonly at: number } {
    const { graph, communities } = this.#generation;
    return { pins: new PopularPins(graph, communities), version: this.#live?.version ?? 0, at: performance.now() };
  }

  #excluded({ exclude = [], filter }: ListOptions, pins: Iterable<number> = []): Set<number> {
    const rows = new Set<number>(filter && rowsLeftOut(this.#generation, filter));
    for (const pin of pins) rows.add(pin);
    for (const pin of this.#live?.absent ?? []) rows.add(pin);
    for (const id of exclude) rows.add(this.pinRow(id));
    return rows;
  }
}

/** Of a list the pins that `minScore` leaves. */
function strongest(list: RankedPins, { minScore = 0 }: ListOptions): RankedPins {
  const best = list.scores.reduce((most, own) => Math.max(most, own), -Infinity);
  if (minScore === 0 || best <= 0) return list;
  const isStrong = (_: number, n: number): boolean => (list.scores[n] as number) >= minScore * best;
  return { pins: list.pins.filter(isStrong), scores: list.scores.filter((score) => score >= minScore * best) };
}

/** What of a list a page takes. */
interface Page {
  /** How much of the list must be known: the page's end, and one more to see whether it goes on. */
  readonly length: number;
  cut(list: MadeList, queryPins: Uint32Array): Recommendation;
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
