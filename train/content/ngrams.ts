/**
 * Titles as hashed n-grams: needs no model, knows no synonyms, works in any language written with spaces or without.
 *
 * Source: Weinberger et al. 2009, feature hashing with signs; character n-grams inside words as in fastText (Bojanowski et
 * al. 2017). Differs: counts are weighted by inverse document frequency over the titles at hand.
 */
import type { PinVectors } from '../../data/collection.js';

/** Length of the vector of a title. */
export const ngramDimension = 256;

/** Lengths of the character n-grams; whole words join them. */
const shortest = 3;
const longest = 5;

/**
 * Embeds titles by the words and the character n-grams they share.
 *
 * @param titles  P titles; one without a letter or digit has no vector
 * @returns values [P, 256]; rows of unit length or, where `present` is 0, zero
 *
 * Deterministic. Cost about 30 us a title of three words.
 */
export function hashNgrams(titles: readonly string[]): PinVectors {
  const grams = titles.map(gramsOf);
  const titleCounts = new Map<number, number>();
  for (const list of grams) for (const gram of list.keys()) titleCounts.set(gram, (titleCounts.get(gram) ?? 0) + 1);
  const values = new Float32Array(titles.length * ngramDimension);
  const present = new Uint8Array(titles.length);
  grams.forEach((list, pin) => {
    const row = values.subarray(pin * ngramDimension, (pin + 1) * ngramDimension);
    for (const [gram, count] of list) {
      const rarity = Math.log((titles.length + 1) / (titleCounts.get(gram) ?? 1));
      const column = gram % ngramDimension;
      row[column] = (row[column] as number) + (gram & 0x80000000 ? -1 : 1) * Math.sqrt(count) * rarity;
    }
    const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    if (length === 0) return;
    for (let d = 0; d < ngramDimension; d++) row[d] = (row[d] as number) / length;
    present[pin] = 1;
  });
  return { dimension: ngramDimension, values, present };
}

/** Hashes of the n-grams of a title, with how often each stands in it. */
function gramsOf(title: string): Map<number, number> {
  const counts = new Map<number, number>();
  const add = (text: string): void => {
    const hash = hashText(text);
    counts.set(hash, (counts.get(hash) ?? 0) + 1);
  };
  for (const word of title
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []) {
    add(`=${word}`);
    const bounded = [...`<${word}>`];
    for (let length = shortest; length <= longest; length++) {
      for (let at = 0; at + length <= bounded.length; at++) add(bounded.slice(at, at + length).join(''));
    }
  }
  return counts;
}

/** FNV-1a over UTF-16 units, mixed so that low bits (the column) and the highest (the sign) are independent. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
