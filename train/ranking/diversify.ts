/**
 * A list that is not all of one kind: at most so many pins of a board, a community or a brand, and pins unlike those above them.
 *
 * A function of a ranked list and nothing else, so that what is served can be evaluated: ask for a longer list, diversify it.
 * Source: Carbonell and Goldstein 1998 (maximal marginal relevance). Differs: relevance is the score's place between the list's
 * lowest (0) and highest (1), since scores of different queries have no common scale.
 */
import type { RankedPins } from './score-rows.js';

/** Pins looked at, the best of the list; what diversifying gives is no longer. */
export const diversityPool = 250;

/** What is asked of a list beside the best scores. */
export interface DiversityRules {
  /** Share of likeness in the choice of the next pin: 0 the best score, towards 1 the most unlike; needs `vectors`. Default 0. */
  readonly share?: number;
  /** [P, d] rows; their cosine is how alike two pins are. A row of zeros is like nothing. */
  readonly vectors?: { readonly values: Float32Array; readonly columns: number };
  /** At most `most` pins of one group; what a pin belongs to comes from `groupsOf`, which may give none. */
  readonly caps?: readonly { readonly most: number; readonly groupsOf: (pin: number) => Iterable<number | string> }[];
}

/**
 * Arranges the first `diversityPool` pins of a list anew: each place goes to the pin with the highest
 * `(1 - share) * relevance - share * (largest cosine with a pin above)` that no cap forbids; equal ones in the list's order.
 *
 * @param list  best first
 * @returns pins with their own scores, which need not fall any more; pins that a cap forbids are not in it
 *
 * The first k of it do not depend on k, so pages are parts of one list. Time O(pool^2 * d), without `share` O(pool).
 */
export function diversify(list: RankedPins, { share = 0, vectors, caps = [] }: DiversityRules): RankedPins {
  const pool = Array.from(list.pins.subarray(0, diversityPool));
  const scores = list.scores;
  const [highest, lowest] = [scores[0] ?? 0, scores[pool.length - 1] ?? 0];
  const spread = highest - lowest || 1;
  const worth = pool.map((_, n) => (1 - share) * (((scores[n] as number) - lowest) / spread));
  const rows = share > 0 && vectors ? pool.map((pin) => unitRow(vectors, pin)) : undefined;
  const likest = new Float64Array(pool.length);
  const counts = caps.map(() => new Map<number | string, number>());
  const open = new Set(pool.keys());
  const taken: number[] = [];
  while (open.size > 0) {
    const next = bestOf(open, (n) => (worth[n] as number) - share * (likest[n] as number));
    open.delete(next);
    const pin = pool[next] as number;
    const groups = caps.map(({ groupsOf }) => Array.from(new Set(groupsOf(pin))));
    const isFull = caps.some(({ most }, c) => groups[c]?.some((group) => (counts[c]?.get(group) ?? 0) >= most));
    if (isFull) continue;
    groups.forEach((own, c) => own.forEach((group) => counts[c]?.set(group, (counts[c].get(group) ?? 0) + 1)));
    taken.push(next);
    if (rows) for (const n of open) likest[n] = Math.max(likest[n] as number, dot(rows[n], rows[next]));
  }
  return {
    pins: Uint32Array.from(taken, (n) => pool[n] as number),
    scores: Float32Array.from(taken, (n) => scores[n] as number),
  };
}

/** The first of those with the highest value; a set goes through its entries in the order of the list. */
function bestOf(open: ReadonlySet<number>, value: (n: number) => number): number {
  let best = -1;
  let highest = -Infinity;
  for (const n of open) {
    const own = value(n);
    if (best >= 0 && own <= highest) continue;
    best = n;
    highest = own;
  }
  return best;
}

function unitRow({ values, columns }: { values: Float32Array; columns: number }, pin: number): Float32Array {
  const row = values.slice(pin * columns, (pin + 1) * columns);
  const length = Math.hypot(...row);
  return length > 0 ? row.map((value) => value / length) : row;
}

function dot(a: Float32Array | undefined, b: Float32Array | undefined): number {
  let sum = 0;
  for (let d = 0; a && b && d < a.length; d++) sum += (a[d] as number) * (b[d] as number);
  return sum;
}
