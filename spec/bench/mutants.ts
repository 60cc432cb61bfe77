/**
 * Bench of the readers on damaged files: seeded mutants of small good ones, each of which must be read or refused with an error
 * of ours, in time and in little memory.
 *
 * A mutant has some bytes changed, cut out, doubled or put in, or its end cut off. Nothing of it is kept.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PinwalkError } from '../../data/errors.js';
import { type Random, randomInteger, randomStream } from '../../data/random.js';
import { type Original, originals } from './originals.js';

/** What became of the mutants of one reader. */
export interface MutantCounts {
  readonly read: number;
  readonly refused: number;
  /** Errors that are no PinwalkError, with the number of the mutant that repeats them. */
  readonly bugs: readonly string[];
  readonly slowestMs: number;
}

/** Longest time for one file. */
const mostMs = 10_000;

/** Formats that are tried. */
export const mutantFormats = Object.keys(originals);

/**
 * Reads `count` mutants of a format.
 *
 * @param options.from  number of the first: a mutant depends on its format and number alone
 */
export async function readMutants(format: string, options: { count: number; from?: number }): Promise<MutantCounts> {
  const { bytes, read } = originals[format] as Original;
  const original = bytes();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pinwalk-mutants-'));
  const file = path.join(folder, format);
  const from = options.from ?? 0;
  const counts = { read: 0, refused: 0, bugs: [] as string[], slowestMs: 0 };
  for (let mutant = from; mutant < from + options.count; mutant++) {
    writeFileSync(file, mutate(original, randomStream(1, 'mutants', format, mutant)));
    const began = performance.now();
    try {
      await read(file);
      counts.read++;
    } catch (error) {
      if (error instanceof PinwalkError) counts.refused++;
      else counts.bugs.push(`${format} ${mutant}: ${String(error)}`);
    }
    const ms = performance.now() - began;
    counts.slowestMs = Math.max(counts.slowestMs, ms);
    if (ms > mostMs) counts.bugs.push(`${format} ${mutant}: took ${Math.round(ms)} ms`);
  }
  rmSync(folder, { recursive: true });
  return counts;
}

/** `npm run bench -- mutants`: one line a format. */
export async function benchMutants({ count }: { count: number }): Promise<void> {
  for (const format of mutantFormats) {
    const { read, refused, bugs, slowestMs } = await readMutants(format, { count });
    const peak = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(
      `${format}: ${read} read, ${refused} refused, ${bugs.length} bugs, slowest ${Math.round(slowestMs)} ms, peak RSS ${peak} MiB`,
    );
    for (const bug of bugs.slice(0, 5)) console.log(`  ${bug}`);
    if (bugs.length > 0) process.exitCode = 1;
  }
}

function mutate(original: Uint8Array, random: Random): Uint8Array {
  let bytes = Buffer.from(original);
  for (let changes = 1 + randomInteger(random, 4); changes > 0; changes--) {
    const at = randomInteger(random, bytes.length);
    const length = Math.min(bytes.length - at, 1 + randomInteger(random, 8));
    const part = bytes.subarray(at, at + length);
    switch (randomInteger(random, 5)) {
      case 0:
        for (let i = 0; i < part.length; i++) part[i] = randomInteger(random, 256);
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
        break;
      case 3:
        part.fill(random() < 0.5 ? 0xff : 0);
        break;
      default:
        if (random() < 0.2) bytes = bytes.subarray(0, Math.max(1, at));
        else part[0] = (part[0] as number) ^ (1 << randomInteger(random, 8));
    }
    if (bytes.length === 0) bytes = Buffer.from('x');
  }
  return bytes;
}
