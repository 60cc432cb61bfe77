/**
 * Names for communities: the few title words that are frequent in one and found in few others.
 *
 * Source: term frequency times inverse document frequency (Sparck Jones 1972), a community being the document; times the
 * logarithm of how much more frequent the word is in it than elsewhere, so that a word spread evenly names nothing.
 */

/** Titles with the community that each is in, row by row; rows of no community lie above the community count. */
export interface TitledRows {
  readonly titles: readonly string[];
  readonly communities: Uint32Array;
}

/** Words of a name. */
const wordCount = 3;

/**
 * Names each community by its most telling title words.
 *
 * @returns one name a community; `community 7` (counted from 1) for one without a telling word
 *
 * A word counts once a title; equal words go in the order of the alphabet. Time O(words).
 */
export function nameCommunities(communityCount: number, rows: readonly TitledRows[]): string[] {
  const all = new Map<string, number>();
  const own = Array.from({ length: communityCount }, () => new Map<string, number>());
  for (const { titles, communities } of rows) {
    for (const [row, title] of titles.entries()) {
      const counts = own[communities[row] ?? communityCount];
      if (!counts) continue;
      for (const word of titleWords(title)) {
        counts.set(word, (counts.get(word) ?? 0) + 1);
        all.set(word, (all.get(word) ?? 0) + 1);
      }
    }
  }
  const spread = new Map<string, number>(); // communities by word
  for (const counts of own) for (const word of counts.keys()) spread.set(word, (spread.get(word) ?? 0) + 1);
  const allCount = sum(all.values());
  return own.map((counts, community) => {
    const ownCount = sum(counts.values());
    const telling = (word: string, count: number): number => {
      // A single community has nothing to differ from: its most frequent words have to do.
      if (communityCount === 1) return count;
      const share = count / ownCount;
      const lift = Math.log(share / ((all.get(word) ?? count) / allCount));
      return lift > 0 ? share * lift * Math.log(communityCount / (spread.get(word) ?? 1)) : 0;
    };
    const words = Array.from(counts, ([word, count]) => ({ word, score: telling(word, count) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || (a.word < b.word ? -1 : 1))
      .slice(0, wordCount);
    return words.length > 0 ? words.map(({ word }) => word).join(', ') : `community ${community + 1}`;
  });
}

/** The distinct words of a title in lower case: runs of letters, two or more, marks and digits inside kept. */
function titleWords(title: string): Set<string> {
  const words = title.toLowerCase().match(/\p{L}[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return new Set(words);
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
