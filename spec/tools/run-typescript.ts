/** How specs start a TypeScript file of ours in a process of its own. */
import { fileURLToPath } from 'node:url';

/**
 * Node's own arguments that make it run TypeScript. Those that the spec runs under would do too, but load TypeScript and tap itself in
 * every process and in each of its threads, a second or two of processor time each.
 */
export const typescriptArgv = [`--import=${new URL('./typescript-loader.js', import.meta.url).href}`];

/** The path of a file, given from the root of the package. */
export function fromRoot(file: string): string {
  return fileURLToPath(new URL(`../../${file}`, import.meta.url));
}
