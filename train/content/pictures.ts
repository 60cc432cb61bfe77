/**
 * Pictures as vectors: each is drawn on white, cropped to what it shows, shrunk to 64 x 64 and described by its edges.
 */
import type { PinVectors } from '../../data/collection.js';
import { runSlices, slices } from '../../graph/slice-pool.js';
import { pictureDimension } from './picture-descriptor.js';
import type { FeatureOptions } from './title-vectors.js';
import { cachedRows, cacheKey } from './vector-cache.js';

/** Names the description; a change of it must change the name, or stale cache files would be read. */
const method = 'pictures, cropped, 64 pixels, 6 x 6 cells, 6 orientations, square roots';

const batchPictures = 64;

/** A batch for a worker: pictures, and the row of the first. */
export interface PictureTask {
  readonly from: number;
  readonly pictures: readonly (Uint8Array | undefined)[];
}

/**
 * Embeds pictures.
 *
 * @param pictures  P pictures: SVG text as UTF-8, or the bytes of a PNG, JPEG, WebP, GIF, AVIF or TIFF file
 * @returns values [P, 216]; rows of unit length or, where `present` is 0, zero: no picture, one color only, or bytes that no
 *   decoder reads (`unreadableCount` of them)
 * @throws PinwalkError `WORKER_FAILED`
 *
 * Cost about 4 ms a picture and core. The result does not depend on the number of workers.
 */
export async function embedPictures(
  pictures: readonly (Uint8Array | undefined)[],
  options: FeatureOptions = {},
): Promise<PinVectors & { readonly unreadableCount: number }> {
  const length = pictures.length * pictureDimension;
  const key = cacheKey(method, pictures);
  const values = await cachedRows(options, { name: 'pictures', key, length }, () => describeAll(pictures, options));
  const present = new Uint8Array(pictures.length);
  let unreadableCount = 0;
  for (let pin = 0; pin < pictures.length; pin++) {
    const row = values.subarray(pin * pictureDimension, (pin + 1) * pictureDimension);
    if (Number.isNaN(row[0])) {
      unreadableCount++;
      row.fill(0);
    } else if (row.some((x) => x !== 0)) present[pin] = 1;
  }
  return { dimension: pictureDimension, values, present, unreadableCount };
}

/** Descriptions of all pictures; a row of NaN stands for bytes that cannot be read, also in the cache. */
async function describeAll(
  pictures: readonly (Uint8Array | undefined)[],
  { workers = 1, onProgress }: FeatureOptions,
): Promise<Float32Array> {
  const values = new Float32Array(pictures.length * pictureDimension); // [P, 216]
  let done = 0;
  await runSlices<PictureTask, Float32Array>({
    worker: new URL('./pictures.worker.js', import.meta.url),
    tasks: slices(pictures.length, batchPictures).map(({ from, to }) => ({ from, pictures: pictures.slice(from, to) })),
    workers,
    where: 'embedPictures',
    take: (rows, task) => {
      values.set(rows, task.from * pictureDimension);
      onProgress?.((done += task.pictures.length), pictures.length);
    },
  });
  return values;
}
