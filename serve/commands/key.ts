/** Makes a key: printed once, for its holder; the line of its hash is for the file of keys. */
import { newKey } from '../keys/key-ring.js';
import type { KeyOptions, Output } from './options.js';

/** Prints the line on standard output, so that it can be added to a file, and the key itself on standard error; as JSON both on output. */
export function key(name: string, { scopes, perMinute, json }: KeyOptions, output: Output): void {
  const made = newKey({ name, scopes: [...scopes], ...(perMinute !== undefined && { perMinute }) });
  if (json) return output.out(`${JSON.stringify(made)}\n`);
  output.out(`${made.line}\n`);
  output.err(
    `The key of ${name}, shown this once: ${made.key}\nIts line belongs in the file that serve --keys names.\n`,
  );
}
