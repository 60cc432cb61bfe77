/**
 * Cursors: where the next page of a list starts, bound to the generation and the query that made the list.
 */
import { PinwalkError } from '../data/errors.js';
import { shortHash } from '../data/hash.js';

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
 * The offset a cursor stands for; 0 without one.
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for text that is no cursor, or a cursor of another query or generation
 */
export function decodeCursor(scope: CursorScope, cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [generation, query, offset] = parse(cursor);
  if (typeof offset !== 'number' || !Number.isInteger(offset) || offset < 0)
    refuse('be a nextCursor of this server', cursor);
  if (generation !== scope.generation) refuse(`belong to generation ${scope.generation}`, String(generation));
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

function hashOf(query: Readonly<Record<string, unknown>>): string {
  return shortHash(JSON.stringify(query), 16);
}

function refuse(must: string, got: string): never {
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `cursor: it must ${must} (got ${got}); ask for the first page again`);
}
