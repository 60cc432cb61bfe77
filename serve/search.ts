/**
 * Text search over titles: a person's words as an expression of SQLite's FTS5.
 */
import type { Items, Match } from '../data/generation/items.js';

/** A page of matches; `anyWord` when no title has every word and titles with some of them stand in. */
export interface SearchResult {
  readonly matches: readonly Match[];
  readonly fallback: 'anyWord' | null;
}

/**
 * Titles that hold every word of `text` as the beginning of a word of theirs; best match first, then most saved.
 *
 * @param text  anything; marks that are no letters or digits separate words, and nothing in it is read as syntax
 * @param page  length and start of the page
 */
export function searchTitles(items: Items, text: string, page: { limit: number; offset: number }): SearchResult {
  const words = wordsOf(text);
  if (words.length === 0) return { matches: [], fallback: null };
  const { limit, offset } = page;
  const every = words.join(' AND ');
  // Whether the words stand together must not depend on the page.
  if (words.length === 1 || items.search(every, 1).length > 0) {
    return { matches: items.search(every, limit, offset), fallback: null };
  }
  return { matches: items.search(words.join(' OR '), limit, offset), fallback: 'anyWord' };
}

/** Words as quoted FTS5 prefixes. */
function wordsOf(text: string): string[] {
  return (text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []).map((word) => `"${word}"*`);
}
