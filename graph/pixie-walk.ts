/**
 * The walk at query time: from one or several pins at once, in a few milliseconds, on the live graph.
 *
 * Source: Eksombatchai et al. 2018 (Pixie), Algorithms 2 and 3: steps shared out by degree (equations 1 and 2),
 * multi-hit boost (equation 3), early stop by high visits.
 * Differs: the allocation's C is 1 + log of the largest degree, where the log alone would leave the most saved pin no
 * step at all; shares are of `weight * s`, so that all steps are used whatever the weights add up to; walkers go
 * in lock-step (random-walk.ts); no language bias and no pruned graph of its own (graph/pruning.ts is separate).
 */
import { checkFraction, checkInteger, checkPositive, checkRow } from '../data/checks.js';
import type { Pin } from '../data/collection.js';
import { PinwalkError } from '../data/errors.js';
import type { Random } from '../data/random.js';
import type { WalkableGraph } from './bipartite-graph.js';
import { degree, rowCount, type RowSlices } from './compressed-rows.js';
import { prepareWalk, Walker } from './random-walk.js';

/** Walkers in lock-step for each query pin. */
const walkers = 16;

/** What a query takes where it does not say. */
export const pixieDefaults = Object.freeze({ steps: 100_000, restartProbability: 0.5 });

/** What is asked: rows of pins. */
export interface PixieQuery {
  /** Query pins, one or more; a pin that stands twice counts twice. */
  readonly pins: Uint32Array;
  /** Parallel to `pins`, each above 0; all 1 when absent. */
  readonly weights?: Float32Array;
  /** N, hop pairs in all, shared out over the query pins; 100,000 when absent. */
  readonly steps?: number;
  /** Chance before each hop pair of returning to the query pin, in [0, 1); 0.5 when absent. */
  readonly restartProbability?: number;
  /** Ends a query pin's walk once `pins` pins (n_p) have `visits` visits (n_v) from it; Pixie takes 2000 and 4. */
  readonly earlyStop?: { readonly pins: number; readonly visits: number };
  readonly random: Random;
}

/** What was visited. */
export interface PixieResult {
  /** Pins visited, best first, equal scores lower row first; never a query pin. */
  readonly pins: Uint32Array;
  /** Parallel to `pins`: boosted visit counts, `(sum over query pins q of sqrt(V_q[p]))^2`. */
  readonly scores: Float32Array;
  /** Hop pairs taken; fewer than asked for after an early stop, or where query pins are on no board. */
  readonly stepsTaken: number;
}

/** Query-time walks over one graph; keeps 20 bytes a pin of working memory between queries. */
export class Pixie {
  readonly #walker: Walker;
  readonly #boardsOfPin: RowSlices;
  #logLargestDegree: number;
  readonly #sums: Float64Array;
  readonly #touched: Uint32Array;

  constructor(graph: WalkableGraph) {
    this.#walker = new Walker(prepareWalk(graph));
    this.#boardsOfPin = graph.boardsOfPin;
    this.#sums = new Float64Array(graph.pinCount);
    this.#touched = new Uint32Array(graph.pinCount);
    this.#logLargestDegree = logLargestDegree(graph.boardsOfPin);
  }

  /**
   * Walks from the query pins and scores the pins visited.
   *
   * @throws PinwalkError `ROW_OUT_OF_RANGE`, `OPTION_OUT_OF_RANGE`
   *
   * Time O(steps + n log n), n the pins visited. Same `random` state, same result.
   */
  walkFrom(query: PixieQuery): PixieResult {
    const { pins, weights, random, earlyStop, steps, restartProbability } = { ...pixieDefaults, ...query };
    checkQuery(query, this.#walker.graph.pinCount);
    const walker = this.#walker;
    if (this.#boardsOfPin.stride === 2) this.#logLargestDegree = logLargestDegree(this.#boardsOfPin); // it may have grown
    const budgets = this.allocateSteps(pins, weights, steps);
    let touchedCount = 0;
    let stepsTaken = 0;
    for (let q = 0; q < pins.length; q++) {
      stepsTaken += walker.walk(pins[q] as Pin, {
        steps: budgets[q] as number,
        walkers,
        restartProbability,
        random,
        ...(earlyStop && { enough: earlyStop }),
      });
      for (let i = 0; i < walker.visitedCount; i++) {
        const pin = walker.visited[i] as number;
        const sum = this.#sums[pin] as number;
        if (sum === 0) this.#touched[touchedCount++] = pin;
        this.#sums[pin] = sum + Math.sqrt(walker.counts[pin] as number);
      }
      walker.clear();
    }
    return { ...this.#collect(pins, touchedCount), stepsTaken };
  }

  /**
   * Shares steps out over query pins: `N_q = N w_q s_q / sum w s`, `s_q = d_q (C - log d_q)`, d the degree.
   *
   * @returns whole steps by query pin, rounded up, so that every query pin that is on a board walks; 0 for one that is not
   */
  allocateSteps(pins: Uint32Array, weights: Float32Array | undefined, steps: number): Uint32Array {
    const shares = new Float64Array(pins.length);
    let total = 0;
    for (let q = 0; q < pins.length; q++) {
      const saves = degree(this.#boardsOfPin, pins[q] as number);
      if (saves === 0) continue;
      const scale = saves * (1 + this.#logLargestDegree - Math.log(saves));
      shares[q] = (weights ? (weights[q] as number) : 1) * scale;
      total += shares[q] as number;
    }
    return Uint32Array.from(shares, (share) => (share === 0 ? 0 : Math.ceil(steps * (share / total))));
  }

  /** Sorts what was touched, squares the sums and leaves the working memory clean. */
  #collect(query: Uint32Array, touchedCount: number): { pins: Uint32Array; scores: Float32Array } {
    const sums = this.#sums;
    for (const pin of query) sums[pin] = 0;
    const pins = this.#touched.slice(0, touchedCount).filter((pin) => (sums[pin] as number) > 0);
    pins.sort((a, b) => (sums[b] as number) - (sums[a] as number) || a - b);
    const scores = Float32Array.from(pins, (pin) => (sums[pin] as number) ** 2);
    for (const pin of pins) sums[pin] = 0;
    return { pins, scores };
  }
}

function logLargestDegree(boardsOfPin: RowSlices): number {
  let largest = 1;
  for (let pin = 0; pin < rowCount(boardsOfPin); pin++) largest = Math.max(largest, degree(boardsOfPin, pin));
  return Math.log(largest);
}

function checkQuery(query: PixieQuery, pinCount: number): void {
  const { pins, weights, steps, earlyStop, restartProbability } = { ...pixieDefaults, ...query };
  checkInteger('walkFrom: the number of query pins', pins.length, 1, 10_000);
  for (const pin of pins) checkRow('walkFrom: a pin row', pin, pinCount);
  checkInteger('walkFrom: steps', steps, 1, 2 ** 31);
  checkFraction('walkFrom: restartProbability', restartProbability);
  if (weights && weights.length !== pins.length) {
    const got = `${weights.length} weights for ${pins.length} pins`;
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `walkFrom: there must be one weight a query pin (got ${got})`);
  }
  for (const weight of weights ?? []) checkPositive('walkFrom: a weight', weight);
  if (earlyStop) {
    checkInteger('walkFrom: earlyStop.pins', earlyStop.pins, 1, 2 ** 31);
    checkInteger('walkFrom: earlyStop.visits', earlyStop.visits, 1, 2 ** 31);
  }
}
