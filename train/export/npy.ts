/**
 * Vectors for NumPy, faiss, hnswlib and whatever takes arrays: `.npy` files, and the ids of their rows one a line beside them.
 */
import path from 'node:path';
import { PinwalkError } from '../../data/errors.js';
import type { StreamedFile } from '../../data/whole-file.js';
import { npyHeader } from '../../data/writers/npy.js';
import { bytesOf, type ExportedVectors, type VectorSource, type VectorTable } from './vectors.js';

/**
 * `pins.npy` and `pins-for-boards.npy` with `pins.txt`; `boards.npy` with `boards.txt`.
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for ids that no line can hold
 */
export function npyFiles(folder: string, source: VectorSource, vectors: ExportedVectors): StreamedFile[] {
  const { pins, pinsForBoards, boards } = vectors;
  const at = (name: string): string => path.join(folder, name);
  return [
    { file: at('pins.txt'), pieces: idLines(source.pins.table.ids, pins.rows) },
    { file: at('boards.txt'), pieces: idLines(source.boards.table.ids, boards.rows) },
    { file: at('pins.npy'), pieces: npyPieces(pins) },
    { file: at('pins-for-boards.npy'), pieces: npyPieces(pinsForBoards) },
    { file: at('boards.npy'), pieces: npyPieces(boards) },
  ];
}

/** A table as a `.npy` file. */
export function* npyPieces(table: VectorTable): Generator<Uint8Array> {
  yield npyHeader('<f4', [table.rows.length, table.dimension]);
  yield* bytesOf(table);
}

/** Ids of some rows, one a line. @throws PinwalkError `OPTION_OUT_OF_RANGE` for an id with a line end in it */
export function* idLines(ids: readonly string[], rows: Uint32Array): Generator<string> {
  const bad = ids.find((id) => /[\n\r]/.test(id));
  if (bad !== undefined) {
    const must = `ids in lists of lines must hold no line ends (got ${JSON.stringify(bad)})`;
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `export: ${must}; take the format parquet or safetensors`);
  }
  const linesInPiece = 4096;
  for (let from = 0; from < rows.length; from += linesInPiece)
    yield Array.from(rows.subarray(from, from + linesInPiece), (row) => `${ids[row]}\n`).join('');
}
