/** Ways in which a file is damaged: each a number drawn from a seed, so that one can be made again. */
import type { Random } from '../../data/random.js';

/** A damaged copy, and in words what was done; undefined where it came out as it was. */
export interface Damaged {
  readonly bytes: Buffer;
  readonly what: string;
}

const ways = ['bit', 'bytes', 'zeros', 'ones', 'cut', 'added', 'page', 'stranger'] as const;

/**
 * Damages a region of a file.
 *
 * @param whole  the file's bytes
 * @param other  those of another file of its kind, whose pages take the place of its own
 * @param region  of `regions`: where, so that every part of a file has its turn
 */
export function damage(
  whole: Buffer,
  other: Buffer,
  { random, region, regions }: { readonly random: Random; readonly region: number; readonly regions: number },
): Damaged | undefined {
  const way = ways[Math.floor(random() * ways.length)] as (typeof ways)[number]; // below its length
  const size = whole.length / regions;
  const at = Math.min(whole.length - 1, Math.floor((region + random()) * size));
  const length = Math.min(whole.length - at, 1 + Math.floor(random() * 512));
  const bytes = Buffer.from(whole);
  const done = (changed: Buffer): Damaged | undefined =>
    changed.equals(whole) ? undefined : { bytes: changed, what: `${way} at ${at}, ${length} long` };
  if (way === 'bit') bytes[at] = (whole[at] as number) ^ (1 << Math.floor(random() * 8));
  if (way === 'bytes') for (let i = at; i < at + length; i++) bytes[i] = Math.floor(random() * 256);
  if (way === 'zeros') bytes.fill(0, at, at + length);
  if (way === 'ones') bytes.fill(255, at, at + length);
  if (way === 'cut') return done(bytes.subarray(0, at));
  if (way === 'added')
    return done(Buffer.concat([bytes.subarray(0, at), other.subarray(0, length), bytes.subarray(at)]));
  if (way === 'page' || way === 'stranger') {
    const page = way === 'page' ? 4096 : Math.ceil(size);
    const start = Math.floor(at / page) * page;
    other.copy(bytes, start, start, Math.min(other.length, start + page));
  }
  return done(bytes);
}
