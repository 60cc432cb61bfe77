/** Where specs, benches and campaigns find files: they run as what they compile to under `dist`, and read sources of the package. */
import { createRequire } from 'node:module';
import path from 'node:path';

/** The package's own folder. */
export const root = path.dirname(createRequire(import.meta.url).resolve('#root'));

/** The path of a file that is not compiled, given from the root. */
export function fromRoot(file: string): string {
  return path.join(root, file);
}

/** The path of what a TypeScript file compiles to, given from the root. */
export function compiled(file: string): string {
  return path.join(root, 'dist', file.replace(/\.tsx?$/, '.js'));
}
