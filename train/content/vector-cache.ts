/**
 * Keeps computed feature rows on disk, so that a second run over the same titles or pictures starts at once.
 *
 * A file is the rows' float32 values and a CRC-32 of them; its name carries a SHA-256 of everything the rows follow from.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { PinwalkError } from '../../data/errors.js';
import { newHash } from '../../data/hash.js';
import { writeWhole } from '../../data/whole-file.js';

/** Where rows are kept. */
export interface CacheOptions {
  /** Made when missing; without one nothing is kept. */
  readonly cacheFolder?: string | undefined;
  /** Told when rows cannot be kept there; work goes on without. */
  readonly say?: ((line: string) => void) | undefined;
}

/** Hashes what rows follow from: the method's name and version, then each input in order. */
export function cacheKey(method: string, inputs: Iterable<string | Uint8Array | undefined>): string {
  const hash = newHash().update(method);
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
 * @param name  start of the file's name
 * @param length  number of values; a file of another length, or one that is damaged, is computed anew
 *
 * What the cache's disk refuses is said and costs nothing but the time to compute the rows again.
 */
export async function cachedRows(
  { cacheFolder, say }: CacheOptions,
  { name, key, length }: { readonly name: string; readonly key: string; readonly length: number },
  compute: () => Promise<Float32Array>,
): Promise<Float32Array> {
  if (cacheFolder === undefined) return compute();
  const file = path.join(cacheFolder, `${name}-${key}.f32`);
  const standing = await readRows(file);
  if (standing?.length === length) return standing;
  const values = await compute();
  try {
    writeWhole(file, withChecksum(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)));
  } catch (error) {
    if (!(error instanceof PinwalkError)) throw error;
    say?.(`cache: ${name} are not kept for the next run: ${error.message}`);
  }
  return values;
}

/** Undefined where there is none that can be read and matches its checksum: whatever the reason, the rows are computed again. */
async function readRows(file: string): Promise<Float32Array | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  if (!bytes || bytes.length < 4 || bytes.length % 4 !== 0) return undefined;
  const end = bytes.length - 4;
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32LE(end)) return undefined;
  return new Float32Array(Uint8Array.prototype.slice.call(bytes, 0, end).buffer);
}

function withChecksum(rows: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(rows.length + 4);
  bytes.set(rows);
  bytes.writeUInt32LE(crc32(rows), rows.length);
  return bytes;
}
