/**
 * Rows of JSON lines: one object a line, its keys the columns.
 */
import { parseExactJson } from './exact-json.js';
import { readLines, type TextOptions } from './lines.js';
import { RejectedRow, type TableBatch, type TableRow } from './table-batch.js';

/**
 * Streams the objects of a JSON lines file; columns are named in the order in which keys first come.
 *
 * @throws PinwalkError what `readLines` throws
 */
export async function* readJsonLines(file: string, options: TextOptions = {}): AsyncGenerator<TableBatch> {
  const columnOfKey = new Map<string, number>();
  for await (const { lines, firstLine, isSuspect } of readLines(file, options)) {
    const rows: TableRow[] = [];
    const positions: number[] = [];
    let hasEscapes = false; // only an escape can write half of a surrogate pair
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] as string;
      if (line.trim() === '') continue;
      rows.push(parseObject(line, columnOfKey));
      positions.push(firstLine + i);
      hasEscapes ||= line.includes('\\u');
    }
    if (rows.length === 0) continue;
    const columns = [...columnOfKey.keys()];
    const readAs = 'JSON, an object a line';
    yield { columns, rows, positions, isSuspect: isSuspect || hasEscapes, isHeaderless: false, readAs };
  }
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
