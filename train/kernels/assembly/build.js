// Compiles the kernels twice from one source: plain SIMD for any engine, and relaxed SIMD (fused multiply-add) for those that have it.
// All work in memory that threads share; beside them comes tfjs-backend-wasm as it is, but for its memory, which is made such a one.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import asc from 'assemblyscript/asc';

const here = import.meta.dirname;
const MEMORY_SECTION = 5;
const DATA_SECTION = 11;
const builds = [
  { file: 'kernels.wasm', features: [] },
  { file: 'kernels.fma.wasm', features: ['--enable', 'relaxed-simd'] },
];

for (const { file, features } of builds) {
  const { error, stderr } = await asc.main([
    'kernels.ts',
    ...['--baseDir', here, '--outFile', path.join('..', file)],
    ...['--runtime', 'stub', '--importMemory', '--sharedMemory', '--maximumMemory', '65536'],
    ...['--enable', 'threads', '--enable', 'simd', '--enable', 'bulk-memory', ...features, '-O3', '--noAssert'],
  ]);
  if (error) {
    console.error(stderr.toString());
    throw error;
  }
  if (sections(readFileSync(path.join(here, '..', file))).has(DATA_SECTION)) {
    throw new Error(
      `build: ${file} must hold no data (got a data section); it would be written over the host's memory`,
    );
  }
}

// A memory section is the number of memories, then of each its flags, its first and its most pages: flags 1 are "has a most",
// flags 3 "has a most, and threads share it". The code may stay: that no other thread writes is nothing it relies on.
const backend = 'tfjs-backend-wasm-simd.wasm';
const bytes = readFileSync(createRequire(import.meta.url).resolve(`@tensorflow/tfjs-backend-wasm/dist/${backend}`));
const memory = sections(bytes).get(MEMORY_SECTION);
if (memory === undefined || bytes[memory] !== 1 || bytes[memory + 1] !== 1) {
  throw new Error(`build: ${backend} must have one memory of its own with a most, as tfjs-backend-wasm 4.22 has`);
}
bytes[memory + 1] = 3;
writeFileSync(path.join(here, '..', backend), bytes);

/**
 * Where the contents of each section of a WebAssembly module begin, by section number.
 *
 * @param {Buffer} bytes
 */
function sections(bytes) {
  const found = new Map();
  for (let at = 8; at < bytes.length;) {
    const section = bytes[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    found.set(section, at);
    at += size;
  }
  return found;
}
