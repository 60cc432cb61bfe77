/** "Did you mean": the known name that a mistyped one most likely meant. */

/** What a caller sends may be of any length; a name of more characters than this is no slip of the hand. */
const longestName = 64;

/**
 * The known name with the fewest insertions, deletions, replacements and swaps of neighbors from `name`, case aside.
 *
 * @returns undefined when all need more than a third of the longer one's length, or `name` has more than 64 characters; of equals
 *   the earlier one
 *
 * Time O(64 x characters of `known`), whatever the length of `name`.
 * Source: optimal string alignment (Damerau 1964).
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (name.length > longestName) return undefined;
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    const most = Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3));
    if (distance > most || distance >= least) continue;
    least = distance;
    best = candidate;
  }
  return best;
}

/**
 * What to do about an unknown name: the nearest known one, else the known ones.
 *
 * @returns `did you mean limit?` or `known are limit, cursor`; the list ends after ten
 */
export function didYouMean(name: string, known: readonly string[]): string {
  const best = nearest(name, known);
  if (best !== undefined) return `did you mean ${best}?`;
  const listed = known.slice(0, 10).join(', ');
  return `known are ${listed || 'none'}${known.length > 10 ? `, and ${known.length - 10} more` : ''}`;
}

function editDistance(a: string, b: string): number {
  const at = (row: readonly number[] | undefined, j: number): number => row?.[j] ?? Infinity;
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = at(rows[i - 1], j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swaps = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(at(rows[i - 1], j) + 1, at(row, j - 1) + 1, replace, swaps ? at(rows[i - 2], j - 2) + 1 : Infinity),
      );
    }
    rows.push(row);
  }
  return at(rows[a.length], b.length);
}
