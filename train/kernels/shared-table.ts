/**
 * A table that learns, in a WebAssembly memory that the threads of a run share, and the optimizers' kernels on its rows.
 *
 * Values and what an optimizer keeps lie side by side and stay where they are. Gradients are copied in, a block of rows at a time,
 * to a place that each thread takes for itself: so threads may step different rows of a table at once.
 */
import { loadModule } from './module.js';

/** What `optimizer.ts` in `assembly/` exports; every `...At` is a byte address, `rowsAt` a list of row numbers. */
export interface OptimizerKernels {
  adam: (
    ...args: [
      ...[valuesAt: number, meanAt: number, squareAt: number],
      ...BlockAt,
      ...[rate: number, meanDecay: number, squareDecay: number, epsilon: number],
    ]
  ) => void;
  adagrad: (...args: [valuesAt: number, sumsAt: number, ...BlockAt, rate: number, epsilon: number]) => void;
}

/** A block of gradients, and which rows they are of. */
export type BlockAt = [gradientsAt: number, rowsAt: number, count: number, columns: number];

/** Arrays of one table, and the memory they lie in: handed to a thread it is not copied. */
export interface SharedTable {
  readonly memory: WebAssembly.Memory;
  /** Zeros at first. */
  readonly arrays: readonly Float32Array[];
}

const PAGE_BYTES = 65536;
const MOST_PAGES = 65536;
/** Pages kept for the blocks of threads. */
const BLOCK_PAGES = 4096;
/** Numbers of a block of gradients, 64 KB; a longer row is a block by itself. */
const BLOCK_NUMBERS = 16384;

/**
 * Makes room for arrays of these lengths.
 *
 * @returns undefined where they do not fit the 4 GiB of such a memory, less 256 MiB for blocks
 */
export function sharedTable(lengths: readonly number[]): SharedTable | undefined {
  let top = 64; // nothing lies at address 0
  const offsets = lengths.map((length) => {
    const offset = top;
    top += Math.ceil(length / 16) * 64;
    return offset;
  });
  const pages = Math.ceil(top / PAGE_BYTES);
  if (pages > MOST_PAGES - BLOCK_PAGES) return undefined;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: MOST_PAGES, shared: true });
  return {
    memory,
    arrays: lengths.map((length, n) => new Float32Array(memory.buffer, offsets[n], length)),
  };
}

/** This thread's kernels over a table, and its place for a block. */
interface TableAccess {
  readonly kernels: OptimizerKernels;
  readonly gradients: Float32Array;
  readonly rows: Uint32Array;
}

const accesses = new WeakMap<WebAssembly.Memory, TableAccess>();

/**
 * Copies gradients in, block by block, and lets a kernel step on each.
 *
 * @param gradient  [count, columns] row-major
 * @param rows  [count] the rows they are of, each once
 * @param step  called with the kernels and the block's place
 */
export function stepByBlocks(
  memory: WebAssembly.Memory,
  { gradient, rows, columns }: { gradient: Float32Array; rows: Uint32Array; columns: number },
  step: (kernels: OptimizerKernels, block: BlockAt) => void,
): void {
  const most = rowsOfBlock(columns);
  const { kernels, ...place } = accessTo(memory, columns);
  for (let from = 0; from < rows.length; from += most) {
    const count = Math.min(most, rows.length - from);
    place.gradients.set(gradient.subarray(from * columns, (from + count) * columns));
    place.rows.set(rows.subarray(from, from + count));
    step(kernels, [place.gradients.byteOffset, place.rows.byteOffset, count, columns]);
  }
}

function accessTo(memory: WebAssembly.Memory, columns: number): TableAccess {
  const known = accesses.get(memory);
  if (known) return known;
  const numbers = Math.max(BLOCK_NUMBERS, columns);
  const rows = rowsOfBlock(columns);
  const at = memory.grow(Math.ceil((4 * (numbers + rows)) / PAGE_BYTES)) * PAGE_BYTES;
  const access = {
    kernels: loadModule<OptimizerKernels>('optimizer', memory).exports,
    gradients: new Float32Array(memory.buffer, at, numbers),
    rows: new Uint32Array(memory.buffer, at + 4 * numbers, rows),
  };
  accesses.set(memory, access);
  return access;
}

function rowsOfBlock(columns: number): number {
  return Math.max(1, Math.floor(BLOCK_NUMBERS / Math.max(1, columns)));
}
