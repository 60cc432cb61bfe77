/**
 * Text search over titles: a person's words as an expression of SQLite's FTS5.
 */
import { checkInteger } from '../data/checks.js';
import type { Items, Match } from '../data/generation/items.js';
import { cutLetters } from '../data/generation/search-text.js';
import { nearest } from '../data/nearest.js';

/** A title has fewer words; each more is one more read of the index. */
const maxWords = 16;

/** Words that are nowhere and are corrected; what comes after them stays as it is. */
const maxCorrected = 4;

/** A page of matches, and what stood in where no title has every word. */
export interface SearchResult {
  readonly matches: readonly Match[];
  /** `anyWord`: titles with some of the words; `nearWord`: titles with the words that were likely meant. */
  readonly fallback: 'anyWord' | 'nearWord' | null;
}

/**
 * Titles that hold every word of `text` as the beginning of a word of theirs; best match first, then most saved. Of scripts
 * without blanks a word is found wherever it stands. Items without a title are found by their ids.
 *
 * @param text  anything; marks that are no letters or digits separate words, and nothing in it is read as syntax
 * @param page  length and start of the page
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for more than 16 words
 *
 * Cost: up to four words that are nowhere are each compared with every word of the index that is as long or nearly so.
 */
export function searchTitles(items: Items, text: string, page: { limit: number; offset: number }): SearchResult {
  const words = text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  if (words.length === 0) return { matches: [], fallback: null };
  checkInteger('search: the number of words', words.length, 1, maxWords);
  // Whether the words stand together must not depend on the page.
  const isAnywhere = (expression: string): boolean => items.search(expression, 1).length > 0;
  const answer = (expression: string, fallback: SearchResult['fallback']): SearchResult => ({
    matches: items.search(expression, page.limit, page.offset),
    fallback,
  });
  const phrases = words.map((word) => phraseOf(items, word));
  const every = phrases.join(' AND ');
  if (isAnywhere(every)) return answer(every, null);
  let correctedCount = 0;
  const meant = words.map((word, n) => {
    const phrase = phrases[n] as string;
    if (isAnywhere(phrase)) return phrase;
    const plain = word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
    const near =
      plain.length < 4 || ++correctedCount > maxCorrected ? undefined : nearest(plain, items.wordsAsLongAs(plain));
    return near === undefined ? phrase : phraseOf(items, near);
  });
  const nearby = meant.join(' AND ');
  if (nearby !== every && isAnywhere(nearby)) return answer(nearby, 'nearWord');
  if (words.length === 1) return { matches: [], fallback: null };
  const isCorrected = !isAnywhere(phrases.join(' OR '));
  return answer((isCorrected ? meant : phrases).join(' OR '), isCorrected ? 'nearWord' : 'anyWord');
}

/** A word as an FTS5 prefix; letters of scripts without blanks as a phrase, where the index has them apart. */
function phraseOf(items: Items, word: string): string {
  return `"${items.hasLettersApart ? cutLetters(word).trim() : word}"*`;
}
