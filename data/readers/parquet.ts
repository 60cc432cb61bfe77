/**
 * Rows of Parquet through hyparquet, one row group at a time and only the columns that are wanted.
 */
import * as zlib from 'node:zlib';
import { asyncBufferFromFile, type Compressors, parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { PinwalkError } from '../errors.js';
import { type ByteProgress, readingError } from './lines.js';
import type { TableBatch, TableLayout } from './table-batch.js';

const batchRows = 1 << 14;

/** Newer than the declarations for Node 20 that this is compiled against. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (input: Uint8Array) => Uint8Array };

/** Beyond hyparquet's own snappy; zstd where this Node has it (22.15 and newer). */
const compressors: Compressors = {
  GZIP: (input) => zlib.gunzipSync(input),
  BROTLI: (input) => zlib.brotliDecompressSync(input),
  ...(zstdDecompressSync && { ZSTD: zstdDecompressSync }),
};

/**
 * Streams the rows of a Parquet file. Memory: the wanted columns of one row group.
 *
 * @throws PinwalkError `INPUT_MISSING`; `INPUT_INVALID` when it is not Parquet, or compressed in a way that is not known here
 */
export async function* readParquet(
  file: string,
  options: { layout: TableLayout; onProgress?: ByteProgress | undefined },
): AsyncGenerator<TableBatch> {
  try {
    const buffer = await asyncBufferFromFile(file);
    const metadata = await parquetMetadataAsync(buffer);
    const names = parquetSchema(metadata).children.map((child) => child.element.name);
    const columns = options.layout.columnsOf(names, file).columns.filter((name) => options.layout.wants(name));
    let rowStart = 0;
    for (const [group, { num_rows }] of metadata.row_groups.entries()) {
      const rowCount = Number(num_rows);
      const cells = new Map<string, ArrayLike<unknown>[]>();
      await parquetRead({
        file: buffer,
        metadata,
        columns,
        rowStart,
        rowEnd: rowStart + rowCount,
        compressors,
        onChunk: ({ columnName, columnData }) => {
          const chunks = cells.get(columnName);
          if (chunks) chunks.push(columnData);
          else cells.set(columnName, [columnData]);
        },
      });
      yield* batchesOf(
        columns,
        columns.map((name) => cells.get(name) ?? []),
        rowStart,
      );
      rowStart += rowCount;
      options.onProgress?.(
        Math.round((buffer.byteLength * (group + 1)) / metadata.row_groups.length),
        buffer.byteLength,
      );
    }
  } catch (error) {
    const known = readingError(file, error);
    if (known instanceof PinwalkError || !(error instanceof Error)) throw known;
    const message = `${file}: must be a Parquet file that hyparquet reads (got: ${error.message}); write it with snappy or gzip`;
    throw new PinwalkError('INPUT_INVALID', message, { cause: error });
  }
}

/** Turns the chunks of one row group's columns into batches of rows. */
function* batchesOf(columns: string[], chunks: ArrayLike<unknown>[][], rowStart: number): Generator<TableBatch> {
  const cursors = chunks.map((list) => ({ list, chunk: 0, at: 0 }));
  const rowCount = (chunks[0] ?? []).reduce((sum, chunk) => sum + chunk.length, 0);
  for (let start = 0; start < rowCount; start += batchRows) {
    const rows: unknown[][] = [];
    const positions: number[] = [];
    for (let row = start; row < Math.min(start + batchRows, rowCount); row++) {
      positions.push(rowStart + row + 1);
      rows.push(
        cursors.map((cursor) => {
          while (cursor.at === cursor.list[cursor.chunk]?.length) {
            cursor.chunk++;
            cursor.at = 0;
          }
          return cursor.list[cursor.chunk]?.[cursor.at++];
        }),
      );
    }
    yield { columns, rows, positions, isSuspect: false, isHeaderless: false };
  }
}
