/**
 * A generation opened for serving: everything loaded, nothing that changes. A request uses one from start to end.
 */
import { PinwalkError } from '../data/errors.js';
import { openGeneration, type Generation } from '../data/generation/read.js';
import { sharedRows } from '../graph/compressed-rows.js';
import { contentFields, type ContentColumns } from '../train/content/content-fields.js';
import { Ranker, type RankerParts } from '../train/ranking/ranker.js';
import { storedSettings, type RankingSettings } from '../train/ranking/settings.js';
import { RowRecommender } from './row-recommender.js';
import { onThisThread, type ListMaker } from './scoring/list-maker.js';
import { withStoredLists } from './scoring/stored-lists.js';

/** What requests are answered from. */
export interface Snapshot {
  readonly generation: Generation;
  readonly recommender: RowRecommender;
  /** Short name of the contents: the start of the checksum. */
  readonly id: string;
  /** What is wrong with the file, once that is known: a large one is read whole while requests are answered already. */
  readonly damage: PinwalkError | undefined;
  close(): void;
}

/**
 * Opens a generation and loads all that answering needs.
 *
 * @param options.verify  as of `openGeneration`
 * @param options.lists  what makes lists, of the parts it is given; whoever gives it ends it. Default: a ranker on this thread
 * @throws PinwalkError as `openGeneration` does; what fails on the way from its contents to answers is `GENERATION_INVALID` too
 */
export function openSnapshot(
  file: string,
  {
    lists = (parts) => onThisThread(Ranker.open(parts)),
    ...options
  }: Parameters<typeof openGeneration>[1] & { readonly lists?: (parts: RankerParts) => ListMaker } = {},
): Snapshot {
  const generation = openGeneration(file, options);
  try {
    const recommender = new RowRecommender(generation, withStoredLists(generation, lists(rankerParts(generation))));
    let damage: PinwalkError | undefined;
    void generation.damage.then((found) => (damage = found));
    return {
      generation,
      recommender,
      id: generation.checksum.slice(0, 12),
      get damage() {
        return damage;
      },
      close: () => generation.close(),
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
  const stored = generation.meta['ranking'] as Partial<RankingSettings> | undefined; // written from RankingSettings by train
  const { graph, matrices, pins, boards } = generation;
  const columns = generation.meta['config'] as Partial<ContentColumns> | undefined; // written from Config by train
  const fields = contentFields(pins.table, columns).map((field) => ({ ...field, rows: sharedRows(field.rows) }));
  const titles = { pins: pins.table.titles, boards: boards.table.titles, fields };
  return { graph, matrices, titles, ...(stored && { settings: storedSettings(stored) }) };
}
