/**
 * Loads compiled kernels over a WebAssembly memory: the fused multiply-add build where the engine has relaxed SIMD, else plain SIMD.
 *
 * They are functions on byte addresses and keep no state, so one module serves our own workspace, TF.js's memory and the tables
 * that learn alike, and any number of threads at once. All of them are memories that threads share.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import v8 from 'node:v8';
import { PinwalkError } from '../../data/errors.js';

/**
 * What the module exports, described in `assembly/`. Every argument is a byte address (`...At`), a stride in floats or a count.
 */
export interface Kernels {
  matMulScratchBytes(columns: number): number;
  matMul: (
    ...args: [
      ...MatMulInputs,
      outAt: number,
      outRowStride: number,
      ...MatMulShape,
      biasAt: number,
      relu: number,
      add: number,
      scratchAt: number,
    ]
  ) => void;
  finish: (
    ...args: [outAt: number, rowBytes: number, rows: number, columns: number, biasAt: number, relu: number]
  ) => void;
  /** Like all that take row numbers, gives -1, or the place of the first that is no row of the source (then nothing is done). */
  pool: (
    ...args: [sourceAt: number, ...RowsAt, outAt: number, rows: number, columns: number, sourceRows: number]
  ) => number;
  poolReluGradient: (
    ...args: [dyAt: number, ...RowsAt, yAt: number, outAt: number, sumsAt: number, rows: number, columns: number]
  ) => void;
  /** outOffsets: outRows + 2 numbers; the other two as many as there are entries. */
  transposeRows: (...args: [...RowsAt, rows: number, outRows: number, ...RowsAt]) => number;
  gatherRows: (...args: [sourceAt: number, indicesAt: number, outAt: number, ...GatherShape]) => number;
  segmentSum: (...args: [sourceAt: number, idsAt: number, outAt: number, ...SegmentShape]) => void;
  l2Normalize: (
    ...args: [xAt: number, yAt: number, scalesAt: number, rows: number, columns: number, epsilon: number]
  ) => void;
  l2NormalizeGradient: (
    ...args: [xAt: number, dyAt: number, dxAt: number, rows: number, columns: number, epsilon: number]
  ) => void;
  columnSum: (...args: [xAt: number, outAt: number, rows: number, columns: number]) => void;
  rowSum: (...args: [xAt: number, outAt: number, rows: number, columns: number]) => void;
  reluGradient: (
    ...args: [dyAt: number, yAt: number, dzAt: number, sumsAt: number, rows: number, columns: number]
  ) => void;
  unitReluGradient: (
    ...args: [dyAt: number, zAt: number, scalesAt: number, dxAt: number, sumsAt: number, rows: number, columns: number]
  ) => void;
  transpose: (...args: [xAt: number, outAt: number, rows: number, columns: number]) => void;
  exp: (...args: [xAt: number, yAt: number, count: number]) => void;
  addEntries: (...args: [logitsAt: number, ...RowsAt, outAt: number, rows: number, columns: number]) => number;
  binaryCrossEntropy: (
    ...args: [logitsAt: number, offsetsAt: number, targetsAt: number, lossesAt: number, rows: number, columns: number]
  ) => number;
  binaryCrossEntropyGradient: (
    ...args: [
      ...[logitsAt: number, offsetsAt: number, targetsAt: number],
      ...[scale: number, dxAt: number, rows: number, columns: number],
    ]
  ) => void;
  softmaxCrossEntropy: (
    ...args: [logitsAt: number, ...RowsAt, lossesAt: number, normalizersAt: number, rows: number, columns: number]
  ) => number;
  softmaxCrossEntropyGradient: (
    ...args: [
      logitsAt: number,
      ...RowsAt,
      normalizersAt: number,
      scale: number,
      dxAt: number,
      rows: number,
      columns: number,
    ]
  ) => void;
  adam: (
    ...args: [
      ...[valuesAt: number, meanAt: number, squareAt: number],
      ...BlockAt,
      ...[rate: number, meanDecay: number, squareDecay: number, epsilon: number],
    ]
  ) => void;
  adagrad: (...args: [valuesAt: number, sumsAt: number, ...BlockAt, rate: number, epsilon: number]) => void;
}

/** A block of gradients, and the list of the rows that they are of. */
export type BlockAt = [gradientsAt: number, rowsAt: number, count: number, columns: number];

type MatMulInputs = [...MatMulInput, ...MatMulInput];
/** a and the strides to its next row and step of depth; b and the strides to its next step of depth and column. */
type MatMulInput = [at: number, firstStride: number, secondStride: number];
type MatMulShape = [rows: number, columns: number, depth: number];
/** Compressed rows; weights at 0 are all 1. */
type RowsAt = [offsetsAt: number, neighborsAt: number, weightsAt: number];
type GatherShape = [rows: number, columns: number, sourceRows: number];
type SegmentShape = [rows: number, columns: number, segments: number];

/** Which build runs: `fma` adds and multiplies in one rounding, so its results differ from `simd`'s in the last bits. */
export type KernelBuild = 'fma' | 'simd';

const compiled = new Map<string, WebAssembly.Module>();

/** A memory for kernels: `initial` pages of 64 KiB that threads may share, at most 4 GiB. */
export function kernelMemory(initial: number): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial, maximum: MOST_PAGES, shared: true });
}

/** Pages of 64 KiB that a memory can have. */
export const MOST_PAGES = 65536;

/**
 * Instantiates the kernels over `memory`.
 *
 * @param memory  as `kernelMemory` makes it
 * @param options.build  default: `fma` where the engine validates relaxed SIMD, else `simd`
 * @returns kernels  what the module is known to export; the specs call every one of them
 * @throws PinwalkError `BACKEND_UNAVAILABLE` when the compiled module is missing
 *
 * Cost: 2-5 ms, the next time on the same thread less than one; the engine tiers the code up in the background.
 */
export function loadKernels(
  memory: WebAssembly.Memory,
  options: { build?: KernelBuild } = {},
): { kernels: Kernels; build: KernelBuild } {
  const build = options.build ?? (hasRelaxedSimd() ? 'fma' : 'simd');
  const file = fileURLToPath(new URL(`./kernels${build === 'fma' ? '.fma' : ''}.wasm`, import.meta.url));
  const module = compiled.get(file) ?? compile(file);
  compiled.set(file, module);
  const instance = new WebAssembly.Instance(module, { env: { memory, log: Math.log } });
  return { kernels: instance.exports as unknown as Kernels, build };
}

function compile(file: string): WebAssembly.Module {
  if (existsSync(file)) return new WebAssembly.Module(readFileSync(file));
  throw new PinwalkError(
    'BACKEND_UNAVAILABLE',
    `loadKernels: the compiled kernels must exist (got no ${file}); run npm run build:generated`,
  );
}

/** A module whose one function uses f32x4.relaxed_madd. */
const relaxedSimdProbe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0],
  ...[65, 1, 253, 15, 65, 2, 253, 15, 65, 3, 253, 15, 253, 133, 2, 11],
);

let relaxedSimd: boolean | undefined;

/** Whether relaxed SIMD runs here; on Node 20 it is switched on, on later ones it is there (the flag would be an error). */
export function hasRelaxedSimd(): boolean {
  if (relaxedSimd !== undefined) return relaxedSimd;
  if (!WebAssembly.validate(relaxedSimdProbe) && process.versions.node.startsWith('20.')) {
    v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
  relaxedSimd = WebAssembly.validate(relaxedSimdProbe);
  return relaxedSimd;
}
