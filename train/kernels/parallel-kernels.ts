/**
 * Kernels whose rows are shared among threads: the same functions as the module's, each cut into blocks for kernel threads.
 *
 * How a kernel is cut follows from its arguments: some addresses go on with the rows, others stay. Sums over rows are made a block
 * at a time and then added, in blocks whose size does not depend on the number of threads; so every result has the same bytes
 * with one thread and with many.
 */
import type { Kernels } from './module.js';
import type { Borrow, ParallelFor, Extent, Job } from './parallel-for.js';
import { parallelProduct, productJobCount, productJobs, type Scratch } from './parallel-product.js';

/** A kernel as what it is to whoever only moves its arguments. */
type Kernel = (...args: number[]) => number | undefined;

/** How the arguments of a kernel follow its rows; all are places among the arguments. */
interface Division {
  readonly rows: number;
  /** Where the number of columns stands; absent: one. */
  readonly columns?: number;
  /** Addresses of matrices with the kernel's rows and columns. */
  readonly matrices: readonly number[];
  /** Addresses of lists with a word a row; 0, for none, stays. */
  readonly lists?: readonly number[];
  /** The address of the sums of all rows, [columns]. */
  readonly sums?: number;
  /** Whether what it complains of is a row, counted from the block's first. */
  readonly complainsOfRow?: boolean;
}

const divisions = {
  finish: { rows: 2, columns: 3, matrices: [0] },
  pool: { rows: 5, columns: 6, matrices: [4], lists: [1] },
  poolReluGradient: { rows: 7, columns: 8, matrices: [4, 5], lists: [1], sums: 6 },
  gatherRows: { rows: 3, columns: 4, matrices: [2], lists: [1], complainsOfRow: true },
  l2Normalize: { rows: 3, columns: 4, matrices: [0, 1], lists: [2] },
  l2NormalizeGradient: { rows: 3, columns: 4, matrices: [0, 1, 2] },
  columnSum: { rows: 2, columns: 3, matrices: [0], sums: 1 },
  rowSum: { rows: 2, columns: 3, matrices: [0], lists: [1] },
  reluGradient: { rows: 4, columns: 5, matrices: [0, 1, 2], sums: 3 },
  unitReluGradient: { rows: 5, columns: 6, matrices: [0, 1, 3], lists: [2], sums: 4 },
  exp: { rows: 2, matrices: [0, 1] },
  addEntries: { rows: 5, columns: 6, matrices: [0, 4], lists: [1] },
  binaryCrossEntropy: { rows: 4, columns: 5, matrices: [0], lists: [1, 3] },
  binaryCrossEntropyGradient: { rows: 5, columns: 6, matrices: [0, 4], lists: [1] },
  softmaxCrossEntropy: { rows: 6, columns: 7, matrices: [0], lists: [1, 4, 5] },
  softmaxCrossEntropyGradient: { rows: 7, columns: 8, matrices: [0, 6], lists: [1, 4] },
} satisfies { [name in keyof Kernels]?: Division };

type ParallelName = keyof typeof divisions;
const names = Object.keys(divisions) as ParallelName[];

/** Numbers that a block has at least: some ten microseconds. */
const LEAST_NUMBERS = 16_384;
/** Blocks of a kernel: enough that threads end together. */
const BLOCKS = 16;
/** Rows of a block of sums. */
const SUM_ROWS = 1024;

/** Jobs on kernels, in the order that `parallelKernels` counts on. */
export function kernelJobs(kernels: Kernels, scratch: Scratch): Job[] {
  return [...productJobs(kernels, scratch), ...names.map((name) => parallelJob(kernels, name))];
}

/** Number of jobs that `kernelJobs` makes. */
export const kernelJobCount = productJobCount + names.length;

function parallelJob(kernels: Kernels, name: ParallelName): Job {
  const division: Division = divisions[name];
  const { rows, matrices, lists = [], sums, complainsOfRow = false } = division;
  const kernel = (kernels as unknown as Record<string, Kernel>)[name] as Kernel;
  return (args, from, to) => {
    const own = [...args];
    const columns = columnsOf(division, args);
    for (const place of matrices) own[place] = (args[place] as number) + 4 * from * columns;
    for (const place of lists) if (args[place] !== 0) own[place] = (args[place] as number) + 4 * from;
    if (sums !== undefined) own[sums] = (args[sums] as number) + 4 * columns * Math.floor(from / SUM_ROWS);
    own[rows] = to - from;
    const complaint = kernel(...own);
    if (complaint === undefined || complaint < 0) return undefined;
    return complainsOfRow ? complaint + from : complaint;
  };
}

/** The module's kernels by threads whose first jobs are `kernelJobs`. */
export function parallelKernels(kernels: Kernels, parallelFor: ParallelFor, borrow: Borrow): Kernels {
  const rowwise = names.map((name, n) => {
    const division: Division = divisions[name];
    const { rows: place, sums } = division;
    const job = productJobCount + n;
    return [
      name,
      (...args: number[]): number => {
        const total = args[place] as number;
        const columns = columnsOf(division, args);
        if (sums === undefined) return parallelFor.run(job, args, rowBlocks(total, columns));
        const blocks = Math.ceil(total / SUM_ROWS);
        if (blocks < 2) return parallelFor.run(job, args, { total, size: Math.max(1, total) }); // sums lie where they shall
        return borrow(4 * blocks * columns, (at) => {
          const partial = [...args];
          partial[sums] = at;
          const complaint = parallelFor.run(job, partial, { total, size: SUM_ROWS });
          kernels.columnSum(at, args[sums] as number, blocks, columns);
          return complaint;
        });
      },
    ] as const;
  });
  const matMul = parallelProduct(kernels, parallelFor, borrow);
  return { ...kernels, ...(Object.fromEntries(rowwise) as Partial<Kernels>), matMul };
}

/** Blocks of rows that are worth a thread each. */
export function rowBlocks(rows: number, columns: number): Extent {
  const size = Math.max(Math.ceil(LEAST_NUMBERS / Math.max(1, columns)), Math.ceil(rows / BLOCKS));
  return { total: rows, size };
}

function columnsOf({ columns }: Division, args: readonly number[]): number {
  return columns === undefined ? 1 : (args[columns] as number);
}
