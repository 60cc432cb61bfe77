/**
 * Range checks at the door of public functions, with one style of message: `where: what must hold (got value)`.
 */
import { PinwalkError, shown } from './errors.js';

/** @throws PinwalkError `OPTION_OUT_OF_RANGE` unless `value` is an integer from `least` to `most`; without `most` from `least` up */
export function checkInteger(what: string, value: number, least: number, most = Infinity): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const range = most === Infinity ? `${least} up` : `${least} to ${most}`;
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `${what} must be an integer from ${range} (got ${value})`);
}

/**
 * @param got  the value with its place, for the message
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` unless `value` is above 0 and finite: a weight, a power
 */
export function checkPositive(what: string, value: number, got = String(value)): void {
  if (value > 0 && value < Infinity) return;
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `${what} must be a finite number above 0 (got ${got})`);
}

/**
 * Whether a number can be the weight of a save, and what must hold of one, in words. Only ratios of weights count; between these bounds
 * no sum of 2^32 of them, and no square, leaves what 32 bits can hold.
 */
export function isWeight(value: number): boolean {
  return value >= 1e-15 && value <= 1e15;
}
export const weightMust = 'a number from 1e-15 to 1e15';

/** @throws PinwalkError `OPTION_OUT_OF_RANGE` unless `value` is in [0, 1): a share, a chance to return */
export function checkFraction(what: string, value: number): void {
  if (value >= 0 && value < 1) return;
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `${what} must be at least 0 and below 1 (got ${value})`);
}

/** @throws PinwalkError `OPTION_OUT_OF_RANGE` unless `value` is one of those accepted */
export function checkChoice(what: string, value: string, accepted: readonly string[]): void {
  if (accepted.includes(value)) return;
  const got = shown(JSON.stringify(value));
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `${what} must be one of ${accepted.join(', ')} (got ${got})`);
}

/**
 * @param count  rows there are
 * @param got  the row with its place, for the message
 * @throws PinwalkError `ROW_OUT_OF_RANGE` unless `row` is one of them
 */
export function checkRow(what: string, row: number, count: number, got = String(row)): void {
  if (Number.isInteger(row) && row >= 0 && row < count) return;
  const range = count === 0 ? 'one of none' : `from 0 to ${count - 1}`;
  throw new PinwalkError('ROW_OUT_OF_RANGE', `${what} must be ${range} (got ${got})`);
}
