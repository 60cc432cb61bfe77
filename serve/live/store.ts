/**
 * Live events in `live.sqlite`: what they come to, which are in, and how far each stream was read, in one transaction each batch.
 *
 * Applied exactly once: an event's id is written with its effect, so a batch that is read again after a kill changes nothing. What the
 * events come to does not depend on their order: of each save, item and hide the newest by (time, eventId) stands.
 *
 * Source: Shapiro et al. 2011, conflict-free replicated data types (last-writer-wins registers); Carbone et al. 2017 and Kafka's
 * documentation (offsets stored with the results) for where the position lives.
 * Differs: ids of events are kept in place of a high-water mark, since redelivered entries carry older ids.
 */
import { existsSync } from 'node:fs';
import type SqliteDatabase from 'better-sqlite3';
import { PinwalkError } from '../../data/errors.js';
import { newHash, shortHash } from '../../data/hash.js';
import { Sqlite } from '../../data/sqlite.js';
import { writing } from '../../data/storage-error.js';
import { effects, type Effects } from './effects.js';
import { readEvent, type LiveEvent } from './event.js';
import { applicationId, formatVersion, schema, stateTables } from './schema.js';
import type { EventBatch, EventRecord, Position } from './source.js';

/** What a batch came to. */
export interface Applied {
  /** Those that were new, in the order of the batch. */
  readonly events: readonly LiveEvent[];
  /** Events that were in already. */
  readonly duplicates: number;
  /** Records that are no events, with their place in the batch. */
  readonly refused: readonly { readonly index: number; readonly problem: string }[];
}

/** Counts over the life of a store. */
export interface LiveCounters {
  readonly applied: number;
  readonly duplicates: number;
  readonly deadLetters: number;
  /** When the newest record was received, milliseconds since 1970; 0 before the first. */
  readonly newest: number;
}

/** A record that is no event. */
export interface DeadLetter {
  readonly source: string;
  /** Position of the stream after its batch. */
  readonly offset: string;
  readonly problem: string;
  /** The record, cut after 2,000 characters. */
  readonly body: string;
}

/** A delete that was applied. */
export interface Deletion {
  readonly eventId: string;
  readonly kind: 'pin' | 'board' | 'owner';
  readonly id: string;
  /** Milliseconds since 1970, as the event has it. */
  readonly time: number;
}

const longestBody = 2_000;

/** The store of live events; one process writes it, any may read it. */
export class LiveStore {
  readonly file: string;
  /** For what reads tables: `LiveState`. */
  readonly database: SqliteDatabase.Database;
  readonly #effects: Effects;
  readonly #isIn: SqliteDatabase.Statement<[string], { event: string }>;
  readonly #markIn: SqliteDatabase.Statement<[string]>;
  readonly #bury: SqliteDatabase.Statement<[string, string, string, string, string]>;
  readonly #count: SqliteDatabase.Statement<[number, string]>;
  readonly #newest: SqliteDatabase.Statement<[number]>;
  readonly #move: SqliteDatabase.Statement<[string, string, string]>;
  readonly #run: (source: string, batch: EventBatch) => Applied;

  /**
   * Opens a store, or makes one.
   *
   * @throws PinwalkError `STORAGE_FAILED`; `INPUT_INVALID` for a file that is no store of this version
   */
  constructor(file: string) {
    this.file = file;
    const isNew = !existsSync(file);
    this.database = writing(file, () => new Sqlite(file));
    const database = this.database;
    writing(file, () => {
      try {
        prepareFile(database, file, isNew);
      } catch (error) {
        database.close();
        throw error;
      }
    });
    this.#effects = effects(database);
    this.#isIn = database.prepare('SELECT event FROM applied WHERE event = ?');
    this.#markIn = database.prepare('INSERT INTO applied VALUES (?) ON CONFLICT DO NOTHING');
    this.#bury = database.prepare('INSERT INTO dead_letters VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
    this.#count = database.prepare('UPDATE counters SET value = value + ? WHERE name = ?');
    this.#newest = database.prepare(`UPDATE counters SET value = max(value, ?) WHERE name = 'newest'`);
    this.#move = database.prepare(
      `INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET stream = excluded.stream, offset = excluded.offset`,
    );
    const transaction = database.transaction((source: string, batch: EventBatch) => this.#applyAll(source, batch));
    this.#run = (source, batch) => transaction.immediate(source, batch);
  }

  /**
   * Applies a batch: effects, ids, dead letters, counts and position in one transaction, on the disk when this returns.
   *
   * @throws PinwalkError `STORAGE_FAILED`; nothing of the batch is in then
   *
   * Some 10 us an event, and one write to the disk a batch: batches of 1,000 go fast.
   */
  apply(source: string, batch: EventBatch): Applied {
    return writing(this.file, () => this.#run(source, batch));
  }

  /** Where a stream goes on; undefined for one that was never read. */
  position(source: string): Position | undefined {
    return this.database
      .prepare<[string], Position>('SELECT stream, offset FROM positions WHERE source = ?')
      .get(source);
  }

  /** Every stream's position, by its name. */
  positions(): Readonly<Record<string, Position>> {
    const rows = this.database.prepare<[], Position & { source: string }>('SELECT * FROM positions').all();
    return Object.fromEntries(rows.map(({ source, ...position }) => [source, position]));
  }

  /** Whether an event is in. */
  has(eventId: string): boolean {
    return this.#isIn.get(eventId) !== undefined;
  }

  counters(): LiveCounters {
    const rows = this.database.prepare<[], { name: string; value: number }>('SELECT * FROM counters').all();
    const {
      applied = 0,
      duplicates = 0,
      deadLetters = 0,
      newest = 0,
    } = Object.fromEntries(rows.map(({ name, value }) => [name, value]));
    return { applied, duplicates, deadLetters, newest };
  }

  /** A delete that was applied, by its event. */
  deletion(eventId: string): Deletion | undefined {
    return this.database
      .prepare<[string], Deletion>('SELECT event AS eventId, kind, id, time FROM deletions WHERE event = ?')
      .get(eventId);
  }

  /** Records that are no events, at most `limit`. */
  deadLetters(limit: number): DeadLetter[] {
    return this.database
      .prepare<[number], DeadLetter>('SELECT source, "offset", problem, body FROM dead_letters ORDER BY digest LIMIT ?')
      .all(limit);
  }

  /**
   * A hash of what the events came to, SHA-256 in hexadecimal: two stores with the same events have the same, whatever the order,
   * repeats and kills on the way.
   *
   * Reads every row.
   */
  stateHash(): string {
    const hash = newHash();
    for (const [table, order] of Object.entries(stateTables)) {
      for (const row of this.database.prepare(`SELECT * FROM ${table} ORDER BY ${order}`).raw().iterate()) {
        hash.update(`${table}${JSON.stringify(row)}\n`);
      }
    }
    return hash.digest('hex');
  }

  close(): void {
    this.database.close();
  }

  #applyAll(source: string, { records, position }: EventBatch): Applied {
    const events: LiveEvent[] = [];
    const refused: { index: number; problem: string }[] = [];
    let duplicates = 0;
    let buried = 0;
    let newest = 0;
    for (const [index, record] of records.entries()) {
      newest = Math.max(newest, record.receivedAt ?? 0);
      const event = readRecord(record);
      if (typeof event === 'string') {
        refused.push({ index, problem: event });
        buried += this.#buryRecord(record, { source, offset: position.offset, problem: event });
      } else if (this.#markIn.run(event.eventId).changes === 0) {
        duplicates++;
      } else {
        this.#effects[event.type](event);
        events.push(event);
      }
    }
    this.#count.run(events.length, 'applied');
    this.#count.run(duplicates, 'duplicates');
    this.#count.run(buried, 'deadLetters');
    this.#newest.run(newest);
    this.#move.run(source, position.stream, position.offset);
    return { events, duplicates, refused };
  }

  /** A dead letter is told by its text, so one that is read again is one still. */
  #buryRecord({ body }: EventRecord, { source, offset, problem }: Omit<DeadLetter, 'body'>): number {
    const text = 'text' in body ? body.text : (JSON.stringify(body.value) ?? '');
    const digest = shortHash(`${source.length} ${source}${text}`, 22);
    return this.#bury.run(digest, source, offset, problem, text.slice(0, longestBody)).changes;
  }
}

/** The event, or what is wrong with it. */
function readRecord({ body, receivedAt }: EventRecord): LiveEvent | string {
  try {
    return readEvent('text' in body ? (JSON.parse(body.text) as unknown) : body.value, receivedAt);
  } catch (error) {
    if (error instanceof PinwalkError) return error.message;
    if (error instanceof SyntaxError) return `event: must be JSON (${error.message})`;
    throw error;
  }
}

function prepareFile(database: SqliteDatabase.Database, file: string, isNew: boolean): void {
  if (!isNew && !isDatabase(database)) throw notLive(file, 'no database');
  if (isNew) database.pragma('journal_mode = WAL');
  // What was accepted outlives a power cut, and not only the process.
  database.pragma('synchronous = FULL');
  database.pragma('busy_timeout = 5000');
  const make = database.transaction(() => {
    const version = database.pragma('user_version', { simple: true });
    const id = database.pragma('application_id', { simple: true });
    const isEmpty = database.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
    if (isEmpty) {
      database.exec(schema);
      database.pragma(`application_id = ${applicationId}`);
      database.pragma(`user_version = ${formatVersion}`);
    } else if (id !== applicationId || version !== formatVersion) {
      const got = id === applicationId ? `version ${String(version)}` : 'another database';
      throw notLive(file, got);
    }
  });
  make.immediate();
}

function isDatabase(database: SqliteDatabase.Database): boolean {
  try {
    database.pragma('user_version');
    return true;
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'SQLITE_NOTADB') return false; // thrown by SQLite, which has codes
    throw error;
  }
}

function notLive(file: string, got: string): PinwalkError {
  const message = `${file}: must hold live events of version ${formatVersion} (got ${got}); name another file`;
  return new PinwalkError('INPUT_INVALID', message);
}
