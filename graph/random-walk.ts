/**
 * Random walk with restart over the bipartite graph: pin, board, pin, again and again, counting the pins it passes.
 *
 * Source: Eksombatchai et al. 2018 (Pixie), Algorithm 1, basic walk; Ying et al. 2018 (PinSage), section 3.1.
 * Differs: walkers go in lock-step, so that their reads from memory overlap (`walk-kernel.ts`); a walker returns with a fixed chance
 * before each hop pair instead of drawing a walk length; the start pin is never counted; where saves have weights, a neighbor is chosen
 * in proportion to them.
 */
import { checkFraction, checkInteger, checkRow } from '../data/checks.js';
import type { Pin } from '../data/collection.js';
import type { Random } from '../data/random.js';
import { aliasTable } from './alias-table.js';
import type { BipartiteGraph, WalkableGraph } from './bipartite-graph.js';
import { degree, rowCount, type RowSlices } from './compressed-rows.js';
import type { LiveRows } from './live-rows.js';
import { LANES, LARGEST_EXACT_ROW, UNCOUNTED, walkKernel, type KernelRows, type WalkKernel } from './walk-kernel.js';

/** A graph made ready for walking; on shared memory, so workers map the same bytes. */
export interface WalkGraph {
  readonly pinCount: number;
  readonly boardsOfPin: KernelRows;
  readonly pinsOfBoard: KernelRows;
  /** Whether some row has 2^21 entries or more. */
  readonly hasLargeRows: boolean;
  /** Of the rows' offsets, default 1. */
  readonly stride?: 1 | 2 | undefined;
}

/** How a `Walker` walks. */
export interface WalkOptions {
  /** Hop pairs in all, over every walker; each is one visit. */
  readonly steps: number;
  /** Walkers, 1 or more, which share the steps equally; more than `steps` are not used. */
  readonly walkers: number;
  /** Chance before each hop pair of returning to the start, in [0, 1). */
  readonly restartProbability: number;
  readonly random: Random;
  /** Stops early once `pins` pins have `visits` visits each; looked at after every hop pair of the walkers that go together. */
  readonly enough?: { readonly pins: number; readonly visits: number };
}

/**
 * Makes a graph ready for walking: a look at its degrees, and where it has weights an alias table, O(saves), 8 bytes a save. A live
 * graph brings its own, and what it takes later is walked too.
 */
export function prepareWalk(graph: WalkableGraph): WalkGraph {
  const { pinCount, boardsOfPin, pinsOfBoard } = graph;
  return {
    pinCount,
    boardsOfPin: prepareRows(boardsOfPin),
    pinsOfBoard: prepareRows(pinsOfBoard),
    hasLargeRows: [boardsOfPin, pinsOfBoard].some((rows) => largestRow(rows) > LARGEST_EXACT_ROW),
    stride: boardsOfPin.stride,
  };
}

/** Visit counts of one start pin at a time, in memory that is reused from walk to walk: 8 bytes a pin. */
export class Walker {
  readonly graph: WalkGraph;
  /** Visits by pin row since the last `clear`; zero but at `visited`. */
  readonly counts: Uint32Array;
  /** The distinct pins visited, in the order of first visits; the first `visitedCount` entries hold. */
  readonly visited: Uint32Array;
  visitedCount = 0;
  /** State of a walk's randomness; then visited and reached, as a kernel leaves them. */
  readonly #state = new Int32Array(4);
  readonly #result = new Int32Array(2);
  readonly #counts: Int32Array;
  readonly #kernels = new Map<string, WalkKernel>();

  constructor(graph: WalkGraph) {
    this.graph = graph;
    this.counts = new Uint32Array(graph.pinCount);
    this.visited = new Uint32Array(graph.pinCount + 1); // the kernel writes one entry behind the last
    this.#counts = new Int32Array(this.counts.buffer);
  }

  /**
   * Walks from `start` and adds to the counts.
   *
   * @returns hop pairs taken: `steps`, fewer after an early stop, 0 when the pin is on no board
   *
   * Of `random` four numbers are drawn, which seed the walk. Each walker takes `steps / walkers` hop pairs, rounded down; what is left
   * over is taken by one more. Time O(steps). Same `random` state, same counts.
   */
  walk(start: Pin, options: WalkOptions): number {
    const { steps, restartProbability, random, enough } = options;
    const { offsets } = this.graph.boardsOfPin;
    const bounds = (this.graph.stride ?? 1) * start;
    if (offsets[bounds] === offsets[bounds + 1]) return 0;
    const walkers = Math.min(options.walkers, steps);
    const rounds = Math.floor(steps / walkers);
    for (let i = 0; i < 4; i++) this.#state[i] = (random() * 2 ** 32) | 0;
    this.#state[3] = (this.#state[3] as number) | 1; // never all 0
    const own = this.#counts[start] as number; // of an earlier walk from another pin
    this.#counts[start] = UNCOUNTED;
    const call = { start, rounds, restartBelow: restartBelow(restartProbability), enoughVisits: enough?.visits ?? 0 };
    let wanted = enough?.pins ?? Infinity;
    let taken = 0;
    const go = (lanes: number, lanesRounds: number): void => {
      if (wanted <= 0 || lanesRounds === 0) return;
      const kernel = this.#kernel(lanes, enough !== undefined);
      const done = kernel({ ...call, rounds: lanesRounds, visitedCount: this.visitedCount, enoughPins: wanted });
      this.visitedCount = this.#result[0] as number;
      wanted -= this.#result[1] as number;
      taken += done * lanes;
    };
    for (let w = 0; w + LANES <= walkers; w += LANES) go(LANES, rounds);
    for (let w = 0; w < walkers % LANES; w++) go(1, rounds);
    go(1, steps - walkers * rounds);
    this.#counts[start] = own;
    return taken;
  }

  /** Forgets all counts; O(distinct pins visited). */
  clear(): void {
    for (let i = 0; i < this.visitedCount; i++) this.counts[this.visited[i] as number] = 0;
    this.visitedCount = 0;
  }

  #kernel(lanes: number, stopsEarly: boolean): WalkKernel {
    const key = `${lanes} ${stopsEarly}`;
    let kernel = this.#kernels.get(key);
    if (!kernel) {
      const { boardsOfPin, pinsOfBoard, hasLargeRows, stride } = this.graph;
      const isWeighted = boardsOfPin.kept !== undefined;
      const visited = new Int32Array(this.visited.buffer);
      const memory = { counts: this.#counts, visited, random: this.#state, result: this.#result };
      kernel = walkKernel(
        { lanes, isWeighted, stopsEarly, hasLargeRows, stride },
        { boardsOfPin, pinsOfBoard, ...memory },
      );
      this.#kernels.set(key, kernel);
    }
    return kernel;
  }
}

/**
 * Counts how often walks with restart from one pin visit other pins.
 *
 * @param graph  both directions built; `pinCount` P
 * @param start  pin row, 0 <= start < P
 * @param options.walkCount  walkers, in lock-step, 1 or more
 * @param options.walkLength  hop pairs of each walker, 1 or more
 * @param options.restartProbability  chance before each hop pair of returning to `start`, in [0, 1)
 * @returns visit counts, Uint32Array of length P; entry `start` is 0
 * @throws PinwalkError `ROW_OUT_OF_RANGE`, `OPTION_OUT_OF_RANGE`
 *
 * Time O(P + walkCount * walkLength). Same `random` state, same counts. For many starts keep one `Walker`.
 */
export function countVisits(
  graph: BipartiteGraph,
  start: Pin,
  options: { walkCount: number; walkLength: number; restartProbability: number; random: Random },
): Uint32Array {
  const { walkCount, walkLength, restartProbability, random } = options;
  checkRow('countVisits: a pin row', start, graph.pinCount);
  checkInteger('countVisits: walkCount', walkCount, 1, 2 ** 20);
  checkInteger('countVisits: walkLength', walkLength, 1, 2 ** 20);
  checkFraction('countVisits: restartProbability', restartProbability);
  const walker = new Walker(prepareWalk(graph));
  walker.walk(start, { steps: walkCount * walkLength, walkers: walkCount, restartProbability, random });
  return walker.counts;
}

/** What 32 random bits, as a signed number, must lie below for a restart. */
function restartBelow(probability: number): number {
  return Math.round(probability * 2 ** 32 - 2 ** 31);
}

function largestRow(rows: RowSlices): number {
  let largest = 0;
  for (let row = 0; row < rowCount(rows); row++) largest = Math.max(largest, degree(rows, row));
  return largest;
}

function prepareRows(rows: RowSlices | LiveRows): KernelRows {
  const aliases = 'aliases' in rows ? rows.aliases : rows.weights && aliasTable(rows);
  return { offsets: signed(rows.offsets), neighbors: signed(rows.neighbors), ...aliases };
}

/** The same numbers, below 2^31, read as signed ones: V8 keeps those in registers. */
function signed({ buffer, byteOffset, length }: Uint32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}
