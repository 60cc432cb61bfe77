/**
 * A generation with what happened since over it, in the form of a generation: items, graph and lists are of what is there now, so that
 * no route has to know of events.
 */
import type { Generation } from '../data/generation/read.js';
import type { WalkExponents } from '../graph/exact-walk.js';
import type { LiveFeed } from './live/live-feed.js';
import { LiveItems } from './live/live-items.js';
import { LiveState } from './live/live-state.js';
import { RowRecommender } from './row-recommender.js';
import type { ListMaker } from './scoring/list-maker.js';
import { LiveLists } from './scoring/live-lists.js';
import { hasStoredLists } from './scoring/stored-lists.js';

/** What lies over a generation, for what asks about it. */
export interface LiveView {
  readonly state: LiveState;
  /** As it is in its file. */
  readonly base: Generation;
}

/** A live generation, and what answers from it. */
export interface OpenLive {
  readonly generation: Generation;
  readonly recommender: RowRecommender;
  readonly view: LiveView;
  close(): void;
}

/**
 * Lays a feed's events over a generation, and keeps up with it until it is closed.
 *
 * @param options.maker  lists of the generation alone
 * @param options.walk  exponents of its walk
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` where the store has more than there is room for
 *
 * Time O(saves of the generation + rows of the store); memory as much as the graph and two tables of items once more.
 */
export function openLive(
  base: Generation,
  feed: LiveFeed,
  { maker, walk }: { readonly maker: ListMaker; readonly walk: Partial<WalkExponents> | undefined },
): OpenLive {
  const { graph, pins, boards } = base;
  const state = new LiveState({ graph, pins: pins.table, boards: boards.table }, feed.store);
  const lists = new LiveLists({ state, base: maker, pins, walk, hasStored: hasStoredLists(base) });
  const items = { pins: new LiveItems('pin', pins, state), boards: new LiveItems('board', boards, state) };
  // What follows from the file alone is read from it; rows beyond it have no picture, no community and no vector.
  const generation: Generation = {
    file: base.file,
    meta: base.meta,
    checksum: base.checksum,
    matrices: base.matrices,
    communities: base.communities,
    related: base.related,
    get model() {
      return base.model;
    },
    get report() {
      return base.report;
    },
    damage: base.damage,
    ...items,
    graph: state.graph,
    picture: (pin) => base.picture(pin),
    hasPicture: (pin) => base.hasPicture(pin),
    close: () => base.close(),
  };
  const rules = {
    get absent() {
      return state.absent('pin');
    },
    hiddenFor: (board: string) => state.hiddenFor(board),
    get version() {
      return state.version;
    },
  };
  const detach = feed.attach({ take: (events) => lists.take(state.take(events)) });
  return {
    generation,
    recommender: new RowRecommender(generation, lists, rules),
    view: { state, base },
    close() {
      detach();
      items.pins.close();
      items.boards.close();
    },
  };
}
