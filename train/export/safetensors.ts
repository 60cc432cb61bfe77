/**
 * Vectors in one safetensors file: three tensors, and ids, titles and attributes as its metadata.
 */
import type { StreamedFile } from '../../data/whole-file.js';
import { safetensorsHeader } from '../../data/writers/safetensors.js';
import { bytesOf, itemsOf, type ExportedVectors, type VectorSource } from './vectors.js';

/**
 * Tensors `pins`, `pins_for_boards` and `boards`; metadata `pin_ids`, `pin_titles`, `pin_attributes` and the same of boards, each a JSON
 * list with an entry a row.
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` where ids, titles and attributes are more than a header may hold
 */
export function safetensorsFile(file: string, source: VectorSource, vectors: ExportedVectors): StreamedFile[] {
  const { pins, pinsForBoards, boards } = vectors;
  const tables = { pins, pins_for_boards: pinsForBoards, boards };
  const shapes = Object.entries(tables).map(([name, { rows, dimension }]) => ({
    name,
    shape: [rows.length, dimension],
  }));
  const metadata = {
    creator: 'Pinwalk',
    ...describeItems('pin', source, pins.rows),
    ...describeItems('board', source, boards.rows),
  };
  function* pieces(): Generator<Uint8Array> {
    yield safetensorsHeader(shapes, metadata);
    for (const table of Object.values(tables)) yield* bytesOf(table);
  }
  return [{ file, pieces: pieces() }];
}

/** Ids, titles and attributes of rows as JSON lists by name. */
export function describeItems(kind: 'pin' | 'board', source: VectorSource, rows: Uint32Array): Record<string, string> {
  const items = [...itemsOf(source, `${kind}s`, rows)];
  return {
    [`${kind}_ids`]: JSON.stringify(items.map(({ id }) => id)),
    [`${kind}_titles`]: JSON.stringify(items.map(({ title }) => title)),
    [`${kind}_attributes`]: JSON.stringify(items.map(({ attributes }) => attributes ?? null)),
  };
}
