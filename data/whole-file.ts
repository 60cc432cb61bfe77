/**
 * The one way a finished file comes to be: it is written aside in its folder, synced, renamed to its name, and the folder synced.
 * So whoever reads the name finds the old file or the new one, whole, after a crash of the program or of the machine too.
 *
 * The name aside is `NAME.RANDOM.writing`. Of two writers of one file each renames only what it wrote itself, so nothing is torn; the
 * one that begins later sweeps whatever stands aside under NAME, be it a leftover of a killed program or of a writer still at work,
 * who then finds its file gone and says so. Leftovers of other files of the folder are swept once they have been still for an hour,
 * or at once where the folder has one owner.
 * Nothing tells the dead from the living: a process id would be another's after a restart, or in a container.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PinwalkError } from './errors.js';
import { storageError, writing } from './storage-error.js';

const asideName = /^(.+)\.[0-9a-f]{12}\.writing(?:-journal|-wal|-shm)?$/;
const staleMs = 3_600_000;

/** Times a small file is written again where another writer swept it. */
const attempts = 8;

/** What SQLite keeps beside a database; left beside one that is renamed over it would be played into the new one. */
const logEndings = ['-wal', '-shm', '-journal'];

/**
 * Writes a file; folders on the way are made.
 *
 * @throws PinwalkError `STORAGE_FAILED`; the old file is as it was then, and nothing stands aside
 */
export function writeWhole(file: string, content: string | Uint8Array): void {
  for (let left = attempts; ; left--) {
    const aside = Aside.open(file);
    try {
      writing(file, () => fs.writeFileSync(aside.path, content, { flag: 'wx' }));
      if (aside.sync() && aside.rename()) return;
      if (left <= 1) throw swept(file);
    } finally {
      aside.remove();
    }
  }
}

/**
 * Lets a function write a file: a database, or what a library writes to a path.
 *
 * @param fill  writes a new file at the path it is given; what it has open there is closed when it returns
 * @param options.isDatabase  whether SQLite's logs beside the old file go with it
 * @returns what `fill` returns
 * @throws PinwalkError `STORAGE_FAILED`, and whatever else `fill` throws; the old file is as it was then
 */
export function fillWhole<Result>(
  file: string,
  fill: (aside: string) => Result,
  { isDatabase = false }: { readonly isDatabase?: boolean } = {},
): Result {
  const aside = Aside.open(file);
  try {
    const result = writing(file, () => fill(aside.path));
    if (!aside.sync()) throw swept(file);
    if (isDatabase) for (const ending of logEndings) fs.rmSync(`${aside.target}${ending}`, { force: true });
    if (!aside.rename()) throw swept(file);
    return result;
  } finally {
    aside.remove();
  }
}

/** A file that is written piece by piece. */
export interface StreamedFile {
  readonly file: string;
  readonly pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>;
}

/**
 * Writes files that belong together: none gets its name before all are written.
 *
 * @throws PinwalkError `STORAGE_FAILED`, and whatever else the pieces throw; then no file is new, unless a rename itself failed
 */
export async function streamWhole(files: readonly StreamedFile[]): Promise<void> {
  const asides: Aside[] = [];
  try {
    for (const { file, pieces } of files) {
      const aside = Aside.open(file);
      asides.push(aside);
      await pipeline(Readable.from(pieces), fs.createWriteStream(aside.path, { flags: 'wx' })).catch(
        (error: unknown) => {
          throw storageError(error, file);
        },
      );
      if (!aside.sync()) throw swept(file);
    }
    for (const aside of asides) if (!aside.rename()) throw swept(aside.file);
  } finally {
    for (const aside of asides) aside.remove();
  }
}

/**
 * Points a symbolic link at another place; one that is there is replaced.
 *
 * @param to  as the link is to read, relative to its folder
 * @throws PinwalkError `STORAGE_FAILED`
 */
export function linkWhole(link: string, to: string): void {
  const aside = `${link}.${randomBytes(6).toString('hex')}.writing`;
  writing(link, () => {
    try {
      sweep(path.dirname(link), path.basename(link));
      fs.symlinkSync(to, aside);
      fs.renameSync(aside, link);
    } finally {
      fs.rmSync(aside, { force: true });
    }
  });
  syncFolder(path.dirname(path.resolve(link)));
}

/**
 * Removes what killed writers left in a folder, however fresh; for its one owner (see `lockFolder`).
 *
 * @throws PinwalkError `STORAGE_FAILED`
 */
export function sweepAll(folder: string): void {
  if (fs.existsSync(folder)) writing(folder, () => sweep(folder, undefined));
}

/** A file on its way to its name. */
class Aside {
  /** As it was asked for, for messages. */
  readonly file: string;
  /** Where links lead: a link to a file stays one. */
  readonly target: string;
  readonly path: string;

  private constructor(file: string, target: string) {
    this.file = file;
    this.target = target;
    this.path = `${target}.${randomBytes(6).toString('hex')}.writing`;
  }

  /** Makes the folder and sweeps leftovers. */
  static open(file: string): Aside {
    return writing(file, () => {
      const target = fs.existsSync(file) ? fs.realpathSync(file) : path.resolve(file);
      if (fs.existsSync(target) && !fs.statSync(target).isFile()) throw notAFile(file);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      sweep(path.dirname(target), path.basename(target));
      return new Aside(file, target);
    });
  }

  /** Brings what was written to the disk; false where another writer swept it. */
  sync(): boolean {
    return this.#unlessSwept(() => syncAt(this.path, 'r+'));
  }

  /** Gives the file its name; false where another writer swept it. */
  rename(): boolean {
    const isDone = this.#unlessSwept(() => fs.renameSync(this.path, this.target));
    if (isDone) syncFolder(path.dirname(this.target));
    return isDone;
  }

  #unlessSwept(act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw storageError(error, this.file);
    }
  }

  /** Removes what is left of a file that failed; nothing, once it has its name. */
  remove(): void {
    for (const ending of ['', ...logEndings]) {
      try {
        fs.rmSync(`${this.path}${ending}`, { force: true });
      } catch {
        // The next write sweeps it; what is thrown now is why this one failed.
      }
    }
  }
}

/** @param name  whose leftovers go at once; of all files where it is undefined */
function sweep(folder: string, name: string | undefined): void {
  for (const found of fs.readdirSync(folder)) {
    const of = asideName.exec(found)?.[1];
    if (of === undefined) continue;
    const leftover = path.join(folder, found);
    const age = Date.now() - (fs.lstatSync(leftover, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
    if (name === undefined || of === name || age > staleMs) fs.rmSync(leftover, { force: true });
  }
}

/** A rename lasts once its folder is synced. Some systems cannot open or sync a folder; there it lasts when they see fit. */
function syncFolder(folder: string): void {
  try {
    syncAt(folder, 'r');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (!['EINVAL', 'EPERM', 'EACCES', 'EISDIR', 'ENOTSUP'].includes(code)) throw storageError(error, folder);
  }
}

function syncAt(target: string, flags: 'r' | 'r+'): void {
  const handle = fs.openSync(target, flags);
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

function notAFile(file: string): PinwalkError {
  const must = `${file}: it must be a file or not be there yet (got something else)`;
  return new PinwalkError('STORAGE_FAILED', `${must}; name another file`);
}

function swept(file: string): PinwalkError {
  const must = `${file}: one program at a time must write it (got another that began later)`;
  return new PinwalkError('STORAGE_FAILED', `${must}; let that one end, then run this again`);
}
