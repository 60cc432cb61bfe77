/**
 * The walks as functions of a graph, ids and options, ids out: for a question now and then. For many on one graph keep a `Walker`, a
 * `Pixie` or an `ExactWalk`, which reuse their memory and take rows.
 */
import { checkFraction, checkInteger } from '../data/checks.js';
import { randomStream, type Random } from '../data/random.js';
import type { CompressedRows } from './compressed-rows.js';
import { ExactWalk, walkDefaults, walkFactors, type WalkExponents } from './exact-walk.js';
import { boardRow, type PinBoardGraph, pinRow, type ScoredPins, scoredPins } from './pin-board-graph.js';
import { Pixie, pixieDefaults } from './pixie-walk.js';
import { prepareWalk, Walker } from './random-walk.js';

/** The most of a list, unless `k` says otherwise. */
const listDefaults = Object.freeze({ k: 100 });

/** A query: an id, or several, each counting as much as its weight (above 0, default 1). */
export type PinsAsked = string | readonly (string | { readonly id: string; readonly weight?: number })[];

/** Options of `randomWalk`. */
export interface RandomWalkOptions {
  /** Hop pairs pin, board, pin in all, from 1. */
  readonly steps?: number;
  /** Walkers in lock-step, from 1. */
  readonly walkers?: number;
  /** Chance before each hop pair of returning to the start, in [0, 1). */
  readonly restartProbability?: number;
  /** Length of the list, from 1. */
  readonly k?: number;
  /** Draws from [0, 1); default a seeded stream, the same at every call. */
  readonly rng?: Random;
}

/** Defaults of `randomWalk`. */
export const randomWalkDefaults = Object.freeze({
  ...{ steps: 10_000, walkers: 16, restartProbability: 0.5 },
  ...listDefaults,
});

/**
 * Random walk with restart from one pin: how often it passes each other pin.
 *
 * @returns pins by visit counts; never the start pin, never one that was not visited
 * @throws PinwalkError `NOT_FOUND`, `OPTION_OUT_OF_RANGE`
 *
 * Time O(P + steps). Same `rng` state, same result.
 * Source: Eksombatchai et al. 2018 (Pixie), Algorithm 1; Ying et al. 2018 (PinSage), section 3.1. Differs: `random-walk.ts`.
 */
export function randomWalk(graph: PinBoardGraph, pinId: string, options: RandomWalkOptions = {}): ScoredPins {
  const { steps, walkers, restartProbability, k } = { ...randomWalkDefaults, ...options };
  checkInteger('randomWalk: steps', steps, 1, 2 ** 31);
  checkInteger('randomWalk: walkers', walkers, 1, 2 ** 20);
  checkInteger('randomWalk: k', k, 1, 2 ** 31);
  checkFraction('randomWalk: restartProbability', restartProbability);
  const start = pinRow(graph, pinId);
  const walker = new Walker(prepareWalk(graph));
  const random = options.rng ?? randomStream(1, 'randomWalk');
  walker.walk(start, { steps, walkers, restartProbability, random });
  const visited = walker.visited.subarray(0, walker.visitedCount);
  return scoredPins(graph, visited, { scores: walker.counts, k, leftOut: new Set([start]) });
}

/** Options of `pixieWalk`. */
export interface PixieWalkOptions {
  /** N: hop pairs in all, shared out over the query's pins. */
  readonly steps?: number;
  /** Chance before each hop pair of returning to the query's pin, in [0, 1). */
  readonly restartProbability?: number;
  /** Ends a query pin's walk once `pins` pins (n_p) have `visits` visits (n_v) from it; Pixie takes 2000 and 4. */
  readonly earlyStop?: { readonly pins: number; readonly visits: number };
  readonly k?: number;
  /** Draws from [0, 1); default a seeded stream, the same at every call. */
  readonly rng?: Random;
}

/** Defaults of `pixieWalk`; it does not stop early. */
export const pixieWalkDefaults = Object.freeze({ ...pixieDefaults, ...listDefaults });

/**
 * Pixie's walk from one or several pins: visits to pins near many of them count more than visits to pins near one.
 *
 * @returns pins by boosted visit counts, `(sum over the query's pins q of sqrt(V_q[p]))^2`; never one of the query
 * @throws PinwalkError `NOT_FOUND`, `OPTION_OUT_OF_RANGE`
 *
 * Time O(P + steps). Same `rng` state, same result.
 * Source: Eksombatchai et al. 2018 (Pixie), Algorithms 2 and 3. Differs: `pixie-walk.ts`.
 */
export function pixieWalk(graph: PinBoardGraph, pins: PinsAsked, options: PixieWalkOptions = {}): ScoredPins {
  const { steps, restartProbability, earlyStop, k } = { ...pixieWalkDefaults, ...options };
  checkInteger('pixieWalk: k', k, 1, 2 ** 31);
  const result = new Pixie(graph).walkFrom({
    ...rowsAsked(graph, pins),
    ...{ steps, restartProbability },
    ...(earlyStop && { earlyStop }),
    random: options.rng ?? randomStream(1, 'pixieWalk'),
  });
  const best = result.pins.subarray(0, k);
  return { pinIds: Array.from(best, (pin) => graph.pins.ids[pin] as string), scores: result.scores.slice(0, k) };
}

/** Options of `exactWalk`: exponents of the degrees, and what the list leaves out. */
export interface ExactWalkOptions extends Partial<WalkExponents> {
  /** No path goes through this board: the one that the query's pins are taken from. */
  readonly ownBoard?: string;
  readonly k?: number;
}

/** Defaults of `exactWalk`, chosen on the validation part of gowalla. */
export const exactWalkDefaults = Object.freeze({ ...walkDefaults, ...listDefaults });

/**
 * The walk pin, board, pin with every path summed: no chance, nothing cut.
 *
 * @returns pins by `lin(a, b, c, p)` with the exponents `query`, `board`, `target` and `power`; never one of the query
 * @throws PinwalkError `NOT_FOUND`, `OPTION_OUT_OF_RANGE`
 *
 * Time O(P + B + saves of all boards that the query's pins touch). Deterministic.
 * Source: Christoffel et al. 2015, Paudel et al. 2017 (RP3beta). Differs: `exact-walk.ts`.
 */
export function exactWalk(graph: PinBoardGraph, pins: PinsAsked, options: ExactWalkOptions = {}): ScoredPins {
  const { k, ownBoard, ...exponents } = { ...exactWalkDefaults, ...options };
  checkInteger('exactWalk: k', k, 1, 2 ** 31);
  const query = rowsAsked(graph, pins);
  const scores = new Float32Array(graph.pinCount);
  const walk = new ExactWalk(graph, walkFactors(graph, exponents));
  const reached = walk.scoreInto(
    { ...query, ...(ownBoard !== undefined && { ownBoard: boardRow(graph, ownBoard) }) },
    scores,
  );
  return scoredPins(graph, reached, { scores, k, leftOut: new Set(query.pins) });
}

/**
 * One pin's row of importance neighborhoods, under ids.
 *
 * @param neighborhoods  of `importanceNeighborhoods`, of the same graph
 * @returns pins by importance weight, which add up to 1; empty for a pin that no walk leads from
 * @throws PinwalkError `NOT_FOUND`
 */
export function neighborhoodOf(graph: PinBoardGraph, neighborhoods: CompressedRows, pinId: string): ScoredPins {
  const { offsets, neighbors, weights } = neighborhoods;
  const row = pinRow(graph, pinId);
  const [from, to] = [offsets[row] as number, offsets[row + 1] as number];
  return {
    pinIds: Array.from(neighbors.subarray(from, to), (pin) => graph.pins.ids[pin] as string),
    scores: weights ? weights.slice(from, to) : new Float32Array(to - from).fill(1 / (to - from)),
  };
}

function rowsAsked(graph: PinBoardGraph, asked: PinsAsked): { pins: Uint32Array; weights: Float32Array } {
  const pins = (typeof asked === 'string' ? [asked] : asked).map((pin) =>
    typeof pin === 'string' ? { id: pin } : pin,
  );
  return {
    pins: Uint32Array.from(pins, ({ id }) => pinRow(graph, id)),
    weights: Float32Array.from(pins, ({ weight = 1 }) => weight),
  };
}
