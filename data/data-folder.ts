/**
 * Finds the files of a data folder by their names, and says which it does not read.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { PinwalkError } from './errors.js';
import { readingError } from './readers/lines.js';
import { tableExtensions } from './readers/read-table.js';

/** The files of a data set; `saves` alone is certain. */
export interface DataFiles {
  /** Shown in reports. */
  readonly name: string;
  /** Empty for a single file of saves. */
  readonly folder?: string;
  readonly saves: string;
  readonly test?: string;
  readonly pins?: string;
  readonly boards?: string;
  readonly pictures?: string;
  /** Block name and file of each `vectors.<block>.npy`. */
  readonly vectors: readonly (readonly [block: string, file: string])[];
  /** Names of files that are not read. */
  readonly ignored: readonly string[];
}

/**
 * Lists what `folder` holds.
 *
 * @throws PinwalkError `INPUT_MISSING` when it is no folder or has no saves; `INPUT_INVALID` when a table stands there twice
 */
export async function findDataFiles(folder: string): Promise<DataFiles> {
  const names = await listFiles(folder);
  const saves = onlyTable(folder, names, 'saves');
  const train = onlyTable(folder, names, 'train');
  if (saves && train) {
    const message = `${folder}: must hold either saves.* or train.* (got ${saves} and ${train}); take one of them away`;
    throw new PinwalkError('INPUT_INVALID', message);
  }
  const main = saves ?? train;
  if (!main) {
    const got = names.length > 0 ? names.slice(0, 6).join(', ') : 'an empty folder';
    throw new PinwalkError(
      'INPUT_MISSING',
      `${folder}: must hold saves.* or train.* ending in one of ${tableExtensions.join(' ')} (got ${got}); add the file or name it with --saves FILE`,
    );
  }
  const test = train && onlyTable(folder, names, 'test');
  const pins = onlyTable(folder, names, 'pins');
  const boards = onlyTable(folder, names, 'boards');
  const pictures = onlyTable(folder, names, 'pictures');
  const vectors = names.flatMap((name) => {
    const block = /^vectors\.(.+)\.npy$/.exec(name)?.[1];
    return block === undefined ? [] : [[block, path.join(folder, name)] as const];
  });
  const read = new Set([main, test, pins, boards, pictures, ...vectors.map(([, file]) => path.basename(file))]);
  const at = (name: string): string => path.join(folder, name);
  return {
    name: path.basename(path.resolve(folder)),
    folder,
    saves: at(main),
    ...(test !== undefined && { test: at(test) }),
    ...(pins !== undefined && { pins: at(pins) }),
    ...(boards !== undefined && { boards: at(boards) }),
    ...(pictures !== undefined && { pictures: at(pictures) }),
    vectors,
    ignored: names.filter((name) => !read.has(name) && isWorthNaming(name)),
  };
}

/** A single file of saves as a data set. */
export function singleFile(savesFile: string): DataFiles {
  return { name: path.basename(savesFile), saves: savesFile, vectors: [], ignored: [] };
}

async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      const got = code === 'ENOENT' ? 'nothing' : 'a file';
      const message = `${folder}: must be a folder with a file of saves (got ${got}); check the path, or use --saves FILE`;
      throw new PinwalkError('INPUT_MISSING', message, { cause: error });
    }
    throw readingError(folder, error);
  }
}

function onlyTable(folder: string, names: readonly string[], stem: string): string | undefined {
  const found = names.filter((name) => tableExtensions.some((extension) => name === `${stem}.${extension}`));
  if (found.length < 2) return found[0];
  const message = `${folder}: must hold one file ${stem}.* (got ${found.join(', ')}); take the others away`;
  throw new PinwalkError('INPUT_INVALID', message);
}

/** Documents and programs beside the data are no data that was missed. */
function isWorthNaming(name: string): boolean {
  return !/^\.|\.(?:md|js)$|^(?:LICENSE|NOTICE)/.test(name);
}
