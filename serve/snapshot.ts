/**
 * A generation opened for serving: everything loaded, nothing that changes. A request uses one from start to end.
 */
import { PinwalkError } from '../data/errors.js';
import { openGeneration, type Generation } from '../data/generation/read.js';
import { sharedRows } from '../graph/compressed-rows.js';
import { contentFields, type ContentColumns } from '../train/content/content-fields.js';
import { Ranker, type RankerParts } from '../train/ranking/ranker.js';
import { rankingDefaults, storedSettings, type RankingSettings } from '../train/ranking/settings.js';
import { openLive, type LiveView } from './live-snapshot.js';
import type { LiveFeed } from './live/live-feed.js';
import { RowRecommender } from './row-recommender.js';
import { onThisThread, type ListMaker } from './scoring/list-maker.js';
import { withStoredLists } from './scoring/stored-lists.js';

/** What requests are answered from. */
export interface Snapshot {
  readonly generation: Generation;
  readonly recommender: RowRecommender;
  /** Short name of the contents: the start of the checksum. */
  readonly id: string;
  /** What happened since the generation, where events are taken: items, graph and lists are of it then. */
  readonly live?: LiveView;
  /** What is wrong with the file, once that is known: a large one is read whole while requests are answered already. */
  readonly damage: PinwalkError | undefined;
  close(): void;
}

/**
 * Opens a generation and loads all that answering needs.
 *
 * @param options.verify  as of `openGeneration`
 * @param options.feed  events that lie over the generation from now on, those that are in its store first
 * @param options.lists  what makes lists, of the parts it is given; whoever gives it ends it. Default: a ranker on this thread
 * @throws PinwalkError as `openGeneration` does; what fails on the way from its contents to answers is `GENERATION_INVALID` too
 */
export function openSnapshot(
  file: string,
  {
    lists = (parts) => onThisThread(Ranker.open(parts)),
    feed,
    ...options
  }: Parameters<typeof openGeneration>[1] & {
    readonly lists?: (parts: RankerParts) => ListMaker;
    readonly feed?: LiveFeed | undefined;
  } = {},
): Snapshot {
  const generation = openGeneration(file, options);
  try {
    const maker = withStoredLists(generation, lists(rankerParts(generation)));
    const live = feed && openLive(generation, feed, { maker, walk: rankingSettings(generation).walk });
    const recommender = live?.recommender ?? new RowRecommender(generation, maker);
    let damage: PinwalkError | undefined;
    void generation.damage.then((found) => (damage = found));
    return {
      generation: live?.generation ?? generation,
      recommender,
      ...(live && { live: live.view }),
      id: generation.checksum.slice(0, 12),
      get damage() {
        return damage;
      },
      close: () => {
        live?.close();
        generation.close();
      },
    };
  } catch (error) {
    generation.close();
    if (error instanceof PinwalkError && error.code === 'GENERATION_INVALID') throw error;
    const got = error instanceof Error ? error.message : String(error);
    const message = `openSnapshot: ${file} must hold all that answering needs (got ${got}); copy it again or train anew`;
    throw new PinwalkError('GENERATION_INVALID', message, { cause: error });
  }
}

/** The ranker of a generation, with the settings that were chosen when it was trained. */
export function openRanker(generation: Generation): Ranker {
  return Ranker.open(rankerParts(generation));
}

/** What a ranker of a generation works on, here or in another thread. */
function rankerParts(generation: Generation): RankerParts {
  const { graph, matrices, pins, boards } = generation;
  const columns = generation.meta['config'] as Partial<ContentColumns> | undefined; // written from Config by train
  const fields = contentFields(pins.table, columns).map((field) => ({ ...field, rows: sharedRows(field.rows) }));
  const titles = { pins: pins.table.titles, boards: boards.table.titles, fields };
  return { graph, matrices, titles, settings: rankingSettings(generation) };
}

/** How a generation ranks: what was chosen when it was trained, else the defaults. */
export function rankingSettings({ meta }: Pick<Generation, 'meta'>): RankingSettings {
  const stored = meta['ranking'] as Partial<RankingSettings> | undefined; // written from RankingSettings by train
  return stored ? storedSettings(stored) : rankingDefaults;
}
