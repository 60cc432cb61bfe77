/**
 * The last stage: a generation that `pinwalk serve` answers from, out of the tables of a batch.
 */
import type { Collection, ItemTable } from '../../data/collection.js';
import { openGeneration } from '../../data/generation/read.js';
import { writeGeneration } from '../../data/generation/write.js';
import { readVectors } from './embeddings.js';
import { batchRanking, matricesOf } from './related.js';
import type { BatchOptions } from './row-stage.js';
import { integersOf, listsOf, type Rows } from './table.js';

/** What a generation is made of. */
export interface ServedParts {
  readonly options: BatchOptions;
  readonly graphFile: string;
  readonly vectorFile: string;
  /** The table `related`, rows in any order. */
  readonly related: Rows;
  /** Where titles and attributes come from; without it pins are known by their ids. */
  readonly collection?: Collection;
}

/**
 * Writes the generation, whole or not at all.
 *
 * @throws PinwalkError `GENERATION_INVALID`, `STORAGE_FAILED`
 */
export function writeBatchGeneration(file: string, parts: ServedParts): void {
  const { options, graphFile, vectorFile, related, collection } = parts;
  const stored = openGeneration(graphFile, { verify: 'none' });
  try {
    const { graph } = stored;
    const { pinCount: pins, boardCount: boards, saveCount: saves } = graph;
    writeGeneration(file, {
      meta: {
        name: collection?.name ?? 'batch',
        createdAt: new Date().toISOString(),
        seed: options.seed,
        counts: { pins, boards, saves },
        ranking: batchRanking,
        batch: options,
      },
      pins: described(stored.pins.table.ids, collection?.pins),
      boards: described(stored.boards.table.ids, collection?.boards),
      graph,
      matrices: matricesOf(readVectors(vectorFile), pins),
      related: relatedRows(related),
    });
  } finally {
    stored.close();
  }
}

/** Titles, attributes and pictures by id, where they are known. */
function described(ids: readonly string[], from: ItemTable | undefined): ItemTable {
  const rows = new Map(from?.ids.map((id, row) => [id, row]));
  const of = <Value>(values: readonly Value[] | undefined, id: string): Value | undefined =>
    values?.[rows.get(id) ?? -1];
  return {
    ids,
    titles: ids.map((id) => of(from?.titles, id) ?? ''),
    attributes: ids.map((id) => of(from?.attributes, id)),
    ...(from?.pictures && { pictures: ids.map((id) => of(from.pictures, id)) }),
  };
}

/** Lists in the order of their pins. */
function relatedRows(related: Rows): { offsets: Uint32Array; neighbors: Uint32Array; weights: Float32Array } {
  const { offsets: from, values: pins } = listsOf(related, 'pins');
  const scores = Float32Array.from(listsOf(related, 'scores').values);
  const order = new Uint32Array(related.rowCount);
  integersOf(related, 'pin').forEach((pin, n) => (order[pin] = n));
  const offsets = new Uint32Array(related.rowCount + 1);
  const neighbors = new Uint32Array(pins.length);
  const weights = new Float32Array(pins.length);
  order.forEach((n, pin) => {
    const at = offsets[pin] as number;
    neighbors.set(pins.subarray(from[n], from[n + 1]), at);
    weights.set(scores.subarray(from[n], from[n + 1]), at);
    offsets[pin + 1] = at + (from[n + 1] as number) - (from[n] as number);
  });
  return { offsets, neighbors, weights };
}
