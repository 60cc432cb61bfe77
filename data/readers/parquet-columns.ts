/**
 * Columns of a Parquet file as plain cells: text, numbers, bigints, dates, lists; what has no such form is left as bytes.
 */
import { type FileMetaData, parquetRead, parquetSchema, type SchemaTree } from 'hyparquet';
import { isNumber } from './cells.js';
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
    metadata,
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

/** What hyparquet's cells of a column become. */
function converterOf(column: SchemaTree): (cell: unknown) => unknown {
  const { logical_type: logical, converted_type: converted, scale = 0, type } = column.element;
  if (logical?.type === 'TIME' || converted === 'TIME_MILLIS' || converted === 'TIME_MICROS') {
    const unit = logical?.type === 'TIME' ? logical.unit : converted === 'TIME_MILLIS' ? 'MILLIS' : 'MICROS';
    const perSecond = { MILLIS: 1e3, MICROS: 1e6, NANOS: 1e9 }[unit];
    return (cell) => (isNumber(cell) ? clockOf(Number(cell), perSecond) : cell);
  }
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') {
    const digits = logical?.type === 'DECIMAL' ? logical.scale : scale;
    // hyparquet multiplies by 10^-scale, which leaves 0.30000000000000004 for 0.3.
    return (cell) => (typeof cell === 'number' && digits > 0 ? Number(cell.toFixed(Math.min(100, digits))) : cell);
  }
  if (type === 'BYTE_ARRAY' && !logical && !converted)
    return (cell) => (cell instanceof Uint8Array ? textOrBytes(cell) : cell);
  return (cell) => cell;
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
