/**
 * Which packages are installed beside this one: training, pictures and sentences have packages of their own, which a server does without.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const require = createRequire(import.meta.url);

/**
 * Whether a package is in a `node_modules` that this file sees; it is not loaded.
 *
 * @param name  as in package.json, such as `sharp` or `@energetic-ai/core`
 */
export function isInstalled(name: string): boolean {
  return (require.resolve.paths(name) ?? []).some((folder) => existsSync(path.join(folder, name, 'package.json')));
}
