/**
 * What a disk refuses, said so that a person can go on: which path, what is missing, what to do.
 */
import { statfsSync } from 'node:fs';
import path from 'node:path';
import { PinwalkError } from './errors.js';

interface Refusal {
  readonly must: string;
  readonly advice: string;
}

const room: Refusal = { must: 'its disk must have room for it', advice: 'free some, or name another place' };
const access: Refusal = {
  must: 'this user must be allowed to write there',
  advice: 'change the rights, or name another place',
};
const disk: Refusal = { must: 'its disk must take what is written', advice: 'look at the disk, or name another place' };

/** By the code of the system, or of SQLite up to a second `_`. */
const refusals: Readonly<Record<string, Refusal>> = {
  ENOSPC: room,
  EDQUOT: room,
  EFBIG: room,
  SQLITE_FULL: room,
  EACCES: access,
  EPERM: access,
  SQLITE_PERM: access,
  SQLITE_READONLY: access,
  SQLITE_CANTOPEN: access,
  EROFS: { must: 'its file system must not be read-only', advice: 'name another place' },
  ENOTDIR: { must: 'all that comes before its name must be folders', advice: 'move the file that is in the way' },
  EEXIST: { must: 'all that comes before its name must be folders', advice: 'move the file that is in the way' },
  EISDIR: { must: 'it must be a file or not be there yet', advice: 'name another file' },
  ENOTEMPTY: { must: 'it must be a file or not be there yet', advice: 'name another file' },
  ENOENT: { must: 'its folder must be there and take new files', advice: 'make the folder, or name another place' },
  ENAMETOOLONG: { must: 'its name must be shorter', advice: 'name another file' },
  EMFILE: { must: 'the process must be allowed one more open file', advice: 'raise the limit: ulimit -n' },
  EBUSY: { must: 'no other program may hold it', advice: 'close that program' },
  EIO: disk,
  SQLITE_IOERR: disk,
};

/**
 * The error for a file that could not be written.
 *
 * @param file  as the user knows it
 * @returns PinwalkError `STORAGE_FAILED` where the system or SQLite refused; any other error as it is
 */
export function storageError(error: unknown, file: string): unknown {
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (error instanceof PinwalkError || typeof code !== 'string') return error;
  const refusal = refusals[code.split('_', 2).join('_')];
  if (!refusal) return error;
  const got = refusal === room ? `${code}${freeOn(path.dirname(path.resolve(file)))}` : code;
  return new PinwalkError('STORAGE_FAILED', `${file}: ${refusal.must} (got ${got}); ${refusal.advice}`, {
    cause: error,
  });
}

/**
 * Does what writes to a file in place: a log that grows, a database that is kept.
 *
 * @throws PinwalkError `STORAGE_FAILED`, and whatever else `write` throws
 */
export function writing<Result>(file: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    throw storageError(error, file);
  }
}

function freeOn(folder: string): string {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return `, ${((bavail * bsize) / 1e6).toFixed(1)} MB free`;
  } catch {
    return ''; // of a folder that is gone there is nothing to tell
  }
}
