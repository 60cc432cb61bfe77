/** The known name that a mistyped one most likely meant. */

/**
 * The name with the fewest insertions, deletions, replacements and swaps of neighbors from `name` (optimal string
 * alignment); undefined when all need more than a third of its length. Equal distances: the earlier one.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) {
      least = distance;
      best = candidate;
    }
  }
  return best;
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
