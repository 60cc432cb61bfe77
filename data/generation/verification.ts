/**
 * Whether a generation is still what was written: SQLite's own integrity check, which covers the indexes over ids, and checksums of all
 * tables and of the text indexes.
 */
import { Worker } from 'node:worker_threads';
import type { Database } from 'better-sqlite3';
import { PinwalkError } from '../errors.js';
import { checksumOf, textChecksumOf } from './schema.js';

/** What a thread is told. */
export interface VerificationTask {
  readonly file: string;
  /** The checksum that the opened generation has; another one means that the file was replaced meanwhile. */
  readonly checksum: string;
}

/** What came of a check that runs beside its caller. */
export interface Verification {
  /** Damage, or `WORKER_FAILED` where it could not be looked for; undefined where there is none, or the check was stopped. */
  readonly damage: Promise<PinwalkError | undefined>;
  /** Ends the check, whatever it has come to. */
  stop(): void;
}

/**
 * Reads the whole file.
 *
 * @param checksum  that the contents must have
 * @returns what is wrong as the middle of a message, or undefined
 *
 * Cost: 0.7 s for a file of 95 MB, 0.5 of it the checksum.
 */
export function findDamage(database: Database, checksum: string): string | undefined {
  try {
    const [first] = database.pragma('integrity_check(1)') as { integrity_check: string }[];
    if (first?.integrity_check !== 'ok') return `must be a whole generation (got ${first?.integrity_check})`;
    if (checksumOf(database) !== checksum) return 'must match its checksum';
    const stored = database.prepare<[], string>(`SELECT value FROM meta WHERE key = 'textChecksum'`).pluck().get();
    if (stored === undefined) return undefined; // written before there was one
    return JSON.parse(stored) === textChecksumOf(database) ? undefined : 'must match the checksum of its text indexes';
  } catch (error) {
    return `must be a whole generation (got ${error instanceof Error ? error.message : String(error)})`;
  }
}

/** The error for damage that was found. */
export function damageError(file: string, damage: string, cause?: unknown): PinwalkError {
  const message = `openGeneration: ${file} ${damage}; copy it again or train anew`;
  return new PinwalkError('GENERATION_INVALID', message, { cause });
}

/** SQLite's word that the file it reads is damaged, as an error of ours; undefined for any other error. */
export function damageOf(error: unknown): PinwalkError | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!/^SQLITE_(CORRUPT|NOTADB|IOERR)/.test(code)) return undefined;
  const message = `generation: the file must be a whole generation (got ${code}); copy it again or train anew`;
  return new PinwalkError('GENERATION_INVALID', message, { cause: error });
}

/** Checks in a thread of its own, over a connection of its own. */
export function verifyInBackground(task: VerificationTask): Verification {
  const thread = new Worker(new URL('./verification.worker.js', import.meta.url), { workerData: task });
  const damage = new Promise<PinwalkError | undefined>((resolve) => {
    thread.on('message', (found: string | undefined) => {
      resolve(found === undefined ? undefined : damageError(task.file, found));
    });
    thread.on('error', (cause) => {
      const message = `openGeneration: the check of ${task.file} must end (got ${String(cause)})`;
      resolve(new PinwalkError('WORKER_FAILED', message, { cause }));
    });
    thread.on('exit', () => resolve(undefined)); // stopped, or after the message
  });
  return { damage, stop: () => void thread.terminate() };
}
