/** Bench of the matrix product: GFLOP/s of our kernels on one core beside that core's peak of 128-bit fused multiply-adds. */
import {
  hasRelaxedSimd,
  kernelMemory,
  loadKernels,
  type KernelBuild,
  type Kernels,
} from '../../train/kernels/module.js';
import { openPeak } from './peak.js';
import { cpuMs } from './summary.js';

const TIMES = 4;
/** 128 MiB: scratch, then the matrices of the largest product. */
const MEMORY_PAGES = 2048;

/** rows, columns, depth, transposeA, transposeB */
const shapes: readonly (readonly [number, number, number, boolean, boolean])[] = [
  [504, 512, 512, false, false],
  [1024, 128, 256, false, false],
  [1024, 128, 256, false, true],
  [512, 256, 1000, false, false],
  [1000, 256, 512, true, false],
  [512, 1000, 257, false, true],
  [4000, 64, 320, false, false],
  [10_693, 128, 128, false, false],
  [10_693, 128, 128, false, true],
  [128, 128, 10_693, true, false],
  [101, 67, 33, false, false],
];

/** A product's speed, or the peak's. */
export interface ProductRate {
  readonly name: string;
  readonly gflops: number;
  readonly shareOfPeak: number;
}

/** Measures and prints. */
export async function benchMatrix({ repeats, json }: { repeats: number; json: boolean }): Promise<void> {
  const rates = await productRates(repeats);
  if (json) return console.log(JSON.stringify(rates));
  for (const { name, gflops, shareOfPeak } of rates)
    console.log(
      `${name.padEnd(28)} ${gflops.toFixed(1).padStart(6)} GFLOP/s ${(100 * shareOfPeak).toFixed(0).padStart(4)} %`,
    );
}

/** Best of `repeats`, all shapes in turn, so that a busy moment does not hit one of them alone. */
export async function productRates(repeats: number): Promise<ProductRate[]> {
  const peak = await openPeak();
  const memory = kernelMemory(MEMORY_PAGES);
  const builds: KernelBuild[] = hasRelaxedSimd() ? ['fma', 'simd'] : ['simd'];
  const kernels = builds.map((build) => loadKernels(memory, { build }));
  const best = new Map<string, number>();
  const keep = (name: string, rate: number): void => {
    best.set(name, Math.max(best.get(name) ?? 0, rate));
  };
  for (let repeat = 0; repeat < repeats; repeat++) {
    keep('peak', peak());
    for (const { build, kernels: module } of kernels)
      for (const shape of shapes) keep(nameOf(build, shape), rateOf(module, shape));
  }
  return [...best].map(([name, gflops]) => ({ name, gflops, shareOfPeak: gflops / (best.get('peak') ?? NaN) }));
}

function nameOf(build: KernelBuild, [rows, columns, depth, transposeA, transposeB]: (typeof shapes)[number]): string {
  return `${build.padEnd(4)} ${transposeA ? 'T' : 'N'}${transposeB ? 'T' : 'N'} ${rows} x ${columns} x ${depth}`;
}

function rateOf(kernels: Kernels, [rows, columns, depth, transposeA, transposeB]: (typeof shapes)[number]): number {
  const a = 4 << 20;
  const b = a + rows * depth * 4;
  const out = b + columns * depth * 4;
  const [aRow, aDepth] = transposeA ? [1, rows] : [depth, 1];
  const [bDepth, bColumn] = transposeB ? [1, depth] : [columns, 1];
  // some at once, since processor time comes in microseconds
  const ms = cpuMs(() => {
    for (let i = 0; i < TIMES; i++)
      kernels.matMul(a, aRow, aDepth, b, bDepth, bColumn, out, columns, rows, columns, depth, 0, 0, 0, 1024);
  });
  return (2 * rows * columns * depth * TIMES) / ms / 1e6;
}
