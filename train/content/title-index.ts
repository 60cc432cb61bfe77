/**
 * Titles as sparse vectors over the words and word parts they hold, and the pins whose titles are nearest to a sum of them.
 *
 * Source: parts of words as in fastText (Bojanowski et al. 2017). Differs: a part of a word counts half, so that whole words
 * decide and their parts forgive endings.
 */
import type { CompressedRows } from '../../graph/compressed-rows.js';
import { rarityOf, TermIndex, weigh, type TermField } from './term-index.js';

/** Titles of pins and boards, '' where there is none. */
export interface Titles {
  readonly pins: readonly string[];
  readonly boards: readonly string[];
  /** What other columns say of pins; default: nothing. */
  readonly fields?: readonly TermField[];
}

/** Words of a text in lower case. */
export function wordsOf(text: string): string[] {
  return text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
}

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const PART_LENGTH = 3;
const PART_WEIGHT = 0.5;

/** An index of pins by the terms of their titles; boards' titles are kept as queries. */
export class TitleIndex extends TermIndex {
  /** [B] compressed rows of terms, weights at unit length, as those of the pins. */
  readonly boards: CompressedRows;
  /** The pins' titles as a field beside others. */
  readonly field: TermField;

  /** Time and memory O(characters): 0.2 s for 13,000 pins and as many boards. */
  constructor(titles: Titles) {
    const vocabulary = new Map<string, number>();
    const pins = titles.pins.map((title) => termsOf(title, vocabulary));
    const boards = titles.boards.map((title) => termsOf(title, vocabulary));
    const termCount = vocabulary.size;
    const rarity = rarityOf([...pins, ...boards], termCount);
    const rows = weigh(pins, rarity);
    super(rows, termCount);
    this.boards = weigh(boards, rarity);
    this.field = { name: 'title', weight: 1, isWeighedByCoSaves: true, rows, termCount };
  }
}

/** Terms of a title with their counts; new ones are added to the vocabulary. */
function termsOf(title: string, vocabulary: Map<string, number>): Map<number, number> {
  const terms = new Map<number, number>();
  const count = (text: string, weight: number): void => {
    let term = vocabulary.get(text);
    if (term === undefined) vocabulary.set(text, (term = vocabulary.size));
    terms.set(term, (terms.get(term) ?? 0) + weight);
  };
  for (const word of wordsOf(title)) {
    count(`=${word}`, 1);
    const letters = [...`<${word}>`];
    for (let at = 0; at + PART_LENGTH <= letters.length; at++)
      count(letters.slice(at, at + PART_LENGTH).join(''), PART_WEIGHT);
  }
  return terms;
}
