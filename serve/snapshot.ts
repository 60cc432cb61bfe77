/**
 * A generation opened for serving: everything loaded, nothing that changes. A request uses one from start to end.
 */
import { openGeneration, type Generation } from '../data/generation/read.js';
import { contentFields, type ContentColumns } from '../train/content/content-fields.js';
import { Ranker } from '../train/ranking/ranker.js';
import { storedSettings, type RankingSettings } from '../train/ranking/settings.js';
import { ExactIndex } from './index/exact.js';
import { Recommender } from './recommender.js';

/** What requests are answered from. */
export interface Snapshot {
  readonly generation: Generation;
  readonly recommender: Recommender;
  /** Short name of the contents: the start of the checksum. */
  readonly id: string;
  close(): void;
}

/**
 * Opens a generation and loads all that answering needs.
 *
 * @param options.verify  as of `openGeneration`
 * @throws PinwalkError as `openGeneration` and `Ranker.open` do
 */
export function openSnapshot(file: string, options: { readonly verify?: boolean } = {}): Snapshot {
  const generation = openGeneration(file, options);
  try {
    const recommender = new Recommender(generation, new ExactIndex(openRanker(generation)));
    return { generation, recommender, id: generation.checksum.slice(0, 12), close: () => generation.close() };
  } catch (error) {
    generation.close();
    throw error;
  }
}

/** The ranker of a generation, with the settings that were chosen when it was trained. */
export function openRanker(generation: Generation): Ranker {
  const stored = generation.meta['ranking'] as Partial<RankingSettings> | undefined; // written from RankingSettings by train
  const { graph, matrices, pins, boards } = generation;
  const columns = generation.meta['config'] as Partial<ContentColumns> | undefined; // written from Config by train
  const fields = contentFields(pins.table, columns);
  const titles = { pins: pins.table.titles, boards: boards.table.titles, fields };
  return Ranker.open({ graph, matrices, titles, ...(stored && { settings: storedSettings(stored) }) });
}
