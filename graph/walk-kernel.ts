/**
 * The inner loop of the walk: walkers in lock-step, whose positions are local variables of generated code.
 *
 * A hop is two reads from memory that nothing predicts. Sixteen walkers side by side keep sixteen such reads under way, and a position
 * that is a local variable costs no third. No loop over walkers can be written that way by hand, so the text of the function is put
 * together once, lane by lane, and compiled (`new Function`). What changes with the graph (weights, very large rows, an early stop) is
 * left out of the text where it is not needed, and costs nothing there.
 *
 * Source: Blackman and Vigna 2018, xoshiro128** 1.1, as `data/random.ts` has it; Walker 1977 and Vose 1991 (alias tables).
 * Differs: an index is drawn as `floor(r n / 2^32)` from 32 random bits, so that of n entries some are drawn more often than others by
 * up to n / 2^32 of their chance: one in 4,000 for a row of a million.
 */

/** Walkers in lock-step: the fastest of 4, 8, 16 and 32. Part of what fixes the result of a walk. */
export const LANES = 16;

/** One direction of a graph as the kernel reads it. */
export interface KernelRows {
  readonly offsets: Int32Array;
  readonly neighbors: Int32Array;
  /**
   * Parallel to `neighbors` where they have weights: entry i is kept if 32 random bits lie below `kept[i]` (as an unsigned number), else
   * the neighbor is `alias[i]`.
   */
  readonly kept?: Int32Array;
  readonly alias?: Int32Array;
}

/** What a kernel works on, bound when it is made. */
export interface KernelMemory {
  readonly boardsOfPin: KernelRows;
  readonly pinsOfBoard: KernelRows;
  /** [P] visits; of the start pin at least {@link UNCOUNTED}, so that it never enters `visited`. */
  readonly counts: Int32Array;
  /** [P + 1] distinct pins in the order of their first visits; the entry behind them is written too. */
  readonly visited: Int32Array;
  /** [4] state of the generator, not all 0. */
  readonly random: Int32Array;
  /** [2] written when a walk ends: pins in `visited`, and those that came to have `enoughVisits`. */
  readonly result: Int32Array;
}

/** A count that no walk reaches. */
export const UNCOUNTED = 2 ** 30;

/** A walk's numbers. */
export interface KernelCall {
  readonly start: number;
  /** Hop pairs of each lane. */
  readonly rounds: number;
  /** Restarts happen where 32 random bits, as a signed number, lie below it. */
  readonly restartBelow: number;
  /** Pins in `visited` so far. */
  readonly visitedCount: number;
  /** Ends the walk after a round once so many pins have `enoughVisits` visits; read only by kernels that stop early. */
  readonly enoughPins: number;
  readonly enoughVisits: number;
}

/** Walks all lanes from the start. @returns rounds taken */
export type WalkKernel = (call: KernelCall) => number;

/** What is written into a kernel's text. */
export interface KernelShape {
  readonly lanes: number;
  readonly isWeighted: boolean;
  readonly stopsEarly: boolean;
  /** Whether a row may have 2^21 entries or more, where a product with 32 random bits would be rounded. */
  readonly hasLargeRows: boolean;
  /** Of the rows' offsets, default 1. */
  readonly stride?: 1 | 2 | undefined;
}

/** Largest row whose products with 32 random bits are exact in a double. */
export const LARGEST_EXACT_ROW = 2 ** 21 - 1;

const factories = new Map<string, (memory: KernelMemory) => WalkKernel>();

/** A kernel over some memory. Its text is compiled once a shape, in 1 ms; later kernels of the shape share the compiled code. */
export function walkKernel(shape: KernelShape, memory: KernelMemory): WalkKernel {
  const key = JSON.stringify(shape);
  let factory = factories.get(key);
  if (!factory) {
    // oxlint-disable-next-line typescript/no-implied-eval -- the text is ours alone; no input has a part in it
    factory = new Function('memory', kernelText(shape)) as (memory: KernelMemory) => WalkKernel;
    factories.set(key, factory);
  }
  return factory(memory);
}

/** 32 random bits into `bits`, from the state in the locals a, b, c and d. */
const DRAW =
  'bits = Math.imul(b, 5); bits = Math.imul((bits << 7) | (bits >>> 25), 9); ' +
  't = b << 9; c ^= a; d ^= b; b ^= c; a ^= d; c ^= t; d = (d << 11) | (d >>> 21);';

/** Entries of the arrays that draws wait in: V8 gives arrays of more than 64 bytes a place that does not move, and reads them faster. */
const mostDraws = (lanes: number): number => Math.max(32, 4 * lanes);

/**
 * The text of a kernel: every line of the loop's body once a lane.
 *
 * All numbers of a round are drawn first and wait in two small arrays. What a processor has under way is a window of some 500
 * instructions; without the draws between them the reads of all lanes fit into it. For the same reason `visited` is written at every
 * visit, and its end moves on at first ones alone: a branch would wait for the count, and be guessed wrong one time in three.
 */
export function kernelText({ lanes, isWeighted, stopsEarly, hasLargeRows, stride = 1 }: KernelShape): string {
  const times = (count: number, line: (n: number) => string): string =>
    Array.from({ length: count }, (_, n) => line(n)).join('\n      ');
  const eachLane = (line: (lane: number) => string): string => times(lanes, line);
  const drawsOfHop = isWeighted ? 2 : 1;
  /** floor(draw * n), n the size of the lane's row. */
  const index = (draw: number, n: string): string =>
    hasLargeRows
      ? `(bits = (draws[${draw}] * ${2 ** 32}) | 0, ` +
        `((bits >>> 16) * ${n} + Math.floor(((bits & 65535) * ${n}) / 65536)) / 65536 | 0)`
      : `(draws[${draw}] * ${n} | 0)`;
  const open = (rows: string) => (lane: number) =>
    stride === 1
      ? `o${lane} = ${rows}Offsets[p${lane}]; n${lane} = (${rows}Offsets[(p${lane} + 1) | 0] - o${lane}) | 0;`
      : `o${lane} = ${rows}Offsets[p${lane} << 1]; n${lane} = (${rows}Offsets[(p${lane} << 1) | 1] - o${lane}) | 0;`;
  const hop = (rows: string, firstDraw: number) => (lane: number) => {
    const draw = firstDraw + drawsOfHop * lane;
    const entry = `(o${lane} + ${index(draw, `n${lane}`)}) | 0`;
    if (!isWeighted) return `p${lane} = ${rows}Neighbors[${entry}];`;
    const isKept = `draws[${draw + 1}] * ${2 ** 32} < (${rows}Kept[o${lane}] >>> 0)`;
    return `o${lane} = ${entry}; p${lane} = ${isKept} ? ${rows}Neighbors[o${lane}] : ${rows}Alias[o${lane}];`;
  };
  const count = (lane: number): string =>
    `x = (counts[p${lane}] + 1) | 0; counts[p${lane}] = x; visited[v] = p${lane}; v = (v + ((x - 2) >>> 31)) | 0;` +
    (stopsEarly ? ` if (x === enoughVisits) reached++;` : '');
  return `
  const restarts = new Int32Array(${mostDraws(lanes)});
  const draws = new Float64Array(${mostDraws(lanes)});
  return function walk(call) {
    const { counts, visited, random, result } = memory;
    const { offsets: pinOffsets, neighbors: pinNeighbors, kept: pinKept, alias: pinAlias } = memory.boardsOfPin;
    const { offsets: boardOffsets, neighbors: boardNeighbors, kept: boardKept, alias: boardAlias } = memory.pinsOfBoard;
    const { restartBelow, enoughPins, enoughVisits } = call;
    const start = call.start | 0, rounds = call.rounds | 0;
    let a = random[0] | 0, b = random[1] | 0, c = random[2] | 0, d = random[3] | 0;
    let bits = 0, t = 0, x = 0, v = call.visitedCount | 0, reached = 0, round = 0;
    let ${Array.from({ length: lanes }, (_, lane) => `p${lane} = start, o${lane} = 0, n${lane} = 0`).join(', ')};
    for (; round < rounds${stopsEarly ? ' && reached < enoughPins' : ''}; round++) {
      ${eachLane((lane) => `${DRAW} restarts[${lane}] = bits;`)}
      ${times(2 * drawsOfHop * lanes, (n) => `${DRAW} draws[${n}] = (bits >>> 0) * ${2 ** -32};`)}
      ${eachLane((lane) => `if (restarts[${lane}] < restartBelow) p${lane} = start; ${open('pin')(lane)}`)}
      ${eachLane(hop('pin', 0))}
      ${eachLane(open('board'))}
      ${eachLane(hop('board', drawsOfHop * lanes))}
      ${eachLane(count)}
    }
    random[0] = a; random[1] = b; random[2] = c; random[3] = d;
    result[0] = v; result[1] = reached;
    return round;
  };`;
}
