/**
 * Trials of a hyper-parameter search in one SQLite file: what each was given and what came of it, rung by rung.
 *
 * Every row is written in a transaction of its own as soon as its trial ends, so a search that is killed loses the trial at work.
 */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Database } from 'better-sqlite3';
import { PinwalkError, shown } from '../../data/errors.js';
import { Sqlite } from '../../data/sqlite.js';
import { writing } from '../../data/storage-error.js';

/** Marks a SQLite file as a search of Pinwalk ("PNWS"). */
const applicationId = 0x504e5753;
const formatVersion = 1;

const schema = `
CREATE TABLE search (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL -- JSON
) STRICT;
CREATE TABLE trials (
  rung INTEGER NOT NULL, -- from 0; each has fewer trials and more epochs
  trial INTEGER NOT NULL, -- from 0; 0 is the config the search began with
  epochs INTEGER NOT NULL,
  options TEXT NOT NULL, -- JSON: what was drawn for the trial
  figure REAL, -- recall@20 on validation; NULL where training failed
  failure TEXT, -- why it failed
  seconds REAL NOT NULL,
  finishedAt TEXT NOT NULL, -- ISO 8601
  PRIMARY KEY (rung, trial)
) STRICT;
PRAGMA application_id = ${applicationId};
PRAGMA user_version = ${formatVersion};
`;

/** One trial of one rung, finished. */
export interface StoredTrial {
  readonly rung: number;
  readonly trial: number;
  readonly epochs: number;
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** Undefined where training failed. */
  readonly figure: number | undefined;
  readonly failure: string | undefined;
  readonly seconds: number;
}

interface TrialRow {
  readonly rung: number;
  readonly trial: number;
  readonly epochs: number;
  readonly options: string;
  readonly figure: number | null;
  readonly failure: string | null;
  readonly seconds: number;
}

/** The trials of one search. */
export class TrialStore {
  readonly #file: string;
  readonly #database: Database;

  private constructor(file: string, database: Database) {
    this.#file = file;
    this.#database = database;
  }

  /**
   * Opens a search, or begins one.
   *
   * @param file  made with its folder where it is absent
   * @param search  what the trials are only comparable under; kept with a new file and compared with that of an old one
   * @throws PinwalkError `INPUT_INVALID` when the file is no search, `OPTION_OUT_OF_RANGE` when it was begun differently, `STORAGE_FAILED`
   */
  static open(file: string, search: Readonly<Record<string, unknown>>): TrialStore {
    // A search that was killed before its first commit leaves an empty file.
    const isThere = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
    const database = writing(file, () => {
      mkdirSync(path.dirname(file), { recursive: true });
      return new Sqlite(file);
    });
    const store = new TrialStore(file, database);
    try {
      if (isThere) reading(file, () => store.#check(file, search));
      else writing(file, () => store.#begin(search));
    } catch (error) {
      database.close();
      throw error;
    }
    return store;
  }

  #begin(search: Readonly<Record<string, unknown>>): void {
    this.#database.transaction(() => {
      this.#database.exec(schema);
      const insert = this.#database.prepare('INSERT INTO search (key, value) VALUES (?, ?)');
      for (const [key, value] of Object.entries(search)) insert.run(key, JSON.stringify(value));
    })();
  }

  #check(file: string, search: Readonly<Record<string, unknown>>): void {
    if (readApplicationId(this.#database) !== applicationId) {
      throw new PinwalkError(
        'INPUT_INVALID',
        `trials: ${file} must be a search (got another file); take another --run`,
      );
    }
    const rows = this.#database.prepare<[], { key: string; value: string }>('SELECT key, value FROM search').all();
    const stored = new Map(rows.map(({ key, value }) => [key, value]));
    for (const [key, value] of Object.entries(search)) {
      const was = stored.get(key) ?? 'nothing';
      const is = JSON.stringify(value);
      if (was === is) continue;
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `trials: ${key} must be what the search began with, ${shown(was)} (got ${shown(is)}); take another --run`,
      );
    }
  }

  /**
   * Adds a finished trial.
   *
   * @throws PinwalkError `STORAGE_FAILED`
   */
  add({ rung, trial, epochs, options, figure, failure, seconds }: StoredTrial): void {
    const insert = this.#database.prepare(
      `INSERT INTO trials (rung, trial, epochs, options, figure, failure, seconds, finishedAt)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    const values = [rung, trial, epochs, JSON.stringify(options), figure ?? null, failure ?? null, seconds];
    writing(this.#file, () => insert.run(...values, new Date().toISOString()));
  }

  /**
   * All finished trials, by rung and number.
   *
   * @throws PinwalkError `INPUT_INVALID` when the file is damaged
   */
  all(): StoredTrial[] {
    const select = 'SELECT rung, trial, epochs, options, figure, failure, seconds FROM trials ORDER BY rung, trial';
    return reading(this.#file, () =>
      this.#database
        .prepare<[], TrialRow>(select)
        .all()
        .map(({ options, figure, failure, ...row }) => ({
          ...row,
          options: JSON.parse(options) as StoredTrial['options'], // written by `add`
          figure: figure ?? undefined,
          failure: failure ?? undefined,
        })),
    );
  }

  close(): void {
    this.#database.close();
  }
}

/** Whatever a damaged file throws says so. */
function reading<Result>(file: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof PinwalkError) throw error;
    const got = error instanceof Error ? error.message : String(error);
    const must = `trials: ${file} must be as npm run tune wrote it (got ${got})`;
    throw new PinwalkError('INPUT_INVALID', `${must}; bring it back, or take another --run`, { cause: error });
  }
}

/** 0 for a file that is no database at all. */
function readApplicationId(database: Database): unknown {
  try {
    return database.pragma('application_id', { simple: true });
  } catch {
    return 0;
  }
}
