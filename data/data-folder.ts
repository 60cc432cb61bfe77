/**
 * Finds the files of a data folder by their names, and says which it does not read.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { PinwalkError } from './errors.js';
import { formatNamed } from './formats/formats.js';
import { readingError } from './readers/lines.js';
import { tableExtensions } from './readers/read-table.js';
import { findParts, type TableParts } from './table-parts.js';
import { formatAdvice } from './reading-options.js';

/** The files of a data set; `saves` alone is certain. */
export interface DataFiles {
  /** Shown in reports. */
  readonly name: string;
  /** Empty for files of saves alone. */
  readonly folder?: string;
  readonly saves: TableParts;
  readonly test?: TableParts;
  readonly pins?: TableParts;
  readonly boards?: TableParts;
  readonly pictures?: TableParts;
  /** Block name and file of each `vectors.<block>.npy`. */
  readonly vectors: readonly (readonly [block: string, file: string])[];
  /** Names of files that are not read. */
  readonly ignored: readonly string[];
}

/**
 * Lists what `folder` holds.
 *
 * @param format  an export format, whose files go by other names
 * @throws PinwalkError `INPUT_MISSING` when it is no folder or has no saves; `INPUT_INVALID` when a table stands there twice
 */
export async function findDataFiles(folder: string, format?: string): Promise<DataFiles> {
  const names = await listNames(folder);
  const own = format === undefined ? undefined : exportNames(folder, names, format);
  const saves = own ? own.saves : tableNames(folder, names, 'saves');
  const train = own ? undefined : tableNames(folder, names, 'train');
  if (saves && train) {
    const message = `${folder}: must hold either saves.* or train.* (got ${saves[0]} and ${train[0]}); take one of them away`;
    throw new PinwalkError('INPUT_INVALID', message);
  }
  const main = saves ?? train;
  if (!main) {
    const got = names.length > 0 ? names.slice(0, 6).join(', ') : 'an empty folder';
    throw new PinwalkError(
      'INPUT_MISSING',
      `${folder}: must hold saves.* or train.* ending in one of ${tableExtensions.join(' ')} (got ${got}); add the file or name it with --saves FILE; ${formatAdvice}`,
    );
  }
  const test = own ? own.test : train && tableNames(folder, names, 'test');
  const [ownPins, boards, pictures] = ['pins', 'boards', 'pictures'].map((stem) => tableNames(folder, names, stem));
  const pins = own?.pins ?? ownPins;
  const vectors = names.flatMap((name) => {
    const block = /^vectors\.(.+)\.npy$/i.exec(name)?.[1];
    return block === undefined ? [] : [[block, path.join(folder, name)] as const];
  });
  const tables = [main, test, pins, boards, pictures].map((table) => table?.map((name) => name.replace(/\/$/, '')));
  const read = new Set([...tables.flatMap((table) => table ?? []), ...vectors.map(([, file]) => path.basename(file))]);
  const at = (table: readonly string[]): Promise<TableParts> => findParts(table.map((name) => path.join(folder, name)));
  return {
    name: path.basename(path.resolve(folder)),
    folder,
    saves: await at(main),
    ...(test && { test: await at(test) }),
    ...(pins && { pins: await at(pins) }),
    ...(boards && { boards: await at(boards) }),
    ...(pictures && { pictures: await at(pictures) }),
    vectors,
    ignored: names.filter((name) => !read.has(name.replace(/\/$/, '')) && isWorthNaming(name)),
  };
}

/**
 * Files of saves as a data set.
 *
 * @param places  files, folders of parts, or names with `*`
 */
export async function savesAlone(places: string | readonly string[]): Promise<DataFiles> {
  const saves = await findParts(typeof places === 'string' ? [places] : places);
  return { name: path.basename(saves.name), saves, vectors: [], ignored: [] };
}

/** The files of an export, among those of its folder. */
function exportNames(
  folder: string,
  names: readonly string[],
  format: string,
): { saves: string[]; test: string[] | undefined; pins: string[] | undefined } {
  const { saves, test, pins } = formatNamed(format);
  const isOther = (name: string): boolean => /^(?:pins|boards|pictures)\.|\/$/.test(name);
  const found = names.filter((name) => saves.names.test(name) && !isOther(name) && !test?.test(name));
  if (found.length === 0) {
    const got = names.slice(0, 6).join(', ') || 'an empty folder';
    const message = `${folder}: must hold files of ${format}, named like ${saves.names.source} (got ${got})`;
    throw new PinwalkError('INPUT_MISSING', `${message}; name them with --saves FILE`);
  }
  const some = (pattern: RegExp | undefined): string[] | undefined => {
    const matching = pattern ? names.filter((name) => pattern.test(name)) : [];
    return matching.length > 0 ? matching : undefined;
  };
  return { saves: found, test: some(test), pins: some(pins?.names) };
}

/** Names of a folder's files, and of its folders with a slash behind. */
async function listNames(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
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

/** The files of one table: `saves.csv`, or the folder `saves/`, or parts as `saves-00000-of-00002.csv`. */
function tableNames(folder: string, names: readonly string[], stem: string): string[] | undefined {
  const endings = tableExtensions.map((extension) => `.${extension}`);
  const found = names.flatMap((name) => {
    const ending =
      endings.find((extension) => name.toLowerCase().endsWith(extension)) ?? (name.endsWith('/') ? '/' : '');
    const before = ending === '' ? '' : name.slice(0, -ending.length).toLowerCase();
    const isPart = ending !== '/' && new RegExp(`^${stem}[._-]?(?:part[._-]?)?\\d[\\w.-]*$`).test(before);
    // A folder of pictures holds pictures.
    if (ending === '/' && stem === 'pictures') return [];
    return before === stem || isPart ? [{ name, isPart }] : [];
  });
  if (found.length === 0) return undefined;
  if (found.length === 1 || found.every(({ isPart }) => isPart)) return found.map(({ name }) => name);
  const message = `${folder}: must hold one file ${stem}.* (got ${found.map(({ name }) => name).join(', ')}); take the others away`;
  throw new PinwalkError('INPUT_INVALID', message);
}

/** Documents, programs and pictures beside the data are no data that was missed. */
function isWorthNaming(name: string): boolean {
  if (name.endsWith('/')) return /^(?:saves|train|test|pins|boards)\/$/i.test(name);
  return !/^\.|\.(?:md|js)$|^(?:LICENSE|NOTICE)/.test(name);
}
