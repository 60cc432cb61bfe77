// Compiles each module twice from one source: plain SIMD for any engine, and relaxed SIMD (fused multiply-add) for those that have it.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import asc from 'assemblyscript/asc';

const here = import.meta.dirname;
const DATA_SECTION = 11;
const modules = [
  { name: 'kernels', memory: [] },
  { name: 'optimizer', memory: ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'] },
];
const builds = [
  { ending: '.wasm', features: [] },
  { ending: '.fma.wasm', features: ['--enable', 'relaxed-simd'] },
];

for (const { name, memory, file, features } of modules.flatMap((module) =>
  builds.map(({ ending, features }) => ({ ...module, file: `${module.name}${ending}`, features })),
)) {
  const { error, stderr } = await asc.main([
    `${name}.ts`,
    ...['--baseDir', here, '--outFile', path.join('..', file)],
    ...['--runtime', 'stub', '--importMemory', ...memory],
    ...['--enable', 'simd', '--enable', 'bulk-memory', ...features, '-O3', '--noAssert'],
  ]);
  if (error) {
    console.error(stderr.toString());
    throw error;
  }
  const bytes = readFileSync(path.join(here, '..', file));
  if (sections(bytes).includes(DATA_SECTION)) {
    throw new Error(
      `build: ${file} must hold no data (got a data section); it would be written over the host's memory`,
    );
  }
}

/** The section numbers of a WebAssembly module, in order. */
function sections(bytes) {
  const found = [];
  for (let at = 8; at < bytes.length;) {
    found.push(bytes[at++]);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      size |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    at += size;
  }
  return found;
}
