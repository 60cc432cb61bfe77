/**
 * A generation for programs: open the file, ask with ids, get ids. Neither a server nor TensorFlow.js is loaded.
 *
 * Lists are those that the server answers and the evaluation measured; only rows become ids here.
 */
import { checkInteger } from '../data/checks.js';
import type { Attributes } from '../data/collection.js';
import { PinwalkError } from '../data/errors.js';
import type { Item } from '../data/generation/items.js';
import { entriesOf } from '../graph/compressed-rows.js';
import type { Strategy } from '../train/ranking/settings.js';
import { maxDepth, type ListOptions, type Recommendation, type WeightedPin } from './row-recommender.js';
import { searchTitles } from './search.js';
import { openSnapshot, type Snapshot } from './snapshot.js';

export type { ListOptions, WeightedPin };

/** A ranked list of pins: parallel arrays, best first. It may be shorter than asked for; it is never padded. */
export interface RecommendedPins {
  readonly pinIds: readonly string[];
  /** Higher is better. */
  readonly scores: Float32Array;
  /** What the scores are: a strategy's, or `saves` of a pin. */
  readonly scoreKind: Strategy | 'saves';
  /** What stood in where the query gave the strategy nothing to go by: another strategy, or the most saved pins; else null. */
  readonly fallback: Recommendation['fallback'];
  /** Whether the list goes on after these: ask with `offset`. */
  readonly more: boolean;
}

/** Pins and boards whose titles match. */
export interface FoundTitles {
  readonly pinIds: readonly string[];
  /** Parallel to `pinIds`, higher is better (BM25). */
  readonly scores: Float32Array;
  /** Up to `k` boards. */
  readonly boardIds: readonly string[];
  /** `anyWord` where no title has every word and titles with some stand in; `nearWord` where a near spelling does; else null. */
  readonly fallback: 'anyWord' | 'nearWord' | null;
}

/** What pins and boards have in common. */
export interface StoredItem {
  /** '' where there is none. */
  readonly title: string;
  /** Columns beyond id and title. */
  readonly attributes: Attributes;
  /** Number and name of the community; undefined where it is in none. */
  readonly community: { readonly number: number; readonly title: string } | undefined;
}

/** A pin. */
export interface StoredPin extends StoredItem {
  readonly pinId: string;
  /** Boards that hold it, in the order of the data. */
  readonly boardIds: readonly string[];
  /** SVG text or image bytes. */
  readonly picture: Uint8Array | undefined;
}

/** A board. */
export interface StoredBoard extends StoredItem {
  readonly boardId: string;
  /** Pins on it, in the order of the data. */
  readonly pinIds: readonly string[];
}

/**
 * An open generation. Every method throws PinwalkError: `NOT_FOUND` for an id that is not in it, `OPTION_OUT_OF_RANGE` for a k that
 * is no integer from 1 to 500 and the like, `GENERATION_INVALID` once it is closed.
 */
export interface Recommender {
  /** Pins related to a pin; never the pin itself. */
  similarPins(pinId: string, k: number, options?: ListOptions): Promise<RecommendedPins>;
  /** Ideas for a board; never a pin that is on it. */
  recommendForBoard(boardId: string, k: number, options?: ListOptions): Promise<RecommendedPins>;
  /** Pins that would fit a board of these, 1 to 100 ids or ids with weights, unlike the `negatives`; never one of either. */
  recommendForPins(
    pins: readonly (string | WeightedPin)[],
    k: number,
    options?: ListOptions & { readonly negatives?: readonly string[] },
  ): Promise<RecommendedPins>;
  /** The most saved pins, of all or of one community. */
  popularPins(
    k: number,
    options?: Omit<ListOptions, 'strategy'> & { readonly community?: number },
  ): Promise<RecommendedPins>;
  /** Titles that hold every word as the beginning of one of theirs, best match first. */
  searchTitles(text: string, k: number, options?: { readonly offset?: number }): Promise<FoundTitles>;
  pin(pinId: string): StoredPin;
  board(boardId: string): StoredBoard;
  /** What training wrote of itself: name, createdAt, config, seed, versions, counts, metrics, ranking, checksum. */
  readonly meta: Readonly<Record<string, unknown>>;
  /** Gives the file back; nothing can be asked any more. */
  close(): void;
}

/** What each open recommender answers from, for the server. */
const snapshots = new WeakMap<Recommender, Snapshot>();

/**
 * Opens a generation, the `pinwalk.sqlite` of a run.
 *
 * @param options.verify  read the whole file to compare its checksum: `now`, in a thread beside (`background`) or not at all (`none`);
 *   default: now for files that takes under half a second of, else in the background
 * @throws PinwalkError `INPUT_MISSING`, `GENERATION_INVALID`
 *
 * Memory: graph and vectors, about as large as the file. A query over 13,000 pins takes 12 to 20 ms of this thread.
 */
export function openRecommender(
  file: string,
  options: { readonly verify?: 'now' | 'background' | 'none' } = {},
): Recommender {
  return new OpenRecommender(openSnapshot(file, options));
}

/**
 * The snapshot of a recommender that is open.
 *
 * @throws PinwalkError `GENERATION_INVALID`, `OPTION_OUT_OF_RANGE` for one that `openRecommender` did not make
 * @internal
 */
export function snapshotOf(recommender: Recommender): Snapshot {
  const snapshot = snapshots.get(recommender);
  if (snapshot) return snapshot;
  if (recommender instanceof OpenRecommender) {
    throw new PinwalkError(
      'GENERATION_INVALID',
      'recommender: it must be open (got a closed one); open the file again',
    );
  }
  throw new PinwalkError('OPTION_OUT_OF_RANGE', 'recommender: it must come from openRecommender (got something else)');
}

class OpenRecommender implements Recommender {
  readonly meta: Recommender['meta'];

  constructor(snapshot: Snapshot) {
    snapshots.set(this, snapshot);
    this.meta = snapshot.generation.meta;
  }

  async similarPins(pinId: string, k: number, options?: ListOptions): Promise<RecommendedPins> {
    const snapshot = snapshotOf(this);
    return withIds(snapshot, await snapshot.recommender.similarPins(pinId, k, options));
  }

  async recommendForBoard(boardId: string, k: number, options?: ListOptions): Promise<RecommendedPins> {
    const snapshot = snapshotOf(this);
    return withIds(snapshot, await snapshot.recommender.recommendForBoard(boardId, k, options));
  }

  async recommendForPins(
    pins: readonly (string | WeightedPin)[],
    k: number,
    options?: ListOptions & { readonly negatives?: readonly string[] },
  ): Promise<RecommendedPins> {
    const snapshot = snapshotOf(this);
    const weighted = pins.map((pin) => (typeof pin === 'string' ? { id: pin } : pin));
    return withIds(snapshot, await snapshot.recommender.recommendForPins(weighted, k, options));
  }

  // Asynchronous like the others, so that what throws is always a promise's rejection.
  // oxlint-disable-next-line typescript/require-await
  async popularPins(
    k: number,
    options?: Omit<ListOptions, 'strategy'> & { readonly community?: number },
  ): Promise<RecommendedPins> {
    const snapshot = snapshotOf(this);
    return withIds(snapshot, snapshot.recommender.popularPins(k, options));
  }

  // oxlint-disable-next-line typescript/require-await
  async searchTitles(text: string, k: number, { offset = 0 }: { readonly offset?: number } = {}): Promise<FoundTitles> {
    const { pins, boards } = snapshotOf(this).generation;
    checkInteger('searchTitles: k', k, 1, maxDepth);
    checkInteger('searchTitles: offset', offset, 0, maxDepth);
    const { matches, fallback } = searchTitles(pins, text, { limit: k, offset });
    const found = searchTitles(boards, text, { limit: k, offset: 0 });
    return {
      pinIds: matches.map(({ row }) => pins.item(row).id),
      scores: Float32Array.from(matches, ({ score }) => score),
      boardIds: found.matches.map(({ row }) => boards.item(row).id),
      fallback,
    };
  }

  pin(pinId: string): StoredPin {
    const snapshot = snapshotOf(this);
    const { generation, recommender } = snapshot;
    const row = recommender.pinRow(pinId);
    const boards = entriesOf(generation.graph.boardsOfPin, row);
    return {
      pinId,
      ...storedItem(snapshot, generation.pins.item(row)),
      boardIds: Array.from(boards, (board) => generation.boards.item(board).id),
      picture: generation.picture(row),
    };
  }

  board(boardId: string): StoredBoard {
    const snapshot = snapshotOf(this);
    const { generation, recommender } = snapshot;
    const row = recommender.boardRow(boardId);
    const pins = entriesOf(generation.graph.pinsOfBoard, row);
    return {
      boardId,
      ...storedItem(snapshot, generation.boards.item(row)),
      pinIds: Array.from(pins, (pin) => generation.pins.item(pin).id),
    };
  }

  close(): void {
    snapshots.get(this)?.close();
    snapshots.delete(this);
  }
}

function withIds({ generation }: Snapshot, list: Recommendation): RecommendedPins {
  const { pins, scores, scoreKind, fallback, more } = list;
  return { pinIds: Array.from(pins, (pin) => generation.pins.item(pin).id), scores, scoreKind, fallback, more };
}

function storedItem({ generation }: Snapshot, { title, attributes = {}, community }: Item): StoredItem {
  const name = community === undefined ? undefined : generation.communities?.titles[community];
  const isKnown = community !== undefined && name !== undefined;
  return { title, attributes, community: isKnown ? { number: community, title: name } : undefined };
}
