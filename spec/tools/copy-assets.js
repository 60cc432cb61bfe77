// Copies what TypeScript does not emit (kernels, bundles, the client's types, the Python file of batches) beside its modules in dist, makes the
// CLI executable, and takes away what has no source any more, since specs run from dist.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');
const isAsset = (/** @type {string} */ file) => /\.(wasm|gen\.js|py)$|(^|[\\/])paths\.d\.ts$/.test(file);

for (const room of ['data', 'graph', 'train', 'serve']) {
  const files = readdirSync(path.join(root, room), { recursive: true, encoding: 'utf8' });
  for (const file of files.filter(isAsset)) {
    const target = path.join(root, 'dist', room, file);
    mkdirSync(path.dirname(target), { recursive: true });
    copyFileSync(path.join(root, room, file), target);
  }
}

for (const room of ['data', 'graph', 'train', 'serve', 'spec']) {
  for (const file of readdirSync(path.join(root, 'dist', room), { recursive: true, encoding: 'utf8' })) {
    const [, name] = /^(.*?)(?:\.d\.ts|\.js)$/.exec(file) ?? [];
    const sources = ['.ts', '.tsx', '.js'].map((ending) => path.join(root, room, `${name}${ending}`));
    if (name !== undefined && !sources.some(existsSync)) rmSync(path.join(root, 'dist', room, file));
  }
}

const cli = path.join(root, 'dist/serve/cli.js');
if (existsSync(cli)) chmodSync(cli, 0o755);
