// Compiles the kernels twice from one source: plain SIMD for any engine, and relaxed SIMD (fused multiply-add) for those that have it.
import path from 'node:path';
import asc from 'assemblyscript/asc';

const here = import.meta.dirname;
const builds = [
  { file: 'kernels.wasm', features: [] },
  { file: 'kernels.fma.wasm', features: ['--enable', 'relaxed-simd'] },
];

for (const { file, features } of builds) {
  const { error, stderr } = await asc.main([
    'kernels.ts',
    ...['--baseDir', here, '--outFile', path.join('..', file)],
    ...['--runtime', 'stub', '--importMemory'],
    ...['--enable', 'simd', '--enable', 'bulk-memory', ...features, '-O3', '--noAssert'],
  ]);
  if (error) {
    console.error(stderr.toString());
    throw error;
  }
}
