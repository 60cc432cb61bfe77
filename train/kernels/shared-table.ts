/**
 * A table that learns, in a WebAssembly memory that the threads of a run share, and the optimizers' kernels on its rows.
 *
 * Values and what an optimizer keeps lie side by side and stay where they are. Gradients are brought together, a block of rows at
 * a time, in a place that each thread takes for itself: so threads may step different rows of a table at once.
 */
import { kernelMemory, loadKernels, MOST_PAGES, type BlockAt, type Kernels } from './module.js';

/** Arrays of one table, and the memory they lie in: handed to a thread it is not copied. */
export interface SharedTable {
  readonly memory: WebAssembly.Memory;
  /** Zeros at first. */
  readonly arrays: readonly Float32Array[];
}

const PAGE_BYTES = 65536;
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
  const memory = kernelMemory(pages);
  return { memory, arrays: offsets.map((offset, n) => new Float32Array(memory.buffer, offset, lengths[n])) };
}

/** This thread's kernels over a table, and its place for a block. */
interface TableAccess {
  readonly kernels: Kernels;
  readonly gradients: Float32Array;
  readonly rows: Uint32Array;
}

const accesses = new WeakMap<WebAssembly.Memory, TableAccess>();

/** A block that is being brought together. */
export interface Block {
  readonly kernels: Kernels;
  readonly at: BlockAt;
  readonly gradients: Float32Array;
  /** Which of all the rows the block has. */
  readonly from: number;
  readonly count: number;
}

/**
 * Goes over rows of a table by blocks.
 *
 * @param rows  each once
 * @param work.gather  brings the block's gradients, [count, columns], to its place
 * @param work.step  steps on the rows of the block
 */
export function stepByBlocks(
  memory: WebAssembly.Memory,
  { rows, columns }: { rows: Uint32Array; columns: number },
  work: { gather: (block: Block) => void; step: (block: Block) => void },
): void {
  const most = rowsOfBlock(columns);
  const { kernels, gradients, rows: place } = accessTo(memory, columns);
  for (let from = 0; from < rows.length; from += most) {
    const count = Math.min(most, rows.length - from);
    place.set(rows.subarray(from, from + count));
    const at: BlockAt = [gradients.byteOffset, place.byteOffset, count, columns];
    const block = { kernels, at, gradients, from, count };
    work.gather(block);
    work.step(block);
  }
}

function accessTo(memory: WebAssembly.Memory, columns: number): TableAccess {
  const known = accesses.get(memory);
  if (known) return known;
  const numbers = Math.max(BLOCK_NUMBERS, columns);
  const rows = rowsOfBlock(columns);
  const at = memory.grow(Math.ceil((4 * (numbers + rows)) / PAGE_BYTES)) * PAGE_BYTES;
  const access = {
    kernels: loadKernels(memory).kernels,
    gradients: new Float32Array(memory.buffer, at, numbers),
    rows: new Uint32Array(memory.buffer, at + 4 * numbers, rows),
  };
  accesses.set(memory, access);
  return access;
}

function rowsOfBlock(columns: number): number {
  return Math.max(1, Math.floor(BLOCK_NUMBERS / Math.max(1, columns)));
}
