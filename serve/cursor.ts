/**
 * Cursors: where the next page of a list starts, bound to the generation and the query that made the list.
 *
 * Nothing in a cursor is secret, and a forged one can ask for no more than an honest one: its place is checked like any option.
 */
import { shortHash } from '../data/hash.js';
import { PinwalkError, shown } from '../data/errors.js';
import { Problem } from './problems.js';
import { maxDepth } from './row-recommender.js';

/** What a cursor continues. Values of `query` decide the list; the page's size does not belong in it. */
export interface CursorScope {
  readonly generation: string;
  readonly query: Readonly<Record<string, unknown>>;
}

/** An opaque text that stands for the entry `offset` of the list. */
export function encodeCursor(scope: CursorScope, offset: number): string {
  return Buffer.from(JSON.stringify([scope.generation, hashOf(scope.query), offset])).toString('base64url');
}

/**
 * The offset a cursor stands for, below `maxDepth`; 0 without one.
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for text that is no cursor, or a cursor of another query
 * @throws Problem `CURSOR_EXPIRED` for a cursor of another generation
 */
export function decodeCursor(scope: CursorScope, cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [generation, query, offset] = parse(cursor);
  const isPlace = typeof offset === 'number' && Number.isInteger(offset) && offset >= 0 && offset < maxDepth;
  if (typeof generation !== 'string' || !isPlace) refuse('be a nextCursor of this server', cursor);
  if (generation !== scope.generation) {
    const must = `cursor: it must belong to generation ${scope.generation} (got ${shown(generation)})`;
    throw new Problem('CURSOR_EXPIRED', `${must}; ask for the first page again`);
  }
  if (query !== hashOf(scope.query)) refuse('belong to this query', 'one of another query');
  return offset;
}

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

/** Of what was asked, whatever the order in which it was written. */
function hashOf(query: Readonly<Record<string, unknown>>): string {
  return shortHash(JSON.stringify(query, inOrder), 16);
}

function inOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function refuse(must: string, got: string): never {
  throw new PinwalkError(
    'OPTION_OUT_OF_RANGE',
    `cursor: it must ${must} (got ${shown(got)}); ask for the first page again`,
  );
}
