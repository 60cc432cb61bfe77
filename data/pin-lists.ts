/**
 * Pins of a board in one cell: a list of Parquet or JSON, a JSON list in a text file, or text with a separator between.
 *
 * Whether text is one pin or several is told by many rows: where boards stand once each and most cells hold the separator, each a
 * different number of times, they are lists. Where both readings fit, neither is taken.
 */
import { parseExactJson } from './readers/exact-json.js';

/** The pins of a cell that holds a list, or undefined where it holds one pin. */
export function listOf(cell: unknown, separator?: string): readonly unknown[] | undefined {
  if (Array.isArray(cell)) return cell as unknown[];
  if (ArrayBuffer.isView(cell) && !(cell instanceof Uint8Array) && !(cell instanceof DataView)) {
    return Array.from(cell as unknown as ArrayLike<unknown>);
  }
  if (typeof cell !== 'string') return undefined;
  if (cell.startsWith('[') && cell.endsWith(']')) {
    const list = jsonList(cell);
    if (list) return list;
  }
  return separator !== undefined && cell.includes(separator) ? partsOf(cell, separator) : undefined;
}

/** The elements of a JSON list of texts and whole numbers; undefined where the text only begins with a bracket. */
function jsonList(text: string): readonly unknown[] | undefined {
  try {
    const list: unknown = parseExactJson(text);
    const isList = Array.isArray(list) && list.every((id) => typeof id === 'string' || Number.isSafeInteger(id));
    return isList ? (list as unknown[]) : undefined;
  } catch {
    return undefined;
  }
}

/** What stands between separators; a cell of separators alone is one empty part. */
function partsOf(cell: string, separator: string): string[] {
  const parts = cell.split(separator).filter((part) => part.trim() !== '');
  return parts.length > 0 ? parts : [''];
}

/** What parts the pins of a cell, and whether it may also be a part of one pin's id. */
export interface PinSeparator {
  readonly separator: string;
  readonly isSure: boolean;
}

const separators = [',', ';', '|', ' '];
/** Rows that say something, and rows that are looked at. */
const [leastRows, mostRows] = [3, 500];

/**
 * The separator that the cells of a column of pins hold, if they look like lists.
 *
 * @param rows  board and pin of each row
 */
export function pinSeparatorOf(rows: readonly (readonly [board: unknown, pin: unknown])[]): PinSeparator | undefined {
  const sample = rows.slice(0, mostRows).filter((row): row is readonly [unknown, string] => {
    return typeof row[1] === 'string' && !row[1].startsWith('[');
  });
  if (sample.length < leastRows) return undefined;
  const isRowABoard = distinct(sample.map(([board]) => board)) >= 0.9 * sample.length;
  const cells = sample.map(([, pin]) => pin.trim());
  for (const separator of separators) {
    const lists = cells.map((cell) => partsOf(cell, separator));
    if (lists.filter(({ length }) => length > 1).length * 2 < cells.length) continue;
    const isSure = isRowABoard ? areLists(lists, separator) : false;
    if (isSure) return { separator, isSure };
    // Names have blanks; what else stands in most cells is either part of every id, or parts pins that recur.
    if (separator !== ' ' && (isRowABoard || (distinct(cells) >= 0.9 * cells.length && recur(lists) && vary(lists))))
      return { separator, isSure };
  }
  return undefined;
}

/** Of one row a board: lists of ids without blanks, or of names that recur, in different numbers. */
function areLists(lists: readonly (readonly string[])[], separator: string): boolean {
  if (!vary(lists)) return false;
  const parts = lists.flat().map((part) => part.trim());
  if (separator === ' ') return parts.every((part) => /\d/.test(part));
  return parts.every((part) => !/\s/.test(part)) || recur(lists);
}

function vary(lists: readonly (readonly string[])[]): boolean {
  return distinct(lists.map(({ length }) => length)) > 1;
}

/** Whether parts stand twice on average. */
function recur(lists: readonly (readonly string[])[]): boolean {
  const parts = lists.flat().map((part) => part.trim());
  return distinct(parts) * 2 <= parts.length;
}

function distinct(values: readonly unknown[]): number {
  return new Set(values).size;
}
