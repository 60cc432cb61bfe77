// Bench of the matrix product: GFLOP/s of our kernels on one core beside that core's peak of 128-bit fused multiply-adds.
//
//   node spec/train/kernels/matrix.bench.js [repeats, default 60]
//
// Take Node 20 or 22: on 24 the peak loop alone comes out four times too low. Best of the repeats, all shapes in turn, so that a busy moment does not hit one of them alone.
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { performance } from 'node:perf_hooks';
import v8 from 'node:v8';
import asc from 'assemblyscript/asc';

const repeats = Number(process.argv[2] ?? 60);
const PEAK_LOOPS = 300_000;
const CHAINS = 12;
/** rows, columns, depth, transposeA, transposeB */
const shapes = [
  [504, 512, 512, false, false],
  [1024, 128, 256, false, false],
  [1024, 128, 256, false, true],
  [512, 256, 1000, false, false],
  [1000, 256, 512, true, false],
  [512, 1000, 257, false, true],
  [4000, 64, 320, false, false],
  [101, 67, 33, false, false],
];

if (process.versions.node.startsWith('20.')) v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
const memory = new WebAssembly.Memory({ initial: 1024 });
const builds = ['kernels.fma.wasm', 'kernels.wasm'].map((file) => ({ file, ...load(file) }));
const { peak } = new WebAssembly.Instance(new WebAssembly.Module(await compilePeak())).exports;

const best = new Map();
for (let i = 0; i < 1000; i++) peak(1000); // lets the engine compile it in full
for (let repeat = 0; repeat < repeats; repeat++) {
  time('peak', () => peak(PEAK_LOOPS));
  for (const { file, matMul } of builds) {
    for (const shape of shapes) time(`${file} ${shape.join(' ')}`, () => multiply(matMul, shape));
  }
}
const peakRate = (CHAINS * 8 * PEAK_LOOPS) / best.get('peak') / 1e6;
console.log(`${os.cpus()[0]?.model}, Node ${process.version}, peak ${peakRate.toFixed(1)} GFLOP/s`);
for (const { file } of builds) {
  for (const shape of shapes) {
    const [rows, columns, depth, transposeA, transposeB] = shape;
    const rate = (2 * rows * columns * depth) / best.get(`${file} ${shape.join(' ')}`) / 1e6;
    const kind = `${transposeA ? 'T' : 'N'}${transposeB ? 'T' : 'N'}`;
    const size = `${rows} x ${columns} x ${depth}`.padEnd(18);
    console.log(
      `${file.padEnd(17)} ${kind} ${size} ${rate.toFixed(1).padStart(5)} GFLOP/s ${((100 * rate) / peakRate).toFixed(0)} %`,
    );
  }
}

function load(file) {
  const url = new URL(`../../../train/kernels/${file}`, import.meta.url);
  return new WebAssembly.Instance(new WebAssembly.Module(readFileSync(url)), { env: { memory, log: Math.log } })
    .exports;
}

function multiply(matMul, [rows, columns, depth, transposeA, transposeB]) {
  const a = 4 << 20;
  const b = a + rows * depth * 4;
  const out = b + columns * depth * 4;
  const aStrides = transposeA ? [1, rows] : [depth, 1];
  const bStrides = transposeB ? [1, depth] : [columns, 1];
  matMul(a, ...aStrides, b, ...bStrides, out, rows, columns, depth, 0, 0, 0, 1024);
}

function time(name, run) {
  const started = performance.now();
  run();
  best.set(name, Math.min(best.get(name) ?? Infinity, performance.now() - started));
}

/** A loop of independent multiply-adds on registers alone. */
async function compilePeak() {
  const chains = Array.from({ length: CHAINS }, (_, i) => i);
  const source = `export function peak(loops: i32): f32 {
    const a = f32x4.splat(0.999), b = f32x4.splat(0.001);
    ${chains.map((i) => `let c${i} = f32x4.splat(${i});`).join(' ')}
    for (let i = 0; i < loops; i++) { ${chains.map((i) => `c${i} = f32x4.relaxed_madd(a, b, c${i});`).join(' ')} }
    return f32x4.extract_lane(${chains.map((i) => `c${i}`).reduce((sum, c) => `f32x4.add(${sum}, ${c})`)}, 0);
  }`;
  const options = { runtime: 'stub', optimizeLevel: 3, noAssert: true, enable: ['simd', 'relaxed-simd'] };
  const { error, binary, stderr } = await asc.compileString(source, options);
  if (!binary) throw new Error(`bench: the peak loop must compile (got ${error}): ${stderr}`);
  return binary;
}
