/**
 * The dense product shared among threads: by rows of the result, by columns where these are more, and by depth where that is most.
 *
 * By rows and columns every number is summed as in one piece. By depth each block leaves a product of its own, and these are added
 * in order; how depth is cut depends on depth alone. So a product has the same bytes with one thread and with many.
 */
import type { Kernels } from './module.js';
import type { Borrow, ParallelFor, Job } from './parallel-for.js';

/** Places of `matMul`'s arguments: matrices with their strides, sizes, what is done with the result. */
const [A, A_ROW, A_DEPTH, B, B_DEPTH, B_COLUMN, OUT, OUT_ROW] = [0, 1, 2, 3, 4, 5, 6, 7] as const;
const [ROWS, COLUMNS, DEPTH, BIAS, RELU, ADD, SCRATCH] = [8, 9, 10, 11, 12, 13, 14] as const;

/** Jobs, by their numbers; those of a product come first. */
const [BY_ROWS, BY_COLUMNS, BY_DEPTH] = [0, 1, 2];
/** Number of jobs of a product. */
export const productJobCount = 3;

/** Products of fewer operations are not worth a second thread. */
const LEAST_OPERATIONS = 2 ** 20;
/** Blocks of a product: enough that threads end together. */
const BLOCKS = 16;
/** Blocks go by the tiles and panels of `assembly/matrix.ts`; with fewer rows or columns the other matrix would be packed too often. */
const [ROW_STEP, COLUMN_STEP, DEPTH_STEP] = [66, 64, 512];
/** Depth is cut from so many times the longer side on: else adding the blocks' products takes too long. */
const DEEP = 4;

/** Scratch of products: `scratchBytes` a thread. */
export interface Scratch {
  readonly scratchAt: number;
  readonly scratchBytes: number;
}

/** The jobs, each on a part of one product. */
export function productJobs(kernels: Kernels, { scratchAt, scratchBytes }: Scratch): Job[] {
  const { matMul } = kernels as unknown as Record<'matMul', (...args: number[]) => void>;
  const part =
    (change: (own: number[], from: number, count: number) => void): Job =>
    (args, from, to, thread) => {
      const own = [...args];
      change(own, from, to - from);
      own[SCRATCH] = scratchAt + thread * scratchBytes;
      matMul(...own);
      return undefined;
    };
  return [
    part((own, from, count) => {
      move(own, A, from * at(own, A_ROW));
      move(own, OUT, from * at(own, OUT_ROW));
      own[ROWS] = count;
    }),
    part((own, from, count) => {
      move(own, B, from * at(own, B_COLUMN));
      move(own, OUT, from);
      if (own[BIAS] !== 0) move(own, BIAS, from);
      own[COLUMNS] = count;
    }),
    part((own, from, count) => {
      move(own, A, from * at(own, A_DEPTH));
      move(own, B, from * at(own, B_DEPTH));
      move(own, OUT, (from / stepOf(at(own, DEPTH), DEPTH_STEP)) * at(own, ROWS) * at(own, COLUMNS));
      own[DEPTH] = count;
    }),
  ];
}

/** `matMul` by threads whose first jobs are `productJobs`. */
export function parallelProduct(kernels: Kernels, parallelFor: ParallelFor, borrow: Borrow): Kernels['matMul'] {
  return (...given) => {
    const args: number[] = given;
    const [rows, columns, depth] = [at(args, ROWS), at(args, COLUMNS), at(args, DEPTH)];
    if (2 * rows * columns * depth < LEAST_OPERATIONS) return kernels.matMul(...given);
    const isPlain = args[BIAS] === 0 && args[RELU] === 0 && args[ADD] === 0 && args[OUT_ROW] === columns;
    if (isPlain && depth >= DEEP * Math.max(rows, columns, DEPTH_STEP)) {
      const size = stepOf(depth, DEPTH_STEP);
      const blocks = Math.ceil(depth / size);
      borrow(4 * blocks * rows * columns, (place) => {
        const partial = [...args];
        partial[OUT] = place;
        parallelFor.run(BY_DEPTH, partial, { total: depth, size });
        kernels.columnSum(place, at(args, OUT), blocks, rows * columns);
      });
    } else if (columns > 2 * rows) {
      parallelFor.run(BY_COLUMNS, args, { total: columns, size: stepOf(columns, COLUMN_STEP) });
    } else {
      parallelFor.run(BY_ROWS, args, { total: rows, size: stepOf(rows, ROW_STEP) });
    }
  };
}

/** The size of a block: a sixteenth in whole steps. */
function stepOf(total: number, step: number): number {
  return step * Math.max(1, Math.floor(total / (BLOCKS * step)));
}

function at(args: readonly number[], place: number): number {
  return args[place] as number;
}

/** Moves an address by so many numbers. */
function move(args: number[], place: number, numbers: number): void {
  args[place] = at(args, place) + 4 * numbers;
}
