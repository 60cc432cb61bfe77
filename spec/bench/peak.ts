/** What one core could do at most: a loop of independent 128-bit fused multiply-adds on registers alone. */
import asc from 'assemblyscript/asc';
import { hasRelaxedSimd } from '../../train/kernels/module.js';
import { cpuMs } from './summary.js';

const LOOPS = 300_000;
/** Independent sums: enough to hide the latency of an addition. */
const CHAINS = 12;

/**
 * Compiles the loop.
 *
 * @returns a function that runs it once and gives GFLOP/s of processor time
 *
 * On Node 24 the engine makes a loop of it that comes out four times too low; take Node 20 or 22 for shares of the peak.
 */
export async function openPeak(): Promise<() => number> {
  hasRelaxedSimd(); // switches it on where it has to be
  const chains = Array.from({ length: CHAINS }, (_, i) => i);
  const source = `export function peak(loops: i32): f32 {
    const a = f32x4.splat(0.999), b = f32x4.splat(0.001);
    ${chains.map((i) => `let c${i} = f32x4.splat(${i});`).join(' ')}
    for (let i = 0; i < loops; i++) { ${chains.map((i) => `c${i} = f32x4.relaxed_madd(a, b, c${i});`).join(' ')} }
    return f32x4.extract_lane(${chains.map((i) => `c${i}`).reduce((sum, c) => `f32x4.add(${sum}, ${c})`)}, 0);
  }`;
  const options = { runtime: 'stub', optimizeLevel: 3, noAssert: true, enable: ['simd', 'relaxed-simd'] };
  const { error, binary } = await asc.compileString(source, options);
  if (!binary) throw new Error(`bench: the peak loop must compile (got ${String(error)})`);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(binary)));
  const peak = exports['peak'] as (loops: number) => number; // compiled just now
  for (let i = 0; i < 1000; i++) peak(1000); // lets the engine compile it in full
  return () => {
    const ms = cpuMs(() => peak(LOOPS));
    return (CHAINS * 8 * LOOPS) / ms / 1e6;
  };
}
