/**
 * Reaches into the wasm backend's memory: where a tensor's numbers lie, room for results, our kernels linked to that memory.
 *
 * This is the one place that relies on internals of tfjs-backend-wasm (pinned to one version); `open` checks each of them.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { PinwalkError } from '../../data/errors.js';
import { loadKernels, type KernelBuild, type Kernels } from './module.js';

const CACHE_LINE = 64;

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
  readonly kernels: Kernels;
  readonly build: KernelBuild;
  readonly #backend: BackendInternals;

  private constructor(backend: BackendInternals, build?: KernelBuild) {
    const loaded = loadKernels(backend.wasm.asm.memory, build ? { build } : {});
    this.kernels = loaded.kernels;
    this.build = loaded.build;
    this.#backend = backend;
    alignAllocations(backend.wasm);
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
    if (memory.buffer instanceof SharedArrayBuffer)
      throw unexpected('the memory must not be shared, as the threaded build has it');
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

  /** The numbers of a float32 tensor; the view holds until the next allocation. */
  floats(tensor: TensorInfo): Float32Array {
    return this.view(this.at(tensor), tensor.shape);
  }

  /** The numbers of a float32 matrix of this shape at a byte address; the view holds until the next allocation. */
  view(at: number, shape: readonly number[]): Float32Array {
    return new Float32Array(this.#backend.wasm.HEAPU8.buffer, at, size(shape));
  }

  /** The numbers of an int32 tensor; the view holds until the next allocation. */
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
