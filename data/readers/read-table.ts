/**
 * Opens a table by what its name says: csv, tsv, txt, jsonl or ndjson, each also `.gz` or `.zst`, or parquet.
 */
import path from 'node:path';
import { PinwalkError } from '../errors.js';
import { looksLikeHeader } from '../header-evidence.js';
import { readDelimited } from './delimited.js';
import { readJsonLines } from './json-lines.js';
import type { TextOptions } from './lines.js';
import { readParquet } from './parquet.js';
import { RejectedRow, type TableBatch, type TableLayout, type TableRow } from './table-batch.js';

const textExtensions = ['csv', 'tsv', 'txt', 'jsonl', 'ndjson'] as const;

/** Every ending that a table's name can have, without the leading dot, in lower case. */
export const tableExtensions: readonly string[] = [
  ...textExtensions,
  ...textExtensions.flatMap((extension) => [`${extension}.gz`, `${extension}.zst`]),
  'parquet',
];

/** Whether a file of this name can be read as a table. */
export function isTable(name: string): boolean {
  return tableExtensions.some((extension) => name.toLowerCase().endsWith(`.${extension}`));
}

/** How a table is read. */
export type TableOptions = TextOptions & {
  readonly layout: TableLayout;
  /** Reads a file in a way of its own; default: by what its name says. */
  readonly read?: ((file: string, options: TextOptions) => AsyncGenerator<TableBatch>) | undefined;
};

/**
 * Streams the rows of `file`, whatever its format.
 *
 * @throws PinwalkError `INPUT_INVALID` for an ending that is not known; what the reader of the format throws
 */
export function readTable(file: string, options: TableOptions): AsyncGenerator<TableBatch> {
  if (options.read) return options.read(file, options);
  const extension = path
    .extname(file.replace(/\.(?:gz|zst)$/i, ''))
    .slice(1)
    .toLowerCase();
  switch (extension) {
    case 'csv':
    case 'tsv':
    case 'txt':
      return readDelimited(file, extension, options);
    case 'jsonl':
    case 'ndjson':
      return readJsonLines(file, options);
    case 'parquet':
      return readParquet(file, options);
    default:
      throw new PinwalkError(
        'INPUT_INVALID',
        `${file}: the name must end in one of ${tableExtensions.map((e) => `.${e}`).join(' ')} (got .${extension}); rename it`,
      );
  }
}

/**
 * Streams the rows of several files as one table, the columns that their folders name behind their own.
 *
 * Each part has a header of its own or none; the columns of two parts may differ in order and number.
 */
export async function* readParts(
  parts: readonly { readonly file: string; readonly constants: readonly (readonly [string, string])[] }[],
  options: TableOptions,
): AsyncGenerator<TableBatch> {
  const shared = parts.length > 1 ? layoutOfParts(options.layout) : options.layout;
  for (const { file, constants } of parts) {
    const part = parts.length > 1 ? { part: path.basename(file) } : {};
    const layout = constants.length > 0 ? layoutWith(shared, constants) : shared;
    for await (const batch of readTable(file, { ...options, layout })) {
      if (constants.length === 0) yield { ...batch, ...part };
      else yield { ...batch, ...part, ...withConstants(batch, constants) };
    }
  }
}

function withConstants(
  { columns, rows }: TableBatch,
  constants: readonly (readonly [string, string])[],
): Pick<TableBatch, 'columns' | 'rows'> {
  const values = constants.map(([, value]) => value);
  const complete = (row: TableRow): TableRow => {
    if (row instanceof RejectedRow) return row;
    return [...columns.map((_, column) => row[column]), ...values];
  };
  return { columns: [...columns, ...constants.map(([name]) => name)], rows: rows.map(complete) };
}

/** `layout` for files cut from one, whose header stands in the first alone: the others have its columns. */
function layoutOfParts(layout: TableLayout): TableLayout {
  let first: readonly string[] | undefined;
  const columnsOf: TableLayout['columnsOf'] = (rows, file) => {
    const isLikeFirst = first !== undefined && rows[0]?.length === first.length && !looksLikeHeader(rows);
    try {
      const named = layout.columnsOf(rows, file);
      if (named.isHeader) first ??= named.columns;
      return !named.isHeader && isLikeFirst && first ? { columns: first, isHeader: false } : named;
    } catch (error) {
      if (isLikeFirst && first) return { columns: first, isHeader: false };
      throw error;
    }
  };
  return { wants: layout.wants, columnsOf };
}

/** `layout` for a file that lacks the columns which its folders name. */
function layoutWith(layout: TableLayout, constants: readonly (readonly [string, string])[]): TableLayout {
  const names = constants.map(([name]) => name);
  const values = constants.map(([, value]) => value);
  return {
    wants: layout.wants,
    columnsOf: (rows, file) => {
      const complete = rows.map((row, i) => [...row, ...(i === 0 ? names : values)]);
      const { columns, isHeader } = layout.columnsOf(complete, file);
      return { columns: columns.slice(0, columns.length - constants.length), isHeader };
    },
  };
}

/** How positions in `file` are called in messages. */
export function positionUnit(file: string): 'line' | 'row' {
  return file.toLowerCase().endsWith('.parquet') ? 'row' : 'line';
}
