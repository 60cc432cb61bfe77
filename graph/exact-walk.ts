/**
 * The exact walk pin-board-pin from one or several pins: every path is summed, none is sampled and no list is cut.
 *
 * Source: Christoffel et al. 2015 and Paudel et al. 2017 (RP3beta, exponents on the degrees).
 * Differs: a power on each board's share, which favours boards close to the query; three free exponents; the query's own
 * board can be left out; nothing is cut to the nearest neighbors.
 */
import { checkPositive, checkRow } from '../data/checks.js';
import type { Board } from '../data/collection.js';
import { PinwalkError } from '../data/errors.js';
import { sharedArray } from '../data/shared-arrays.js';
import type { WalkableGraph } from './bipartite-graph.js';
import { degree, rowCount, type RowSlices } from './compressed-rows.js';

/** What each pin and board on a path counts; on shared memory, so that workers read the same bytes. */
export interface WalkFactors {
  /** Of a query pin, where the path starts: Float64Array [P]. */
  readonly query: Float64Array;
  /** Of a board in the middle: Float64Array [B]. */
  readonly board: Float64Array;
  /** Of the pin where the path ends: Float64Array [P]. */
  readonly target: Float64Array;
  /** On each board's share; above 1 it favours boards that hold several of the query's pins. */
  readonly power: number;
}

/** Exponents of the degrees in `lin(a, b, c, p)`. */
export interface WalkExponents {
  /** a: degree of the query's pins, default 0.5. */
  readonly query: number;
  /** b: size of the boards between, default 0.5. */
  readonly board: number;
  /** c: degree of the pins reached, default 0.3; higher favours rare pins. */
  readonly target: number;
  /** p: power on each board's share, default 1.3. */
  readonly power: number;
}

/** Chosen on the validation part of gowalla; held on pinterest. */
export const walkDefaults: WalkExponents = Object.freeze({ query: 0.5, board: 0.5, target: 0.3, power: 1.3 });

/** Several pins as one query. */
export interface WalkQuery {
  /** Rows below P; one that stands twice counts twice. */
  readonly pins: Uint32Array;
  /** Greater than 0, parallel to `pins`; default all 1. */
  readonly weights?: Float32Array;
  /** No path goes through this board: the board that the query's pins are taken from. */
  readonly ownBoard?: Board;
}

/**
 * Turns exponents into factors: a row of degree d counts `d^-exponent`, a row without saves 0.
 *
 * @param graph  P pins, B boards
 * @param exponents  any finite numbers; `power` greater than 0
 * @throws PinwalkError `OPTION_OUT_OF_RANGE`
 */
export function walkFactors(graph: WalkableGraph, exponents: Partial<WalkExponents> = {}): WalkFactors {
  const { query, board, target, power } = { ...walkDefaults, ...exponents };
  return {
    query: degreePowers(graph.boardsOfPin, query),
    board: degreePowers(graph.pinsOfBoard, board),
    target: degreePowers(graph.boardsOfPin, target),
    power,
  };
}

function degreePowers(rows: RowSlices, exponent: number): Float64Array {
  if (!Number.isFinite(exponent)) {
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `walkFactors: an exponent must be a finite number (got ${exponent})`);
  }
  const result = sharedArray(Float64Array, rowCount(rows));
  for (let row = 0; row < result.length; row++) result[row] = degreePower(rows, row, exponent);
  return result;
}

function degreePower(rows: RowSlices, row: number, exponent: number): number {
  const d = degree(rows, row);
  return d === 0 ? 0 : Math.pow(d, -exponent);
}

/**
 * Brings the factors of a pin and a board up to date once a save between them came or went; O(1).
 *
 * @param factors  of `walkFactors`
 * @param save.exponents  those that the factors were made with
 */
export function refreshFactors(
  factors: WalkFactors,
  graph: WalkableGraph,
  save: { readonly pin: number; readonly board: number; readonly exponents?: Partial<WalkExponents> },
): void {
  const { pin, board, exponents } = save;
  const { query, board: middle, target } = { ...walkDefaults, ...exponents };
  factors.query[pin] = degreePower(graph.boardsOfPin, pin, query);
  factors.target[pin] = degreePower(graph.boardsOfPin, pin, target);
  factors.board[board] = degreePower(graph.pinsOfBoard, board, middle);
}

/**
 * Scores queries against every pin by
 * `s(i) = target_i * sum over boards v, not the own one, that hold i of (board_v * sum over j in query and v of w_j query_j)^power`.
 *
 * One instance reuses its scratch, O(P + B) memory, so it serves one thread. A query costs the saves of all boards that its
 * pins touch and one look at all pins: 0.40 ms on gowalla (810 thousand saves, boards of 27).
 */
export class ExactWalk {
  readonly graph: WalkableGraph;
  readonly #factors: WalkFactors;
  readonly #shares: Float64Array;
  readonly #boards: Uint32Array;
  readonly #reached: Uint32Array;

  /** @throws PinwalkError `OPTION_OUT_OF_RANGE` when factors and graph differ in size or the power is not above 0 */
  constructor(graph: WalkableGraph, factors: WalkFactors = walkFactors(graph)) {
    const { query, board, target, power } = factors;
    if (query.length !== graph.pinCount || target.length !== graph.pinCount || board.length !== graph.boardCount) {
      const got = `${query.length}, ${board.length}, ${target.length}`;
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `ExactWalk: factors must have one entry a pin, board, pin (got ${got})`,
      );
    }
    checkPositive('ExactWalk: power', power);
    this.graph = graph;
    this.#factors = factors;
    this.#shares = new Float64Array(graph.boardCount);
    this.#boards = new Uint32Array(graph.boardCount);
    this.#reached = new Uint32Array(graph.pinCount + 1);
  }

  /**
   * Scores one query against all pins.
   *
   * @param query  pins, optional weights, optional own board
   * @param out  [P]; overwritten, pins that are not reached get 0; the query's own pins are scored like any other
   * @returns the pins reached, each once, in no stated order; valid until the next call
   * @throws PinwalkError `ROW_OUT_OF_RANGE`, `OPTION_OUT_OF_RANGE`
   *
   * The same query gives the same bytes.
   */
  scoreInto(query: WalkQuery, out: Float32Array): Uint32Array {
    if (out.length !== this.graph.pinCount) {
      const pins = this.graph.pinCount;
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `scoreInto: out must have one entry a pin, ${pins} (got ${out.length})`,
      );
    }
    checkQuery(query, this.graph);
    out.fill(0);
    const boardCount = this.#shareOut(query);
    const { target, power } = this.#factors;
    const { pinsOfBoard } = this.graph;
    let paths = 0;
    for (let n = 0; n < boardCount; n++) {
      const board = this.#boards[n] as number;
      const share = this.#shares[board] as number;
      // exp(log) is a third faster than pow; a share of 0 (a factor that underflowed) stays 0.
      this.#shares[board] = power === 1 ? share : Math.exp(power * Math.log(share));
      paths += degree(pinsOfBoard, board);
    }
    // Asking "was this pin reached before" on every path costs more than one look at all pins, once paths are many.
    const reachedCount =
      paths * 4 < this.graph.pinCount ? this.#spreadAndNote(boardCount, out) : this.#spreadAndScan(boardCount, out);
    for (let n = 0; n < reachedCount; n++) {
      const pin = this.#reached[n] as number;
      out[pin] = (out[pin] as number) * (target[pin] as number);
    }
    return this.#reached.subarray(0, reachedCount);
  }

  /** Fills `#shares` and `#boards` with the boards that hold query pins, the own one excepted. Returns their number. */
  #shareOut(query: WalkQuery): number {
    const { offsets, neighbors, stride = 1 } = this.graph.boardsOfPin;
    const shares = this.#shares;
    const boards = this.#boards;
    const ownBoard: number = query.ownBoard ?? -1;
    let count = 0;
    for (let n = 0; n < query.pins.length; n++) {
      const pin = query.pins[n] as number;
      const share = (this.#factors.query[pin] as number) * (query.weights ? (query.weights[n] as number) : 1);
      const end = offsets[stride * pin + 1] as number;
      for (let i = offsets[stride * pin] as number; i < end; i++) {
        const board = neighbors[i] as number;
        const before = shares[board] as number;
        if (before === 0) {
          if (board === ownBoard) continue;
          boards[count++] = board;
        }
        shares[board] = before + share;
      }
    }
    for (let n = 0; n < count; n++) {
      const board = boards[n] as number;
      shares[board] = (shares[board] as number) * (this.#factors.board[board] as number);
    }
    return count;
  }

  #spreadAndScan(boardCount: number, out: Float32Array): number {
    const { offsets, neighbors, stride = 1 } = this.graph.pinsOfBoard;
    const shares = this.#shares;
    for (let n = 0; n < boardCount; n++) {
      const board = this.#boards[n] as number;
      const share = shares[board] as number;
      shares[board] = 0;
      const end = offsets[stride * board + 1] as number;
      for (let i = offsets[stride * board] as number; i < end; i++) {
        const pin = neighbors[i] as number;
        out[pin] = (out[pin] as number) + share;
      }
    }
    // A branch that no processor can guess would cost a third of the query. x | -x is negative unless x is 0.
    const bits = new Int32Array(out.buffer, out.byteOffset, out.length);
    const reached = this.#reached;
    let reachedCount = 0;
    for (let pin = 0; pin < bits.length; pin++) {
      reached[reachedCount] = pin;
      const x = bits[pin] as number;
      reachedCount += (x | -x) >>> 31;
    }
    return reachedCount;
  }

  #spreadAndNote(boardCount: number, out: Float32Array): number {
    const { offsets, neighbors, stride = 1 } = this.graph.pinsOfBoard;
    const shares = this.#shares;
    let reachedCount = 0;
    for (let n = 0; n < boardCount; n++) {
      const board = this.#boards[n] as number;
      const share = shares[board] as number;
      shares[board] = 0;
      const end = offsets[stride * board + 1] as number;
      for (let i = offsets[stride * board] as number; i < end; i++) {
        const pin = neighbors[i] as number;
        const before = out[pin] as number;
        if (before === 0) this.#reached[reachedCount++] = pin;
        out[pin] = before + share;
      }
    }
    return reachedCount;
  }
}

function checkQuery({ pins, weights }: WalkQuery, graph: WalkableGraph): void {
  for (const pin of pins) checkRow('scoreInto: a pin row', pin, graph.pinCount);
  if (!weights) return;
  if (weights.length !== pins.length) {
    const got = `${weights.length} weights for ${pins.length} pins`;
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `scoreInto: weights must be as many as pins (got ${got})`);
  }
  for (const weight of weights) checkPositive('scoreInto: a weight', weight);
}
