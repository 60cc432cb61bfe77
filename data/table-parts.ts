/**
 * The files of one table: a file, a folder of parts as Spark, Dask and DuckDB write them, or a name with `*`.
 *
 * Hive's folders `board=b1/` become columns, their values as text. Hidden files and those that begin with `_` (`_SUCCESS`,
 * `_metadata`) are skipped. A folder that Delta Lake, Apache Iceberg, Hudi or Paimon keeps is refused: its log says which of its files count,
 * and the plain files bring back rows that were deleted.
 */
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { PinwalkError } from './errors.js';
import { readingError } from './readers/lines.js';
import { isTable, tableExtensions } from './readers/read-table.js';

/** One file of a table, and the columns that its folders name. */
export interface TablePart {
  readonly file: string;
  readonly constants: readonly (readonly [column: string, value: string])[];
}

/** The files of one table, in the order in which they are read. */
export interface TableParts {
  /** Shown in reports: the file's path, or the folder's with the number of its parts. */
  readonly name: string;
  readonly parts: readonly TablePart[];
}

/**
 * Finds the files of a table.
 *
 * @param places  files, folders of parts, or paths whose last part holds `*` or `?`; several are read as one table
 * @throws PinwalkError `INPUT_MISSING` where there is none; `INPUT_INVALID` for a folder that a table format keeps
 */
export async function findParts(places: readonly string[]): Promise<TableParts> {
  const found = await Promise.all(places.map(partsAt));
  const parts = found.flat();
  const [first] = places;
  if (parts.length === 1 && parts[0]) return { name: parts[0].file, parts };
  return { name: `${first ?? ''}${places.length > 1 ? ' and others' : ''} (${parts.length} parts)`, parts };
}

async function partsAt(place: string): Promise<TablePart[]> {
  if (/[*?]/.test(path.basename(place))) return globbed(place);
  try {
    if (!(await stat(place)).isDirectory()) return [{ file: place, constants: [] }];
  } catch (error) {
    throw readingError(place, error);
  }
  const parts = await partsIn(place, []);
  if (parts.length > 0) return parts;
  const message = `${place}: a folder of parts must hold files ending in one of ${tableExtensions.join(' ')} (got none)`;
  throw new PinwalkError('INPUT_MISSING', `${message}; name the files themselves`);
}

async function partsIn(folder: string, constants: TablePart['constants']): Promise<TablePart[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).sort(byName);
  const names = entries.map(({ name }) => name);
  await refuseTableFormats(folder, names);
  const parts: TablePart[] = [];
  for (const entry of entries) {
    if (/^[._]/.test(entry.name)) continue;
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      const hive = /^([^=]+)=(.*)$/s.exec(entry.name);
      const own = hive ? [...constants, [hive[1] ?? '', hiveValue(hive[2] ?? '')] as const] : constants;
      parts.push(...(await partsIn(place, own)));
    } else if (isTable(entry.name)) parts.push({ file: place, constants });
  }
  return parts;
}

/** Hive percent-encodes what a folder's name cannot hold, and has a word for no value. */
function hiveValue(text: string): string {
  if (text === '__HIVE_DEFAULT_PARTITION__') return '';
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that encodes nothing
  }
}

async function refuseTableFormats(folder: string, names: readonly string[]): Promise<void> {
  const isDelta = names.includes('_delta_log');
  const isIceberg =
    names.includes('metadata') &&
    (await readdir(path.join(folder, 'metadata')).catch(() => [])).some((name) => name.endsWith('.metadata.json'));
  const others = names.includes('.hoodie')
    ? 'Apache Hudi'
    : ['manifest', 'schema', 'snapshot'].every((name) => names.includes(name))
      ? 'Apache Paimon'
      : undefined;
  const must = `${folder}: must be plain files (got a table of`;
  if (others !== undefined) {
    const advice = 'write what it holds to one file first, with Spark: spark.read.table(...).write.parquet(...)';
    throw new PinwalkError('INPUT_INVALID', `${must} ${others}, whose files bring back deleted rows); ${advice}`);
  }
  if (!isDelta && !isIceberg) return;
  const [format, scan] = isDelta ? ['Delta Lake', 'delta_scan'] : ['Apache Iceberg', 'iceberg_scan'];
  throw new PinwalkError(
    'INPUT_INVALID',
    `${must} ${format}, whose files bring back deleted rows); write what it holds to ` +
      `one file first, with DuckDB: COPY (FROM ${scan}('${folder}')) TO 'saves.parquet'`,
  );
}

async function globbed(place: string): Promise<TablePart[]> {
  const folder = path.dirname(place);
  const pattern = path
    .basename(place)
    .replace(/[^\w*?]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  const isMatch = new RegExp(`^${pattern}$`);
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => isMatch.test(name) && !/^[._]/.test(name)).sort(naturally);
  } catch (error) {
    throw readingError(folder, error);
  }
  if (names.length === 0) {
    throw new PinwalkError('INPUT_MISSING', `${place}: must match at least one file (got none); check the path`);
  }
  return (await Promise.all(names.map((name) => partsAt(path.join(folder, name))))).flat();
}

function byName(a: { name: string }, b: { name: string }): number {
  return naturally(a.name, b.name);
}

/** `part-2` before `part-10`; the same everywhere, whatever the machine's language. */
function naturally(a: string, b: string): number {
  const pad = (text: string): string => text.replace(/\d+/g, (digits) => digits.padStart(20, '0'));
  return pad(a) < pad(b) ? -1 : pad(a) > pad(b) ? 1 : 0;
}
