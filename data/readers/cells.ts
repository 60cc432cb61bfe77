/**
 * Reads one cell as an id, a time, a weight or an attribute, whichever format it came from.
 *
 * Nothing passes as what it is not: a date is no number, a truth value no id, and a number beyond 2^53 has lost digits.
 */
import { isWeight, weightMust } from '../checks.js';
import { shown } from '../errors.js';
import { copyText } from '../interner.js';
import { RejectedRow } from './table-batch.js';
import { momentOfNumber, timeOfText, type TimeForm } from './times.js';

/** Longest id, in UTF-16 units: addresses fit, a file that lost its quotes does not. */
const longestId = 16_384;

/** How ids of a file are read. */
export interface IdReading {
  /** Whether bytes that are not UTF-8 or halves of surrogate pairs may stand in it. */
  readonly isSuspect: boolean;
  /** Whether `4.0` is read as `4`. */
  readonly integerIds?: boolean | undefined;
}

/**
 * An id: text without surrounding blanks, or a number that is exact.
 *
 * @param name  what it is called in the reason, e.g. `board`
 */
export function readId(cell: unknown, name: string, { isSuspect, integerIds }: IdReading): string | RejectedRow {
  const id = typeof cell === 'string' ? cell.trim() : numberText(cell);
  if (id === undefined) {
    return new RejectedRow(`${name} must be text or an integer below 2^53 (got ${show(cell)}); ${idAdvice(cell)}`);
  }
  if (id === '') return new RejectedRow(`${name} must not be empty`);
  if (id.length > longestId) {
    return new RejectedRow(`${name} must have at most ${longestId} characters (got ${id.length}: ${show(id)})`);
  }
  if (isSuspect && /[\uFFFD\p{Cs}]/u.test(id)) {
    const must = id.includes('\uFFFD')
      ? 'must be UTF-8 text'
      : 'must be Unicode text without halves of surrogate pairs';
    const advice = id.includes('\uFFFD') ? '; name its encoding with --encoding' : '';
    return new RejectedRow(`${name} ${must} (got ${show(id)})${advice}`);
  }
  return integerIds ? id.replace(/^(-?\d+)\.0+$/, '$1') : id;
}

function idAdvice(cell: unknown): string {
  if (cell instanceof Uint8Array) return 'write binary ids as text, hexadecimal say';
  if (typeof cell !== 'object') return 'write long ids in quotes';
  return cell instanceof Date ? 'write it as text' : 'write the id alone, as text';
}

/** A number's id: '' for none, `undefined` where digits were lost or it is no number. */
function numberText(cell: unknown): string | undefined {
  if (cell === undefined || cell === null) return '';
  if (typeof cell === 'bigint') return cell.toString();
  return typeof cell === 'number' && Number.isSafeInteger(cell) ? String(cell) : undefined;
}

/**
 * A time as milliseconds since 1970: ISO 8601 and its relatives (UTC where no zone is given), a day as `20240229`, or seconds
 * to nanoseconds since 1970, told by their size (`momentOfNumber`).
 *
 * @param forms  gets the form in which the time was written
 * @returns NaN where the cell is empty
 */
export function readTime(cell: unknown, name: string, forms?: Set<TimeForm>): number | RejectedRow {
  if (cell === undefined || cell === null || cell === '') return NaN;
  const number = typeof cell === 'string' ? plainNumber(cell) : isNumber(cell) ? Number(cell) : NaN;
  if (Number.isFinite(number)) {
    const { time, form } = momentOfNumber(number);
    forms?.add(form);
    return time;
  }
  const time = cell instanceof Date ? cell.getTime() : typeof cell === 'string' ? timeOfText(cell.trim()) : NaN;
  if (!Number.isNaN(time)) {
    forms?.add('text');
    return time;
  }
  return new RejectedRow(`${name} must be ISO 8601 or seconds or milliseconds since 1970 (got ${show(cell)})`);
}

/** A weight: a number from 1e-15 to 1e15; 1 where the cell is empty. */
export function readWeight(cell: unknown, name: string): number | RejectedRow {
  if (cell === undefined || cell === null || cell === '') return 1;
  const number = typeof cell === 'string' ? plainNumber(cell) : isNumber(cell) ? Number(cell) : NaN;
  return isWeight(number) ? number : new RejectedRow(`${name} must be ${weightMust} (got ${show(cell)})`);
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
      if (cell instanceof Uint8Array) return Buffer.from(cell).toString('hex');
      return JSON.stringify(cell, (_, value: unknown) => {
        if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
        // Digits were lost: what is left is no id that a link could mean.
        if (Number.isInteger(value) && !Number.isSafeInteger(value)) return (value as number).toExponential();
        return ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;
      });
    default:
      return undefined;
  }
}

/** Number() of a date, a truth value or a list is a number too, which none of them means. */
export function isNumber(cell: unknown): cell is number | bigint {
  return typeof cell === 'number' || typeof cell === 'bigint';
}

/** NaN for text that is no decimal number, blanks, `0x10` and `Infinity` among it. */
function plainNumber(text: string): number {
  const digits = digitsOf(text); // nearly every time of a file
  return digits >= 0 ? digits : /[^\d.eE+\s-]|^\s*$/.test(text) ? NaN : Number(text);
}

/** The number that up to 15 digits write, -1 for any other text. */
function digitsOf(text: string): number {
  if (text.length === 0 || text.length > 15) return -1;
  let number = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/** A cell in a message. */
function show(cell: unknown): string {
  if (cell instanceof Uint8Array) return `${cell.length} bytes`;
  if (cell instanceof Date && !Number.isNaN(cell.getTime())) return `the date ${cell.toISOString()}`;
  return shown(typeof cell === 'string' ? JSON.stringify(cell) : cell);
}
