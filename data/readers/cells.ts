/**
 * Reads one cell as an id, a time, a weight or an attribute, whichever format it came from.
 */
import { copyText } from '../interner.js';
import { RejectedRow } from './table-batch.js';

/**
 * An id: text without surrounding blanks, or a number that is exact.
 *
 * @param name  what it is called in the reason, e.g. `board`
 */
export function readId(cell: unknown, name: string, isSuspect: boolean): string | RejectedRow {
  const id = typeof cell === 'string' ? cell.trim() : numberText(cell);
  if (id === undefined) {
    return new RejectedRow(
      `${name} must be text or an integer below 2^53 (got ${show(cell)}); write long ids in quotes`,
    );
  }
  if (id === '') return new RejectedRow(`${name} must not be empty`);
  if (isSuspect && id.includes('\uFFFD')) return new RejectedRow(`${name} must be UTF-8 text (got ${show(id)})`);
  return id;
}

/** A number's id: '' for none, `undefined` where digits were lost or it is no number. */
function numberText(cell: unknown): string | undefined {
  if (cell === undefined || cell === null) return '';
  if (typeof cell === 'bigint') return cell.toString();
  return typeof cell === 'number' && Number.isSafeInteger(cell) ? String(cell) : undefined;
}

/**
 * A time as milliseconds since 1970: ISO 8601 (UTC where no zone is given), seconds or milliseconds since 1970.
 *
 * Numbers below 1e11 are seconds (until the year 5138); as milliseconds they would lie before March 1973.
 *
 * @returns NaN where the cell is empty
 */
export function readTime(cell: unknown, name: string): number | RejectedRow {
  if (cell === undefined || cell === null || cell === '') return NaN;
  if (cell instanceof Date) return cell.getTime();
  const number = typeof cell === 'string' ? plainNumber(cell) : Number(cell);
  if (Number.isFinite(number)) return Math.abs(number) < 1e11 ? number * 1000 : number;
  const time = typeof cell === 'string' ? isoTime(cell.trim()) : NaN;
  if (!Number.isNaN(time)) return time;
  return new RejectedRow(`${name} must be ISO 8601 or seconds or milliseconds since 1970 (got ${show(cell)})`);
}

/** A weight: a finite number above 0; 1 where the cell is empty. */
export function readWeight(cell: unknown, name: string): number | RejectedRow {
  if (cell === undefined || cell === null || cell === '') return 1;
  const number = typeof cell === 'string' ? plainNumber(cell) : Number(cell);
  // Float32 is what is stored: a weight that would become 0 or infinite there is none.
  if (Math.fround(number) > 0 && Number.isFinite(Math.fround(number))) return number;
  return new RejectedRow(`${name} must be a number above 0 (got ${show(cell)})`);
}

/** An attribute's value: text, number or truth as it is, times as ISO 8601, lists as JSON; `undefined` for an empty cell. */
export function readAttribute(cell: unknown): string | number | boolean | undefined {
  switch (typeof cell) {
    case 'string':
      return cell === '' ? undefined : copyText(cell);
    case 'number':
      return Number.isNaN(cell) ? undefined : cell;
    case 'boolean':
      return cell;
    case 'bigint':
      return Number.isSafeInteger(Number(cell)) ? Number(cell) : cell.toString();
    case 'object':
      if (cell === null) return undefined;
      if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? undefined : cell.toISOString();
      return JSON.stringify(cell, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
    default:
      return undefined;
  }
}

/** NaN for text that is no decimal number, blanks, `0x10` and `Infinity` among it. */
function plainNumber(text: string): number {
  return /[^\d.eE+\s-]|^\s*$/.test(text) ? NaN : Number(text);
}

/** Stricter than Date.parse, which reads a time without zone as local and turns 30 February into 1 March. */
function isoTime(text: string): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?) ?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i.exec(
    text,
  );
  if (!match) return NaN;
  const [, year, month, day, clock = '00:00', zone = 'Z'] = match;
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(day) < 1 || Number(day) > lastDay) return NaN;
  const offset = /^z$/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
  return Date.parse(`${year}-${month}-${day}T${clock.replace(',', '.')}${offset}`);
}

function show(cell: unknown): string {
  const text = typeof cell === 'bigint' ? cell.toString() : (JSON.stringify(cell) ?? String(cell));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
