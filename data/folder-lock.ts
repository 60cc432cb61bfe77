/**
 * One process at a time in a folder.
 *
 * The owner holds SQLite's write lock on `run.lock`, an empty file. It is the operating system's: it goes with the process, however
 * that ends, so a crash leaves nothing behind and nobody has to guess from a pid whether its owner still lives. `owner.json` says who
 * it is, for messages alone.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { PinwalkError } from './errors.js';
import { Sqlite } from './sqlite.js';
import { storageError, writing } from './storage-error.js';

/** Who holds a folder. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /** ISO 8601. */
  readonly since: string;
}

const LOCK_FILE = 'run.lock';
const OWNER_FILE = 'owner.json';

/**
 * Takes a folder for this process, and makes it where it is absent.
 *
 * @returns gives it back; a folder that was made for it and holds nothing else goes too
 * @throws PinwalkError `RUN_IN_USE` at once when another process, or another part of this one, has it; `STORAGE_FAILED`
 *
 * The lock holds between processes of one machine, containers on one kernel included, and over a network where its file system
 * passes locks on. The empty file stays: were it deleted, two could lock two files of one name.
 */
export function lockFolder(folder: string): () => void {
  const isNew = !existsSync(folder);
  const lock = writing(folder, () => {
    mkdirSync(folder, { recursive: true });
    return new Sqlite(path.join(folder, LOCK_FILE), { timeout: 0 });
  });
  try {
    lock.pragma('journal_mode = MEMORY'); // nothing is ever written, so no file for it either
    lock.exec('BEGIN IMMEDIATE');
  } catch (error) {
    lock.close();
    if (isCode(error, 'SQLITE_NOTADB')) throw notEmpty(path.join(folder, LOCK_FILE), error);
    if (!isCode(error, 'SQLITE_BUSY')) throw storageError(error, folder);
    const must = `${folder}: must have one owner`;
    const message = `${must} (got ${describeOwner(folder)}); wait until it is done, or take another --run`;
    throw new PinwalkError('RUN_IN_USE', message, { cause: error });
  }
  const owner: Owner = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  try {
    writeFileSync(path.join(folder, OWNER_FILE), `${JSON.stringify(owner)}\n`);
  } catch (error) {
    lock.close();
    throw storageError(error, folder);
  }
  return () => {
    try {
      rmSync(path.join(folder, OWNER_FILE), { force: true });
      lock.close();
      if (isNew && readdirSync(folder).every((name) => name === LOCK_FILE)) rmSync(folder, { recursive: true });
    } catch {
      lock.close(); // the disk takes nothing any more: the work's own error says so, and the next owner writes over what is left
    }
  };
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function notEmpty(file: string, cause: unknown): PinwalkError {
  const message = `${file}: must be an empty file, a lock (got something else); delete it`;
  return new PinwalkError('STORAGE_FAILED', message, { cause });
}

/** The owner writes its file after it has the lock: for an instant there is none, or that of the one before. */
function describeOwner(folder: string): string {
  try {
    const owner = JSON.parse(readFileSync(path.join(folder, OWNER_FILE), 'utf8')) as Owner; // written by `lockFolder`
    return `process ${owner.pid} on ${owner.host} since ${owner.since}`;
  } catch {
    return 'another process';
  }
}
