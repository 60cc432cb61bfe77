/**
 * How many places pins without saves take in lists for boards, by how far they are let stand from their mean.
 *
 * No validation save is of a pin without saves, so nothing says how often one is right. The scale is set so that in lists for
 * validation boards they take, all together, the places that they are of all pins, and at most a fifth: neither pushed nor hidden,
 * whatever the weights of the fusion are. Within that a board to which they fit well shows more of them than another.
 */
import { entriesOf } from '../../graph/compressed-rows.js';
import type { Task } from '../evaluation/tasks.js';
import { queriesOf } from '../ranking/query.js';
import { standardizeOnce, topPins, type PinWeights, type Ranker } from '../ranking/ranker.js';

/** What is tried, ascending, each 8 % above the last: with steps of up to 25 % places were left untaken (spec/decisions.md, 36). */
export const coldScales: readonly number[] = Array.from({ length: 27 }, (_, n) => Number((0.2 * 1.08 ** n).toFixed(3)));

/** Length of the lists. */
const PLACES = 20;
const MOST_SHARE = 0.2;

/** Weights of pins with saves and of those without. */
export type BothWeights = Required<Pick<PinWeights, 'saved' | 'cold'>>;

/**
 * Places that pins without saves take, of {@link PLACES} for each query of a task, under each of {@link coldScales}; zeros where no
 * pin has content.
 *
 * Cost: every score of every query once, and two fusions: a pin without saves moves with the scale along a line, the others stand.
 */
export function coldQuotaOf(ranker: Ranker, task: Task, weights: BothWeights): number[] {
  const cold = new Set(ranker.coldPins);
  if (cold.size === 0) return coldScales.map(() => 0);
  const { pinCount } = ranker.graph;
  const queries = queriesOf(ranker.graph, task.kind, task.queries);
  const part = standardizeOnce(ranker, queries);
  const [atMean, atOne] = [0, 1].map((coldScale) => ranker.score(queries, { ...weights, coldScale }, part)) as [
    Float32Array,
    Float32Array,
  ];
  const taken = coldScales.map(() => 0);
  for (let n = 0; n < queries.length; n++) {
    const own = new Set(entriesOf(task.known, n));
    const [mean, one] = [atMean, atOne].map((scores) => scores.subarray(n * pinCount, (n + 1) * pinCount)) as [
      Float32Array,
      Float32Array,
    ];
    const best = topPins(one, PLACES, (pin) => own.has(pin) || cold.has(pin)).scores;
    const among = topPins(one, PLACES, (pin) => own.has(pin) || !cold.has(pin)).pins; // best at every scale above 0
    coldScales.forEach((scale, s) => {
      let places = 0;
      for (const pin of among) {
        const middle = mean[pin] as number;
        const score = Math.fround(middle + scale * ((one[pin] as number) - middle));
        const rival = best[PLACES - 1 - places];
        if (rival !== undefined && score <= rival) break;
        places++;
      }
      taken[s] = (taken[s] as number) + places;
    });
  }
  return taken;
}

/**
 * The largest scale under which no more places are taken than pins without saves are of all pins.
 *
 * @param taken  sums of what `coldQuotaOf` gives
 * @param given.queryCount  queries in these sums
 * @param given.coldPinShare  share of all pins that have no saves
 * @returns undefined where they take no place under any scale: there are none, or nothing is known of them
 */
export function chooseColdScale(
  taken: readonly number[],
  { queryCount, coldPinShare }: { queryCount: number; coldPinShare: number },
): number | undefined {
  if (taken.every((places) => places === 0)) return undefined;
  const most = Math.min(coldPinShare, MOST_SHARE) * PLACES * queryCount;
  return coldScales.filter((_, n) => (taken[n] ?? Infinity) <= most).at(-1) ?? coldScales[0];
}
