/**
 * Filters over the attributes of pins: what a list may hold. A filter names rows to leave out before the list is made, so that a
 * selective one still fills the page.
 */
import type { Attributes, ItemTable } from '../data/collection.js';
import { PinwalkError, shown } from '../data/errors.js';
import type { Generation } from '../data/generation/read.js';

type Value = string | number | boolean;

/** A condition on one attribute, or several put together. */
export type Filter =
  | { readonly attribute: string; readonly in: readonly Value[] }
  | { readonly attribute: string; readonly from?: string | number; readonly to?: string | number }
  | { readonly and: readonly Filter[] }
  | { readonly or: readonly Filter[] }
  | { readonly not: Filter };

/** Conditions of one filter, and how deep they may lie in one another. */
const [mostConditions, mostDepth] = [64, 8];
const mostValues = 1000;

/** Filters of a generation that were asked for last, and the rows they leave out. */
const keptFilters = 32;
const leftOut = new WeakMap<ItemTable, Map<string, Uint32Array>>();

/** For descriptions: the forms a filter has. */
export const filterForms =
  '{"attribute": "color", "in": ["red", "blue"]} (equal to one, or one of its parts between bars); ' +
  '{"attribute": "price", "from": 5, "to": 20} (both ends belong to it; numbers as numbers, texts such as dates as texts); ' +
  '{"and": [...]}, {"or": [...]}, {"not": {...}}';

/**
 * Reads a filter.
 *
 * @param value  what a caller sent: JSON text, or the value it stands for
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` with the place in it
 */
export function parseFilter(value: unknown): Filter {
  let left = mostConditions;
  const parse = (own: unknown, where: string, depth: number): Filter => {
    if (left-- <= 0 || depth > mostDepth) {
      const must = `have at most ${mostConditions} conditions, ${mostDepth} deep in one another`;
      return refuse('filter', must, 'more');
    }
    if (typeof own !== 'object' || own === null || Array.isArray(own)) return refuse(where, 'be an object', own);
    const given = own as Readonly<Record<string, unknown>>;
    const names = Object.keys(given).sort().slice(0, 5).join(', ');
    const list = (of: unknown, at: string): Filter[] =>
      Array.isArray(of) && of.length > 0
        ? of.slice(0, mostConditions + 1).map((one: unknown, i) => parse(one, `${at}.${i}`, depth + 1))
        : refuse(at, 'be a list of conditions', of);
    if (names === 'and') return { and: list(given['and'], `${where}.and`) };
    if (names === 'or') return { or: list(given['or'], `${where}.or`) };
    if (names === 'not') return { not: parse(given['not'], `${where}.not`, depth + 1) };
    const { attribute, in: values, from, to } = given;
    if (typeof attribute !== 'string') return refuse(where, 'be and, or, not, or name an attribute', names);
    if (names === 'attribute, in') {
      const isList = Array.isArray(values) && values.length <= mostValues && values.every(isValue);
      return isList ? { attribute, in: values } : refuse(`${where}.in`, `list at most ${mostValues} values`, values);
    }
    const isRange = /^attribute, from(?:, to)?$|^attribute, to$/.test(names) && [from, to].every(isBound);
    if (!isRange || (from !== undefined && to !== undefined && typeof from !== typeof to)) {
      return refuse(where, 'have in, or from and to, numbers or texts', names);
    }
    return { attribute, ...(isEnd(from) && { from }), ...(isEnd(to) && { to }) };
  };
  return parse(typeof value === 'string' ? readJson(value) : value, 'filter', 1);
}

/** Attributes of a pin, told to be what a filter asks for or not. */
export type Matcher = (attributes: Attributes | undefined) => boolean;

/**
 * Whether a pin's attributes are what a filter asks for; a pin without the attribute is in no list and no range of it.
 *
 * Made once for all pins: a list of values is looked up, however long.
 */
export function matcherOf(filter: Filter): Matcher {
  if ('and' in filter) {
    const all = filter.and.map(matcherOf);
    return (attributes) => all.every((isMatch) => isMatch(attributes));
  }
  if ('or' in filter) {
    const some = filter.or.map(matcherOf);
    return (attributes) => some.some((isMatch) => isMatch(attributes));
  }
  if ('not' in filter) {
    const isMatch = matcherOf(filter.not);
    return (attributes) => !isMatch(attributes);
  }
  const { attribute } = filter;
  const isWanted = 'in' in filter ? isOneOf(filter.in) : isWithin(filter);
  return (attributes) => {
    const value = attributes && Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
    return value !== undefined && isWanted(value);
  };
}

function isOneOf(values: readonly Value[]): (value: Value) => boolean {
  const wanted = new Set(values.map(String));
  return (value) =>
    wanted.has(String(value)) ||
    (typeof value === 'string' && value.split('|').some((part) => wanted.has(part.trim())));
}

function isWithin({
  from,
  to,
}: {
  readonly from?: string | number;
  readonly to?: string | number;
}): (value: Value) => boolean {
  const isNumeric = typeof (from ?? to) === 'number';
  return (value) => {
    const own = isNumeric
      ? typeof value === 'boolean' || String(value).trim() === ''
        ? NaN
        : Number(value)
      : String(value);
    return (from === undefined || own >= from) && (to === undefined || own <= to);
  };
}

/**
 * Rows of the pins that a filter leaves out.
 *
 * Cost: all pins the first time; the last 32 filters of a generation are kept, 4 bytes a pin each.
 */
export function rowsLeftOut(generation: Generation, filter: Filter): Uint32Array {
  const { table } = generation.pins; // another one once an attribute is another
  const kept = leftOut.get(table) ?? new Map<string, Uint32Array>();
  leftOut.set(table, kept);
  const name = JSON.stringify(filter);
  const rows = kept.get(name) ?? findRows(generation, filter);
  kept.delete(name);
  kept.set(name, rows);
  const [oldest] = kept.keys();
  if (kept.size > keptFilters && oldest !== undefined) kept.delete(oldest);
  return rows;
}

function findRows({ pins }: Generation, filter: Filter): Uint32Array {
  const isMatch = matcherOf(filter);
  const rows: number[] = [];
  for (const [pin, attributes] of pins.table.attributes.entries()) if (!isMatch(attributes)) rows.push(pin);
  return Uint32Array.from(rows);
}

const isValue = (value: unknown): value is Value => ['string', 'number', 'boolean'].includes(typeof value);
const isEnd = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';
const isBound = (value: unknown): boolean =>
  value === undefined || (isEnd(value) && value !== Infinity && value !== -Infinity);

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse('filter', 'be JSON', text);
  }
}

function refuse(where: string, must: string, got: unknown): never {
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `${where}: must ${must} (got ${shown(got)}); forms are ${filterForms}`);
}
