/**
 * Parquet as others write it: `npm run crossings:parquet`. One collection, by every writer with its defaults and each of its codecs,
 * must be read as the same saves.
 *
 * Needs a Python with any of pyarrow, pandas, polars, duckdb and pyspark (which needs Java); what is absent is skipped, and that is
 * said. What was written stays with `--keep FOLDER`, and is read alone, on another Node say, with `--read FOLDER`.
 */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Collection } from '../../data/collection.js';
import { loadCollection } from '../../data/load.js';
import { randomInteger, randomStream } from '../../data/random.js';
import { root } from '../tools/paths.js';

/** A file or folder that a writer left, or why there is none. */
interface Written {
  readonly writer: string;
  /** Codec or other setting. */
  readonly told: string;
  readonly path?: string;
  readonly shape?: 'saves' | 'lists';
  readonly skipped?: string;
}

interface Save {
  readonly board: string;
  readonly pin: string;
  readonly savedAt: number;
  readonly weight: number;
}

/** Names with leading zeros, letters beyond Latin and blanks, times before 1970 and after 2038, weights that no float32 holds. */
export function savesToWrite(): Save[] {
  const random = randomStream(1, 'crossings');
  const boards = Array.from({ length: 23 }, (_, n) => (n % 3 === 0 ? `00${n}` : `Küche ${n}`));
  return boards.flatMap((board) =>
    Array.from({ length: 3 + randomInteger(random, 9) }, (_, n) => ({
      board,
      pin: n % 4 === 0 ? `木-${n}` : `0${n * 7}`,
      savedAt: n === 0 ? -86_400 : 1_700_000_000 + randomInteger(random, 2 ** 30),
      weight: (1 + randomInteger(random, 50)) / 10,
    })),
  );
}

/** Writes by all writers, in a folder that is empty or new. */
export function write(folder: string, python: string): Written[] {
  fs.mkdirSync(folder, { recursive: true });
  const saves = savesToWrite();
  fs.writeFileSync(path.join(folder, 'saves.jsonl'), saves.map((save) => `${JSON.stringify(save)}\n`).join(''));
  const script = path.join(root, 'spec/crossings/parquet_writers.py');
  const lines = execFileSync(python, [script, folder], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  fs.writeFileSync(path.join(folder, 'written.jsonl'), lines);
  return writtenIn(folder);
}

/** What {@link write} left in a folder. */
export function writtenIn(folder: string): Written[] {
  const lines = fs.readFileSync(path.join(folder, 'written.jsonl'), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Written); // as parquet_writers.py prints them
}

/**
 * Reads what a writer wrote.
 *
 * @returns the first difference from the saves that were given, in words; undefined where there is none
 */
export async function differenceOf({ path: file, shape }: Written): Promise<string | undefined> {
  try {
    const { collection, report } = await loadCollection({ savesFile: file as string });
    const bad = report.files.find(({ rowCount, malformedCount }) => malformedCount > 0 || rowCount === 0);
    if (bad) return `${bad.malformedCount} of ${bad.rowCount} rows are malformed`;
    const [got, expected] = [savesOf(collection), savesToWrite()].map((saves) => linesOf(saves, shape === 'lists'));
    const other = expected?.findIndex((line, n) => line !== got?.[n]) ?? -1;
    if (other >= 0) return `must be ${expected?.[other]} (got ${got?.[other]})`;
    return got?.length === expected?.length ? undefined : `${got?.length} saves of ${expected?.length}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function savesOf({ saves, pins, boards }: Collection): Save[] {
  return Array.from(saves.pins, (pin, n) => ({
    board: boards.ids[saves.boards[n] as number] as string,
    pin: pins.ids[pin] as string,
    savedAt: (saves.savedAt?.[n] ?? NaN) / 1000,
    weight: saves.weights?.[n] ?? NaN,
  }));
}

/** Order and the width of a weight (32 bits) are no difference. */
function linesOf(saves: readonly Save[], isOfLists: boolean): string[] {
  return saves
    .map(({ board, pin, savedAt, weight }) =>
      [board, pin, ...(isOfLists ? [] : [savedAt, Math.fround(weight)])].join(' | '),
    )
    .sort();
}

/** Writes (or takes what is there) and reads; prints a line a file. @returns whether all were read as the same saves */
export async function crossParquet({ python, keep, read }: CrossParquetOptions): Promise<boolean> {
  const folder = read ?? keep ?? fs.mkdtempSync(path.join(tmpdir(), 'pinwalk-parquet-'));
  try {
    let isSame = true;
    for (const written of read === undefined ? write(folder, python) : writtenIn(folder)) {
      const name = `${written.writer}, ${written.told}`;
      if (written.skipped !== undefined) {
        console.log(`skip  ${name}: ${written.skipped}`);
        continue;
      }
      const difference = await differenceOf(written);
      console.log(difference === undefined ? `same  ${name}` : `NOT   ${name}: ${difference}`);
      isSame &&= difference === undefined;
    }
    return isSame;
  } finally {
    if (read === undefined && keep === undefined) fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** Options of {@link crossParquet}. */
export interface CrossParquetOptions {
  /** A Python that has the writers. */
  readonly python: string;
  /** Where to leave what was written. */
  readonly keep?: string;
  /** What was written before. */
  readonly read?: string;
}
