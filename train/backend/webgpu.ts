/**
 * A GPU for TensorFlow.js in Node, by Dawn, the WebGPU of Chromium (npm `webgpu`).
 */
import { existsSync, readdirSync } from 'node:fs';
import { PinwalkError } from '../../data/errors.js';

/** What of WebGPU we call ourselves; TF.js calls the rest. */
interface Gpu {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<{ info: AdapterInfo } | null>;
}

interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly isFallbackAdapter: boolean;
}

interface Dawn {
  readonly create: (options: readonly string[]) => Gpu;
  /** The classes and constants that a browser has as globals: GPUBufferUsage, GPUMapMode and so on. */
  readonly globals: Record<string, unknown>;
}

/** What WebGPU would compute on. */
export interface Adapter {
  /** As its driver calls it. */
  readonly name: string;
  /** Whether it is no GPU but a program that stands in for one, on the processor; right, and many times slower than wasm. */
  readonly isSoftware: boolean;
  /** Puts what TF.js's backend looks for where it looks; to be called before that is imported. */
  readonly install: () => void;
}

/**
 * Whether it is worth asking for a GPU. On Linux without one Dawn prints warnings of Vulkan that nobody asked for, so there a device
 * or a driver named in the environment must be seen first; macOS and Windows always have an adapter.
 */
export function mayHaveGpu({
  platform = String(process.platform),
  env = process.env,
  listDevices = devices,
} = {}): boolean {
  if (platform !== 'linux' || env['VK_DRIVER_FILES'] || env['VK_ICD_FILENAMES']) return true;
  return listDevices().some((name) => /^(renderD\d+|nvidia\d+|dxg)$/.test(name)); // dxg: Windows under Linux
}

function devices(): string[] {
  return ['/dev', '/dev/dri'].flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
}

let found: Promise<Adapter> | undefined;

/**
 * Asks Dawn for the fastest adapter; once, since a second instance would let the first be collected under its device.
 *
 * @throws PinwalkError `BACKEND_UNAVAILABLE`: the package is not there or does not load, or it finds no driver
 *
 * Cost: 0.1 s to load. It uses Vulkan on Linux, Metal on macOS, Direct3D on Windows.
 */
export function findAdapter(): Promise<Adapter> {
  return (found ??= askDawn());
}

async function askDawn(): Promise<Adapter> {
  const { create, globals } = (await importOptional('webgpu')) as Dawn;
  const gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) {
    throw new PinwalkError(
      'BACKEND_UNAVAILABLE',
      'openBackend: a GPU with a driver for Vulkan, Metal or Direct3D must be found (got none); install its driver, or take --backend wasm',
    );
  }
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const name = description || [vendor, architecture].filter(Boolean).join(' ') || 'an adapter without a name';
  return { name, isSoftware: isFallbackAdapter, install: () => installGlobals(gpu, globals) };
}

/** @throws PinwalkError `BACKEND_UNAVAILABLE` when the package is not there or does not load */
export async function importOptional(packageName: string): Promise<unknown> {
  try {
    // The name is not a literal, since the package may be absent when this compiles.
    return await import(String(packageName));
  } catch (error) {
    const got = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
    throw new PinwalkError(
      'BACKEND_UNAVAILABLE',
      `openBackend: the package ${packageName} must load (got ${got}); npm install it, or take --backend wasm`,
      { cause: error },
    );
  }
}

/**
 * All that is made global here, and why:
 * - Dawn's classes and constants, which TF.js's backend uses as a page would (`buffer instanceof GPUBuffer`, `GPUBufferUsage.STORAGE`);
 * - `navigator.gpu`, by which it knows that there is WebGPU, and which keeps the instance from being collected: a step
 *   on a collected one hangs or ends the process. Node 20 has no `navigator`; from 21 on there is one, to which the property is added.
 */
function installGlobals(gpu: Gpu, globals: Record<string, unknown>): void {
  Object.assign(globalThis, globals);
  const configurable = true;
  if (!('navigator' in globalThis)) Object.defineProperty(globalThis, 'navigator', { value: {}, configurable });
  Object.defineProperty(Reflect.get(globalThis, 'navigator'), 'gpu', { value: gpu, configurable });
}

/** What TF.js's webgpu backend keeps of the GPU's memory; the buffers by size and usage. */
interface BufferManager {
  readonly freeBuffers: Map<string, { readonly size: number; destroy(): void }[]>;
  numFreeBuffers: number;
  numBytesUsed: number;
  numBytesAllocated: number;
}

/** Bytes of the GPU's memory that may lie idle. */
const MOST_SPARE_BYTES = 2 ** 30;

/**
 * Gives the GPU its idle memory back, where there is more than 1 GiB of it.
 *
 * TF.js keeps every buffer for another tensor of the very same size. The tensors of a batch are of other sizes than those of the last
 * one, so without this a training on a GPU of 139 GiB runs out of memory within 40 steps (spec/decisions.md, 36).
 *
 * @param backend  any backend; of one without such buffers nothing is asked
 */
export function releaseSpareBuffers(backend: unknown, mostSpareBytes = MOST_SPARE_BYTES): void {
  const { bufferManager } = backend as { bufferManager?: BufferManager };
  if (!bufferManager || bufferManager.numBytesAllocated - bufferManager.numBytesUsed <= mostSpareBytes) return;
  for (const buffers of bufferManager.freeBuffers.values()) {
    for (const buffer of buffers) {
      buffer.destroy();
      bufferManager.numBytesAllocated -= buffer.size;
    }
    bufferManager.numFreeBuffers -= buffers.length;
    buffers.length = 0;
  }
}
