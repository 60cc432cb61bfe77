/**
 * Recall by pin degree: is a recommender good at pins that everyone saves, or also at those that few do?
 *
 * The withheld saves of boardIdeas are put in three groups of about equal size by how many boards were known to hold the pin.
 */
import type { Estimate } from '../evaluation/metrics.js';
import type { ModelQueries, TaskQueries } from './query-results.js';

/** The groups, from pins that few boards hold to those that many do. */
export const degreeGroups = ['tail', 'middle', 'head'] as const;

/** Withheld saves of pins whose degrees lie between two bounds. */
export interface DegreeGroup {
  readonly name: (typeof degreeGroups)[number];
  /** Least and greatest degree in the group. */
  readonly from: number;
  readonly to: number;
  readonly saveCount: number;
  /** By model: withheld saves found among the first 20 / withheld saves. */
  readonly recalls: ReadonlyMap<string, Estimate>;
}

/**
 * Groups a task's withheld saves by degree and gives each model's recall in each group.
 *
 * Bounds are the degrees a third and two thirds up the sorted withheld saves; saves of one degree stay together, so groups may
 * differ in size, and one that is left empty is not returned.
 */
export function recallByDegree({ degrees, models }: TaskQueries): DegreeGroup[] {
  const sorted = Float64Array.from(degrees.flat()).sort();
  const lower = sorted[Math.ceil(sorted.length / 3) - 1] ?? 0;
  const upper = sorted[Math.ceil((2 * sorted.length) / 3) - 1] ?? 0;
  return degreeGroups.flatMap((name, n) => {
    const isInside = (value: number): boolean =>
      n === 0 ? value <= lower : n === 1 ? value > lower && value <= upper : value > upper;
    const inside = sorted.filter(isInside);
    const [from] = inside;
    const to = inside.at(-1);
    if (from === undefined || to === undefined) return [];
    const recalls = [...models].map(
      ([model, { hits }]) => [model, recallWhere(hits, (q, entry) => isInside(degrees[q]?.[entry] ?? 0))] as const,
    );
    return [{ name, from, to, saveCount: inside.length, recalls: new Map(recalls) }];
  });
}

/**
 * Hits over withheld saves, of those that count. The standard error is a ratio's, with queries as the independent units
 * (Cochran 1977, section 6.4): sqrt(sum over queries of (hits - recall * saves)^2) / all saves.
 */
function recallWhere(hits: ModelQueries['hits'], counts: (query: number, entry: number) => boolean): Estimate {
  const perQuery = hits.map((row, q) => {
    const counted = row.filter((_, entry) => counts(q, entry));
    return { hits: counted.reduce((sum, hit) => sum + hit, 0), saves: counted.length };
  });
  const saves = perQuery.reduce((sum, query) => sum + query.saves, 0);
  const mean = perQuery.reduce((sum, query) => sum + query.hits, 0) / saves;
  const squares = perQuery.reduce((sum, query) => sum + (query.hits - mean * query.saves) ** 2, 0);
  return { mean, standardError: Math.sqrt(squares) / saves };
}
