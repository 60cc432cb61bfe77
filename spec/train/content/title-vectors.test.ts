import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import t from 'tap';
import type { PinVectors } from '../../../data/collection.js';
import { embedTitles, isEncoderInstalled, titleDimension } from '../../../train/content/title-vectors.js';

const skip = isEncoderInstalled() ? false : 'the sentence encoder is not installed';

function cosine({ dimension, values }: PinVectors, a: number, b: number): number {
  let sum = 0;
  for (let d = 0; d < dimension; d++) {
    sum += (values[a * dimension + d] as number) * (values[b * dimension + d] as number);
  }
  return sum;
}

t.test('embedTitles puts like meanings side by side, without a word in common', { skip }, async (t) => {
  const block = await embedTitles(['kitten', 'cat', 'spreadsheet', 'Cat ', '', ' ']);
  t.equal(block.dimension, titleDimension);
  t.ok(cosine(block, 0, 1) > cosine(block, 0, 2) + 0.1);
  t.ok(Math.abs(cosine(block, 1, 3) - 1) < 1e-6, 'case and outer spaces do not matter');
  t.same([...block.present], [1, 1, 1, 1, 0, 0], 'an empty title has no vector');
  t.ok(block.values.subarray(4 * titleDimension).every((x) => x === 0));
});

t.test('embedTitles gives the same bytes with one worker and two, and tells its progress', { skip }, async (t) => {
  const titles = Array.from({ length: 70 }, (_, i) => `title of pin ${i}`);
  const told: number[] = [];
  const one = await embedTitles(titles, { onProgress: (done) => told.push(done) });
  const two = await embedTitles(titles, { workers: 2 });
  t.ok(Buffer.from(one.values.buffer).equals(Buffer.from(two.values.buffer)));
  t.equal(told.length, 3);
  t.equal(told.at(-1), 70);
});

t.test('embedTitles reads a second time from the cache folder', { skip }, async (t) => {
  const cacheFolder = path.join(t.testdir(), 'cache');
  const first = await embedTitles(['umbrella', 'rain'], { cacheFolder });
  const [file = ''] = readdirSync(cacheFolder);
  t.match(file, /^titles-[0-9a-f]{32}\.f32$/);
  // Rows swapped on disk come back swapped: they were read, not computed.
  const swapped = new Float32Array([
    ...first.values.subarray(titleDimension),
    ...first.values.subarray(0, titleDimension),
  ]);
  const sum = new Uint8Array(Uint32Array.of(crc32(new Uint8Array(swapped.buffer))).buffer);
  writeFileSync(path.join(cacheFolder, file), Buffer.concat([new Uint8Array(swapped.buffer), sum]));
  const second = await embedTitles(['umbrella', 'rain'], { cacheFolder });
  t.ok(Math.abs((second.values[0] as number) - (first.values[titleDimension] as number)) < 1e-6);
});

t.test('embedTitles falls back on n-grams when told to', async (t) => {
  const block = await embedTitles(['umbrella', 'umbrellas', 'guitar'], { encoder: 'ngrams' });
  t.equal(block.dimension, 256);
  t.ok(cosine(block, 0, 1) > cosine(block, 0, 2));
});
