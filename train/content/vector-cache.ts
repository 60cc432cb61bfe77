/**
 * Keeps computed feature rows on disk, so that a second run over the same titles or pictures starts at once.
 *
 * A file is the rows' float32 values and nothing else; its name carries a SHA-256 of everything the rows follow from.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Hashes what rows follow from: the method's name and version, then each input in order. */
export function cacheKey(method: string, inputs: Iterable<string | Uint8Array | undefined>): string {
  const hash = createHash('sha256').update(method);
  for (const input of inputs) {
    // Lengths first, so that no two lists of inputs read alike; -1 tells "none" from "empty".
    hash.update(`\n${input === undefined ? -1 : typeof input === 'string' ? Buffer.byteLength(input) : input.length}:`);
    if (input !== undefined) hash.update(input);
  }
  return hash.digest('hex').slice(0, 32);
}

/**
 * Reads rows from the cache, or computes and writes them.
 *
 * @param folder  made when missing; without one nothing is kept
 * @param name  start of the file's name
 * @param length  number of values; a file of another length is computed anew
 */
export async function cachedRows(
  folder: string | undefined,
  { name, key, length }: { readonly name: string; readonly key: string; readonly length: number },
  compute: () => Promise<Float32Array>,
): Promise<Float32Array> {
  if (folder === undefined) return compute();
  const file = path.join(folder, `${name}-${key}.f32`);
  const standing = await readRows(file);
  if (standing?.length === length) return standing;
  const values = await compute();
  await mkdir(folder, { recursive: true });
  const unfinished = `${file}.${process.pid}.part`;
  await writeFile(unfinished, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  await rename(unfinished, file);
  return values;
}

async function readRows(file: string): Promise<Float32Array | undefined> {
  try {
    const bytes = await readFile(file);
    return bytes.length % 4 === 0 ? new Float32Array(new Uint8Array(bytes).buffer) : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
