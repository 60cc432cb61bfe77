/**
 * Columns of a Parquet file as plain cells: text, numbers, bigints, dates, lists; what has no such form is left as bytes.
 */
import { type FileMetaData, parquetRead, parquetSchema, type SchemaTree } from 'hyparquet';
import { isNumber } from './cells.js';
import { decimalOf } from './decimals.js';
import { decompressors } from './decompressors.js';
import { checkPages, type ParquetFile } from './parquet-file.js';

/** Types that hyparquet does not read or that mean nothing here. */
const leftOut = /^(?:BSON|INTERVAL|GEOMETRY|GEOGRAPHY|VARIANT)$/;

/** What a column holds, for messages: `TIMESTAMP`, `DECIMAL`, `BYTE_ARRAY`, `LIST`. */
function typeOf({ element }: SchemaTree): string {
  return element.logical_type?.type ?? element.converted_type ?? element.type ?? 'STRUCT';
}

/** Names of the columns, and those that cannot be read with their types. */
export function columnNames(metadata: FileMetaData): { names: string[]; unreadable: string[] } {
  const columns = parquetSchema(metadata).children;
  const isReadable = (column: SchemaTree): boolean => !leftOut.test(typeOf(column));
  return {
    names: columns.filter(isReadable).map(({ element }) => element.name),
    unreadable: columns
      .filter((column) => !isReadable(column))
      .map((column) => `${column.element.name} (${typeOf(column)})`),
  };
}

/**
 * Reads one column of one row group.
 *
 * @param onProgress  called for every page, and now and then within one
 * @returns one cell a row
 * @throws Error with what must hold
 */
export async function readColumn(
  file: ParquetFile,
  metadata: FileMetaData,
  { name, group, onProgress }: { name: string; group: number; onProgress: () => void },
): Promise<unknown[]> {
  const rowGroup = metadata.row_groups[group];
  const column = parquetSchema(metadata).children.find(({ element }) => element.name === name);
  if (!rowGroup || !column) throw new Error('must be in the file');
  const rowStart = metadata.row_groups.slice(0, group).reduce((sum, { num_rows }) => sum + Number(num_rows), 0);
  const rowCount = Number(rowGroup.num_rows);
  for (const { meta_data: chunk } of rowGroup.columns) {
    if (chunk?.path_in_schema[0] !== name) continue;
    onProgress();
    await checkPages(file, chunk, { rowCount, isFlat: column.children.length === 0 });
  }
  const cells: unknown[] = [];
  let texts = 0;
  await parquetRead({
    file,
    metadata: withRawDecimals(metadata, column),
    columns: [name],
    rowStart,
    rowEnd: rowStart + rowCount,
    compressors: decompressors(onProgress),
    utf8: false,
    onPage: onProgress,
    parsers: {
      stringFromBytes: (bytes) => {
        if (++texts % 8192 === 0) onProgress();
        return textOf(bytes);
      },
    },
    onChunk: ({ columnData }) => {
      const convert = converterOf(column);
      for (let i = 0; i < columnData.length; i++) cells.push(convert(columnData[i]));
    },
  });
  if (cells.length !== rowCount) throw new Error(`must have ${rowCount} rows (got ${cells.length})`);
  return cells;
}

/** Bytes as text, none where there are none; Buffer replaces what is not UTF-8, as TextDecoder does. */
function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** The leaf of a column that has one alone: a flat one's own element, a list's innermost. */
function leafOf(column: SchemaTree): SchemaTree | undefined {
  const [child, another] = column.children;
  if (!child) return column;
  return another ? undefined : leafOf(child);
}

function isDecimal({ logical_type: logical, converted_type: converted }: SchemaTree['element']): boolean {
  return converted === 'DECIMAL' || logical?.type === 'DECIMAL';
}

/** The same file with decimals left as they are stored: hyparquet multiplies them by 10^-scale, and rounds those beyond 2^53. */
function withRawDecimals(metadata: FileMetaData, column: SchemaTree): FileMetaData {
  const leaf = leafOf(column)?.element;
  if (!leaf || !isDecimal(leaf)) return metadata;
  const raw = { ...leaf };
  delete raw.converted_type;
  delete raw.logical_type;
  return { ...metadata, schema: metadata.schema.map((element) => (element === leaf ? raw : element)) };
}

/** What hyparquet's cells of a column become; those of lists element by element. */
function converterOf(column: SchemaTree): (cell: unknown) => unknown {
  const leaf = leafOf(column);
  const convert = leaf && leafConverter(leaf.element);
  if (!convert) return (cell) => cell;
  const nested = (cell: unknown): unknown => {
    if (Array.isArray(cell)) return cell.map(nested);
    if (ArrayBuffer.isView(cell) && !(cell instanceof Uint8Array)) return Array.from(cell as Int32Array, convert);
    if (typeof cell !== 'object' || cell === null || cell instanceof Uint8Array || cell instanceof Date)
      return convert(cell);
    return Object.fromEntries(Object.entries(cell).map(([name, value]) => [name, nested(value)]));
  };
  return nested;
}

function leafConverter(element: SchemaTree['element']): ((cell: unknown) => unknown) | undefined {
  const { logical_type: logical, converted_type: converted, scale = 0, type } = element;
  if (logical?.type === 'TIME' || converted === 'TIME_MILLIS' || converted === 'TIME_MICROS') {
    const unit = logical?.type === 'TIME' ? logical.unit : converted === 'TIME_MILLIS' ? 'MILLIS' : 'MICROS';
    const perSecond = { MILLIS: 1e3, MICROS: 1e6, NANOS: 1e9 }[unit];
    return (cell) => (isNumber(cell) ? clockOf(Number(cell), perSecond) : cell);
  }
  if (isDecimal(element)) {
    const digits = logical?.type === 'DECIMAL' ? logical.scale : scale;
    return (cell) => decimalOf(cell, digits);
  }
  if (type === 'BYTE_ARRAY' && !logical && !converted) {
    return (cell) => (cell instanceof Uint8Array ? textOrBytes(cell) : cell);
  }
  return undefined;
}

/** A time of day as `12:30:00.5`. */
function clockOf(count: number, perSecond: number): string {
  const seconds = Math.floor(count / perSecond);
  const rest = (count - seconds * perSecond) / perSecond;
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return rest === 0 ? clock : `${clock}${String(Number(rest.toFixed(9))).slice(1)}`;
}

const strictText = new TextDecoder('utf-8', { fatal: true });

/** Bytes without a type that are text, as older writers store it. */
function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  try {
    return strictText.decode(bytes);
  } catch {
    return bytes;
  }
}
