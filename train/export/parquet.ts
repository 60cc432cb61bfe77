/**
 * Vectors for DuckDB, polars, pandas and Spark: two Parquet tables, a row a pin and a row a board.
 */
import path from 'node:path';
import type { StreamedFile } from '../../data/whole-file.js';
import { parquetPieces, type ParquetRows, type ParquetType } from '../../data/writers/parquet.js';
import { itemsOf, type ExportedVectors, type VectorSource, type VectorTable } from './vectors.js';

const itemColumns: Readonly<Record<string, ParquetType>> = {
  ...{ id: 'text', title: 'text', saves: 'integer', community: 'integer' },
  attributes: 'text', // JSON
};

const rowsInGroup = 4096;

/** `pins.parquet` with lists of floats `vector` and `vectorForBoards`, and `boards.parquet` with `vector`. */
export function parquetFiles(folder: string, source: VectorSource, vectors: ExportedVectors): StreamedFile[] {
  const { pins, pinsForBoards, boards } = vectors;
  const ofPins = { vector: pins, vectorForBoards: pinsForBoards };
  return [
    { file: path.join(folder, 'pins.parquet'), pieces: tablePieces(source, 'pins', ofPins) },
    { file: path.join(folder, 'boards.parquet'), pieces: tablePieces(source, 'boards', { vector: boards }) },
  ];
}

function tablePieces(
  source: VectorSource,
  kind: 'pins' | 'boards',
  tables: Readonly<Record<string, VectorTable>>,
): Generator<Uint8Array> {
  const rows = Object.values(tables)[0]?.rows ?? new Uint32Array(0);
  function* groups(): Generator<ParquetRows> {
    for (let from = 0; from < rows.length; from += rowsInGroup) {
      const to = Math.min(rows.length, from + rowsInGroup);
      const items = [...itemsOf(source, kind, rows.subarray(from, to))];
      const cells = {
        id: items.map(({ id }) => id),
        title: items.map(({ title }) => title),
        saves: items.map(({ saves }) => saves),
        community: items.map(({ community }) => community),
        attributes: items.map(({ attributes }) => (attributes ? JSON.stringify(attributes) : null)),
      };
      const lists = Object.entries(tables).map(([name, table]) => [
        name,
        { length: table.dimension, values: table.values(from, to) },
      ]);
      yield { cells, lists: Object.fromEntries(lists) as ParquetRows['lists'] };
    }
  }
  return parquetPieces(itemColumns, Object.keys(tables), groups());
}
