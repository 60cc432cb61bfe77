/**
 * Rows of JSON lines: one object a line, its keys the columns.
 */
import { PinwalkError, shown } from '../errors.js';
import { parseExactJson } from './exact-json.js';
import { readLines, type TextOptions } from './lines.js';
import { RejectedRow, type TableBatch, type TableRow } from './table-batch.js';

/** Most different keys of a file: more are values written as keys, and each would be a column of every row. */
const mostColumns = 1 << 16;

/**
 * Streams the objects of a JSON lines file; columns are named in the order in which keys first come.
 *
 * @throws PinwalkError `INPUT_INVALID` for more than 65,536 different keys; what `readLines` throws
 */
export async function* readJsonLines(file: string, options: TextOptions = {}): AsyncGenerator<TableBatch> {
  const columnOfKey = new Map<string, number>();
  let columns: readonly string[] = [];
  for await (const { lines, firstLine, isSuspect } of readLines(file, options)) {
    const rows: TableRow[] = [];
    const positions: number[] = [];
    let hasEscapes = false; // only an escape can write half of a surrogate pair
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] as string;
      if (line.trim() === '') continue;
      rows.push(parseObject(line, columnOfKey));
      positions.push(firstLine + i);
      if (columnOfKey.size > mostColumns) refuseKeys(file, firstLine + i, [...columnOfKey.keys()]);
      hasEscapes ||= line.includes('\\u');
    }
    if (rows.length === 0) continue;
    if (columns.length < columnOfKey.size) columns = [...columnOfKey.keys()];
    const readAs = 'JSON, an object a line';
    yield { columns, rows, positions, isSuspect: isSuspect || hasEscapes, isHeaderless: false, readAs };
  }
}

function refuseKeys(file: string, line: number, keys: readonly string[]): never {
  const last = shown(JSON.stringify(keys.at(-1)));
  const must = `all lines together must have at most ${mostColumns} different keys (got ${keys.length}, the last ${last})`;
  throw new PinwalkError('INPUT_INVALID', `${file} line ${line}: ${must}; write keys that are values under one name`);
}

function parseObject(line: string, columnOfKey: Map<string, number>): TableRow {
  let value: unknown;
  try {
    value = parseExactJson(line);
  } catch (error) {
    return new RejectedRow(`must be valid JSON (got: ${(error as Error).message})`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return new RejectedRow(`must be a JSON object (got ${line.slice(0, 40)})`);
  }
  const cells: unknown[] = [];
  for (const [key, cell] of Object.entries(value)) {
    let column = columnOfKey.get(key);
    if (column === undefined) {
      column = columnOfKey.size;
      columnOfKey.set(key, column);
    }
    cells[column] = cell;
  }
  return cells;
}
