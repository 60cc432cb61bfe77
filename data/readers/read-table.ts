/**
 * Opens a table by what its name says: csv, tsv, txt, jsonl or ndjson, each also `.gz`, or parquet.
 */
import path from 'node:path';
import { PinwalkError } from '../errors.js';
import { readDelimited } from './delimited.js';
import { readJsonLines } from './json-lines.js';
import type { ByteProgress } from './lines.js';
import { readParquet } from './parquet.js';
import type { TableBatch, TableLayout } from './table-batch.js';

const textExtensions = ['csv', 'tsv', 'txt', 'jsonl', 'ndjson'] as const;

/** Every ending that a table's name can have, without the leading dot. */
export const tableExtensions: readonly string[] = [
  ...textExtensions,
  ...textExtensions.map((extension) => `${extension}.gz`),
  'parquet',
];

/**
 * Streams the rows of `file`, whatever its format.
 *
 * @throws PinwalkError `INPUT_INVALID` for an ending that is not known; what the reader of the format throws
 */
export function readTable(
  file: string,
  options: { layout: TableLayout; onProgress?: ByteProgress | undefined },
): AsyncGenerator<TableBatch> {
  const extension = path.extname(file.replace(/\.gz$/i, '')).slice(1).toLowerCase();
  switch (extension) {
    case 'csv':
    case 'tsv':
    case 'txt':
      return readDelimited(file, extension, options);
    case 'jsonl':
    case 'ndjson':
      return readJsonLines(file, options.onProgress);
    case 'parquet':
      return readParquet(file, options);
    default:
      throw new PinwalkError(
        'INPUT_INVALID',
        `${file}: the name must end in one of ${tableExtensions.map((e) => `.${e}`).join(' ')} (got .${extension}); rename it`,
      );
  }
}

/** How positions in `file` are called in messages. */
export function positionUnit(file: string): 'line' | 'row' {
  return file.toLowerCase().endsWith('.parquet') ? 'row' : 'line';
}
