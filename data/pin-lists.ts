/**
 * Pins of a board in one cell: a list of Parquet or JSON, or a JSON list in a text file.
 */
import { parseExactJson } from './readers/exact-json.js';

/** The pins of a cell that holds a list, or undefined where it holds one pin. */
export function listOf(cell: unknown): readonly unknown[] | undefined {
  if (Array.isArray(cell)) return cell as unknown[];
  if (ArrayBuffer.isView(cell) && !(cell instanceof Uint8Array) && !(cell instanceof DataView)) {
    return Array.from(cell as unknown as ArrayLike<unknown>);
  }
  if (typeof cell !== 'string' || !cell.startsWith('[') || !cell.endsWith(']')) return undefined;
  return jsonList(cell);
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
