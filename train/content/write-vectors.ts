/**
 * Writes `vectors.title.npy` and `vectors.picture.npy` beside the pins of a data folder, so that training starts at once.
 *
 *   node dist/train/content/write-vectors.js FOLDER
 */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Collection, PinVectors } from '../../data/collection.js';
import { loadCollection } from '../../data/load.js';
import { writeWhole } from '../../data/whole-file.js';
import { npyHeader } from '../../data/writers/npy.js';
import { contentBlocks } from './content-blocks.js';

/**
 * Computes and writes the vectors of titles and pictures as int8 arrays in the order of the pins.
 *
 * @param collection  of that folder, whose file of pins lists every pin
 * @returns the names of the blocks written
 * @throws PinwalkError `STORAGE_FAILED`, and what `contentBlocks` throws
 */
export async function writeVectors(folder: string, collection: Collection, workers: number): Promise<string[]> {
  const blocks = await contentBlocks({ ...collection, vectors: new Map() }, { workers });
  for (const [name, block] of blocks) writeWhole(path.join(folder, `vectors.${name}.npy`), int8Npy(block));
  return [...blocks.keys()];
}

/**
 * Packs vectors as a NumPy array of int8 (format 1.0), each row scaled so that its largest value is 127: readers bring rows to
 * unit length again. Cosines are off by at most 0.003 on 512 dimensions.
 */
export function int8Npy({ dimension, values, present }: PinVectors): Uint8Array {
  const bytes = new Int8Array(values.length);
  for (let pin = 0; pin < present.length; pin++) {
    const row = values.subarray(pin * dimension, (pin + 1) * dimension);
    const largest = row.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    if (largest > 0)
      for (let d = 0; d < dimension; d++) bytes[pin * dimension + d] = Math.round(((row[d] as number) / largest) * 127);
  }
  return Buffer.concat([npyHeader('|i1', [present.length, dimension]), Buffer.from(bytes.buffer)]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? 'data/designers-boards';
  const { collection } = await loadCollection({ folder });
  const names = await writeVectors(folder, collection, availableParallelism());
  console.log(`${folder}: wrote vectors of ${names.join(', ')} for ${collection.pins.ids.length} pins`);
}
