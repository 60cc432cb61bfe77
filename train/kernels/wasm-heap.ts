/**
 * Reaches into the wasm backend's memory: where a tensor's numbers lie, room for results, our kernels linked to that memory.
 *
 * This is the one place that relies on internals of tfjs-backend-wasm (pinned to one version); `open` checks each of them.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { PinwalkError } from '../../data/errors.js';
import { jobsAt, optimizerJob, takeRowsJob, type JobInputs } from './jobs.js';
import { gather } from './matrix-rows.js';
import { loadKernels, type KernelBuild, type Kernels } from './module.js';
import type { StepOptions } from './optimizers.js';
import { ParallelFor } from './parallel-for.js';
import { parallelKernels, rowBlocks } from './parallel-kernels.js';
import type { Parameter } from './parameters.js';

const CACHE_LINE = 64;
/** Columns of the widest product that needs scratch of its own width; see assembly/matrix.ts. */
const WIDEST = 1024;

/** What we rely on inside the backend. */
interface BackendInternals {
  readonly wasm: {
    readonly HEAPU8: Uint8Array;
    readonly asm: { readonly memory: WebAssembly.Memory };
    _malloc: (bytes: number) => number;
    _free: (at: number) => void;
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
}

/** The heap of a running wasm backend. */
export class WasmHeap {
  /** Of the module; those with rows enough are shared among kernel threads. */
  readonly kernels: Kernels;
  readonly build: KernelBuild;
  readonly parallelFor = new ParallelFor();
  readonly #backend: BackendInternals;
  readonly #module: Kernels;
  #jobInputs: JobInputs;

  private constructor(backend: BackendInternals, given?: KernelBuild) {
    const { kernels, build } = loadKernels(backend.wasm.asm.memory, given ? { build: given } : {});
    this.build = build;
    this.#module = kernels;
    this.#backend = backend;
    alignAllocations(backend.wasm);
    this.kernels = parallelKernels(kernels, this.parallelFor, (bytes, use) => this.borrow(bytes, use));
    this.#jobInputs = this.#allocate({ threads: 1, tables: [], sources: [] });
  }

  /**
   * @param backend  what `tf.backend()` gives while `wasm` is active
   * @throws PinwalkError `BACKEND_UNAVAILABLE` when the internals are not as expected or the kernels are not compiled
   */
  static open(backend: unknown, build?: KernelBuild): WasmHeap {
    const candidate = backend as { [member in keyof BackendInternals]?: unknown };
    const wasm = candidate.wasm as { HEAPU8?: Uint8Array; asm?: { memory?: unknown } } | undefined;
    const memory = wasm?.asm?.memory;
    if (!(memory instanceof WebAssembly.Memory) || memory.buffer !== wasm?.HEAPU8?.buffer) {
      throw unexpected('the module must export the memory it works in');
    }
    if (!(memory.buffer instanceof SharedArrayBuffer)) {
      throw unexpected('its memory must be one that threads share, as in the copy beside our kernels');
    }
    const { dataIdMap, makeOutput, disposeData, incRef } = candidate;
    if (!dataIdMap || ![makeOutput, disposeData, incRef].every((member) => typeof member === 'function')) {
      throw unexpected('dataIdMap, makeOutput, disposeData and incRef must be there');
    }
    return new WasmHeap(backend as BackendInternals, build); // each member was just looked at
  }

  /** Byte address of a tensor's numbers. */
  at(tensor: TensorInfo): number {
    return this.#backend.dataIdMap.get(tensor.dataId).memoryOffset;
  }

  /** The numbers of a float32 tensor, as long as it lives. */
  floats(tensor: TensorInfo): Float32Array {
    return this.view(this.at(tensor), tensor.shape);
  }

  /** The numbers of a float32 matrix of this shape at a byte address. */
  view(at: number, shape: readonly number[]): Float32Array {
    return new Float32Array(this.#backend.wasm.HEAPU8.buffer, at, size(shape));
  }

  /** The numbers of an int32 tensor, as long as it lives. */
  integers(tensor: TensorInfo): Int32Array {
    return new Int32Array(this.#backend.wasm.HEAPU8.buffer, this.at(tensor), size(tensor.shape));
  }

  /**
   * Takes room for a float32 result; its numbers are whatever was there.
   *
   * @throws PinwalkError `BACKEND_UNAVAILABLE` when the backend's memory is full
   */
  make(shape: readonly number[]): TensorInfo {
    const tensor = this.#backend.makeOutput([...shape], 'float32');
    if (this.at(tensor) === 0 && size(shape) > 0) {
      throw new PinwalkError(
        'BACKEND_UNAVAILABLE',
        `WasmHeap.make: the wasm backend's memory must have room (got a tensor of ${size(shape)} numbers); use smaller batches`,
      );
    }
    return tensor;
  }

  /** Lends room in the backend's memory. */
  borrow<Result>(bytes: number, use: (at: number) => Result): Result {
    const { wasm } = this.#backend;
    const at = wasm._malloc(bytes);
    try {
      return use(at);
    } finally {
      wasm._free(at);
    }
  }

  /** Scratch of a product on the main thread. */
  get scratchAt(): number {
    return this.#jobInputs.scratchAt;
  }

  /**
   * Makes room for kernel threads and tells the main thread's part of it what to work on.
   *
   * @param options.threads  the main thread included
   * @param options.tables, options.sources  as in `JobInputs`
   * @returns all that the other threads need to know
   */
  prepare(options: Pick<JobInputs, 'tables' | 'sources'> & { threads: number }): JobInputs {
    this.#backend.wasm._free(this.#jobInputs.scratchAt);
    this.#jobInputs = this.#allocate(options);
    return this.#jobInputs;
  }

  #allocate({ threads, ...given }: Pick<JobInputs, 'tables' | 'sources'> & { threads: number }): JobInputs {
    const { wasm } = this.#backend;
    const scratchBytes = this.#module.matMulScratchBytes(WIDEST);
    const scratchAt = wasm._malloc(threads * scratchBytes);
    const jobInputs = { memory: wasm.asm.memory, scratchAt, scratchBytes, ...given };
    this.parallelFor.setJobs(jobsAt(this.#module, jobInputs));
    return jobInputs;
  }

  /**
   * Rows of a matrix outside, as a tensor; shared among kernel threads where the matrix is one of its sources.
   *
   * @param values  [.., columns] row-major
   * @param rows  below the number of its rows
   */
  takeRows(values: Float32Array, columns: number, rows: Uint32Array): TensorInfo {
    const out = this.make([rows.length, columns]);
    const source = this.#jobInputs.sources.indexOf(values);
    if (source < 0) gather(values, columns, rows, this.floats(out));
    else {
      this.borrow(rows.byteLength, (at) => {
        new Uint32Array(this.#backend.wasm.HEAPU8.buffer, at, rows.length).set(rows);
        this.parallelFor.run(takeRowsJob, [source, at, this.at(out), columns], rowBlocks(rows.length, columns));
      });
    }
    return out;
  }

  /**
   * A step of a table's optimizer, shared among kernel threads.
   *
   * @param table  one of the tables of the jobs
   * @param gradient  [touched rows, columns], the numbers of a tensor of this heap
   */
  optimizerStep(table: Parameter, gradient: Float32Array, { rows, rate, step }: StepOptions): void {
    const number = this.#jobInputs.tables.indexOf(table);
    const columns = table.shape[1];
    const blocks = rowBlocks(gradient.length / columns, columns);
    this.borrow(rows?.byteLength ?? 0, (at) => {
      if (rows) new Uint32Array(this.#backend.wasm.HEAPU8.buffer, at, rows.length).set(rows);
      this.parallelFor.run(optimizerJob, [number, gradient.byteOffset, rows ? at : 0, rate, step], blocks);
    });
  }

  /** Gives scratch back. */
  release(tensor: TensorInfo): void {
    this.#backend.disposeData(tensor.dataId);
  }

  /** The same numbers once more without a copy, under another shape. */
  share(tensor: TensorInfo, shape: readonly number[] = tensor.shape): TensorInfo {
    this.#backend.incRef(tensor.dataId);
    return { dataId: tensor.dataId, shape: [...shape], dtype: tensor.dtype };
  }
}

/** Places where the backend's memory was handed out aligned, and where it really begins; by backend module. */
const beginnings = new WeakMap<object, Map<number, number>>();

/**
 * From now on the backend takes memory at multiples of a cache line: SIMD loads then stay within one, and TensorFlow, which the
 * memory is lent to, works on no other.
 */
function alignAllocations(wasm: BackendInternals['wasm']): void {
  if (beginnings.has(wasm)) return;
  wasm._free(wasm._malloc(8)); // the first call of each puts the real function in its place
  const { _malloc: malloc, _free: free } = wasm;
  const begins = new Map<number, number>();
  beginnings.set(wasm, begins);
  wasm._malloc = (bytes) => {
    const begin = malloc(bytes + CACHE_LINE) >>> 0; // addresses above 2 GB come as negative numbers
    const at = Math.ceil(begin / CACHE_LINE) * CACHE_LINE;
    if (at !== begin) begins.set(at, begin);
    return at;
  };
  wasm._free = (at) => {
    free(begins.get(at) ?? at);
    begins.delete(at);
  };
}

/** Number of entries of a shape. */
export function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function unexpected(what: string): PinwalkError {
  return new PinwalkError(
    'BACKEND_UNAVAILABLE',
    `WasmHeap.open: the wasm backend must be built as in tfjs-backend-wasm 4.22 (${what})`,
  );
}
