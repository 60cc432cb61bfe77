/**
 * Opens a NumPy archive (`numpy.savez`, `numpy.savez_compressed`): a zip of `.npy` files, of which `ids` and `vectors` are read.
 *
 * Source: APPNOTE.TXT 6.3 of the zip format. Differs: stored and deflated entries below 2 GiB alone, no encryption, no zip64.
 */
import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import { PinwalkError } from '../errors.js';
import { readingError } from './lines.js';
import { readNpyIds } from './npy-ids.js';

/** Ids, and the `.npy` file of the vectors beside them, row by row. */
export interface NpzVectors {
  readonly ids: readonly string[];
  readonly vectors: Uint8Array;
}

const vectorNames = ['vectors', 'vector', 'embeddings', 'embedding', 'features'];

/**
 * Reads the archive whole.
 *
 * @throws PinwalkError `INPUT_MISSING`; `INPUT_INVALID` when it is damaged or lacks one of the two arrays
 */
export async function openNpz(file: string): Promise<NpzVectors> {
  let entries: Map<string, Uint8Array>;
  try {
    entries = unzip(await readFile(file));
  } catch (error) {
    if (!(error instanceof RangeError) && (error as NodeJS.ErrnoException).code?.startsWith('E'))
      throw readingError(file, error);
    const message = `${file}: must be a NumPy archive (got: ${(error as Error).message}); write it with numpy.savez`;
    throw new PinwalkError('INPUT_INVALID', message, { cause: error });
  }
  const ids = entries.get('ids.npy') ?? entries.get('id.npy');
  const vectors = vectorNames.map((name) => entries.get(`${name}.npy`)).find((entry) => entry !== undefined);
  if (!ids || !vectors) {
    const message = `${file}: must hold the arrays ids and vectors (got ${[...entries.keys()].join(', ') || 'none'})`;
    throw new PinwalkError('INPUT_INVALID', `${message}; write it with numpy.savez(file, ids=ids, vectors=vectors)`);
  }
  return { ids: readNpyIds(file, ids), vectors };
}

/** The entries of a zip by name, unpacked; sizes are those of its central directory. */
function unzip(zip: Buffer): Map<string, Uint8Array> {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new RangeError('no end of a zip directory');
  const entries = new Map<string, Uint8Array>();
  let at = zip.readUInt32LE(end + 16);
  for (let entry = 0; entry < zip.readUInt16LE(end + 10); entry++) {
    if (zip.readUInt32LE(at) !== 0x02014b50) throw new RangeError('a damaged zip directory');
    const method = zip.readUInt16LE(at + 10);
    const [packed, unpacked] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)];
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const local = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + (nameLength ?? 0));
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    if (start + packed > zip.length) throw new RangeError(`${name} must lie in the file`);
    const bytes = zip.subarray(start, start + packed);
    if (method !== 0 && method !== 8) throw new RangeError(`${name} is packed by method ${method}`);
    const content = method === 0 ? bytes : inflateRawSync(bytes, { maxOutputLength: Math.max(1, unpacked) });
    if (content.length !== unpacked) throw new RangeError(`${name} must unpack to ${unpacked} bytes`);
    entries.set(name, content);
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0);
  }
  return entries;
}
