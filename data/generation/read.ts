/**
 * Opens a generation for reading: items by row or id, arrays on shared memory, the text index.
 *
 * Arrays are read and checked at opening; items, pictures and search go through statements prepared at opening.
 */
import { existsSync, statSync } from 'node:fs';
import type { Database, Statement } from 'better-sqlite3';
import { PinwalkError } from '../errors.js';
import { sharedArray } from '../shared-arrays.js';
import { Sqlite } from '../sqlite.js';
import { checkNumbers, failing } from './checks.js';
import { StoredItems, type Items } from './items.js';
import { applicationId, formatVersion } from './schema.js';
import type { ArrayType, StoredCommunities, StoredGraph, StoredMatrix, StoredRows } from './schema.js';
import { damageError, findDamage, verifyInBackground, type Verification } from './verification.js';

/** An open generation; close it when no request uses it any more. */
export interface Generation {
  readonly file: string;
  /** What the writer put there, and `checksum`. */
  readonly meta: Readonly<Record<string, unknown>>;
  /** SHA-256 of the contents, hexadecimal. */
  readonly checksum: string;
  readonly pins: Items;
  readonly boards: Items;
  readonly graph: StoredGraph;
  readonly matrices: ReadonlyMap<string, StoredMatrix>;
  readonly communities: StoredCommunities | undefined;
  readonly related: StoredRows | undefined;
  readonly model: { readonly json: unknown; readonly weights: Uint8Array } | undefined;
  readonly report: string | undefined;
  /** Resolves when the whole file has been read: to damage that was found, else to undefined; at once where that was not asked for. */
  readonly damage: Promise<PinwalkError | undefined>;
  /** SVG text or image bytes. */
  picture(pin: number): Uint8Array | undefined;
  hasPicture(pin: number): boolean;
  close(): void;
}

/** Files up to this many bytes are verified before they are used, in less than half a second; larger ones beside their use. */
export const verifiedAtOnce = 48 << 20;

/**
 * Opens `file` read-only.
 *
 * What answering relies on is always checked: that rows are dense, offsets rise, neighbors are in range, numbers are finite.
 *
 * @param options.verify  read the whole file to compare its checksum: `now`, in a thread beside (`background`, see
 *   `Generation.damage`) or not (`none`); default `now` up to {@link verifiedAtOnce} bytes, else `background`
 * @throws PinwalkError `INPUT_MISSING`, or `GENERATION_INVALID` for another program's file, another format or damage
 */
export function openGeneration(
  file: string,
  options: { readonly verify?: 'now' | 'background' | 'none' } = {},
): Generation {
  if (!existsSync(file)) {
    throw new PinwalkError('INPUT_MISSING', `openGeneration: ${file} must exist; train first: npm run train`);
  }
  if (!statSync(file).isFile()) {
    throw new PinwalkError('INPUT_MISSING', `openGeneration: ${file} must be a file (got none); name a pinwalk.sqlite`);
  }
  const database = openDatabase(file);
  try {
    const verify = options.verify ?? (statSync(file).size <= verifiedAtOnce ? 'now' : 'background');
    return new OpenGeneration(file, database, verify);
  } catch (error) {
    database.close();
    if (error instanceof PinwalkError) throw error;
    throw damageError(file, `must be a whole generation (got ${message(error)})`, error);
  }
}

/** Waits until the whole file has been read. @throws PinwalkError `GENERATION_INVALID` where it is damaged */
export async function throwDamage({ damage }: Pick<Generation, 'damage'>): Promise<void> {
  const found = await damage;
  if (found) throw found;
}

function openDatabase(file: string): Database {
  try {
    const database = new Sqlite(file, { readonly: true });
    const application = database.pragma('application_id', { simple: true });
    const version = database.pragma('user_version', { simple: true });
    if (application === applicationId && version === formatVersion) return database;
    database.close();
    const problem =
      application === applicationId
        ? `must have format ${formatVersion} (got ${String(version)}); train again with this version`
        : 'must be a generation of Pinwalk (got another SQLite file); name a pinwalk.sqlite';
    throw new PinwalkError('GENERATION_INVALID', `openGeneration: ${file} ${problem}`);
  } catch (error) {
    if (error instanceof PinwalkError) throw error;
    throw damageError(file, `must be a SQLite file (got ${message(error)})`, error);
  }
}

class OpenGeneration implements Generation {
  readonly file: string;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly checksum: string;
  readonly pins: Items;
  readonly boards: Items;
  readonly #database: Database;
  readonly #picture: Statement<[number], Buffer>;
  readonly #hasPicture: Statement<[number], number>;
  readonly #kept = new Map<string, unknown>();
  readonly #verification: Verification | undefined;

  constructor(file: string, database: Database, verify: 'now' | 'background' | 'none') {
    this.file = file;
    this.#database = database;
    const entries = database.prepare<[], { key: string; value: string }>('SELECT key, value FROM meta').all();
    this.meta = Object.fromEntries(entries.map(({ key, value }) => [key, JSON.parse(value) as unknown]));
    this.checksum = typeof this.meta['checksum'] === 'string' ? this.meta['checksum'] : '';
    const damage = verify === 'now' ? findDamage(database, this.checksum) : undefined;
    if (damage !== undefined) throw damageError(file, damage);
    this.pins = new StoredItems(database, 'pin');
    this.boards = new StoredItems(database, 'board');
    this.#picture = database.prepare<[number], Buffer>('SELECT bytes FROM pictures WHERE pin = ?').pluck();
    this.#hasPicture = database.prepare<[number], number>('SELECT 1 FROM pictures WHERE pin = ?').pluck();
    this.#check();
    if (verify === 'background') this.#verification = verifyInBackground({ file, checksum: this.checksum });
  }

  get damage(): Promise<PinwalkError | undefined> {
    return this.#verification?.damage ?? Promise.resolve(undefined);
  }

  /** @throws PinwalkError `GENERATION_INVALID` where something is missing that answering relies on */
  #check(): void {
    const fail = failing(`openGeneration: in ${this.file}`, 'copy it again or train anew');
    for (const kind of ['pin', 'board'] as const) {
      const { count, first, last, broken } = this.#database
        .prepare<[], { count: number; first: number | null; last: number | null; broken: number | null }>(
          `SELECT count(*) AS count, min(${kind}) AS first, max(${kind}) AS last,
             sum(attributes IS NOT NULL AND NOT json_valid(attributes)) AS broken FROM ${kind}s`,
        )
        .get() as { count: number; first: number | null; last: number | null; broken: number | null }; // always one row
      if (count > 0 && (first !== 0 || last !== count - 1)) {
        fail(`rows of ${kind}s must go from 0 to ${count - 1} (got ${first} to ${last})`);
      }
      const [index] = this.#database.pragma(`integrity_check(${kind}s)`) as { integrity_check: string }[];
      if (index?.integrity_check !== 'ok') fail(`${kind}s and their ids must agree (got ${index?.integrity_check})`);
      if (broken) fail(`attributes of ${kind}s must be JSON (got ${broken} that are not)`);
    }
    checkNumbers(this, fail);
  }

  get graph(): StoredGraph {
    return this.#once('graph', () => {
      const boardsOfPin = this.#rows('graph.boardsOfPin');
      const pinsOfBoard = this.#rows('graph.pinsOfBoard');
      if (!boardsOfPin || !pinsOfBoard) {
        throw new PinwalkError('GENERATION_INVALID', `openGeneration: ${this.file} must hold a graph; train again`);
      }
      return {
        pinCount: this.pins.count,
        boardCount: this.boards.count,
        saveCount: pinsOfBoard.neighbors.length,
        boardsOfPin,
        pinsOfBoard,
      };
    });
  }

  get matrices(): ReadonlyMap<string, StoredMatrix> {
    return this.#once('matrices', () => {
      const stored = this.#database
        .prepare<[], { name: string; rows: number; columns: number }>(
          `SELECT name, rows, columns FROM arrays WHERE name LIKE 'matrix.%' ORDER BY name`,
        )
        .all();
      return new Map(
        stored.map(({ name, rows, columns }) => {
          const values = this.#array(name, 'float32') as Float32Array;
          return [name.slice('matrix.'.length), { rows, columns, values }];
        }),
      );
    });
  }

  get communities(): StoredCommunities | undefined {
    return this.#once('communities', () => {
      const rows = this.#database
        .prepare<[], { title: string; size: number }>('SELECT title, size FROM communities ORDER BY community')
        .all();
      if (rows.length === 0) return undefined;
      const column = (kind: string): Uint32Array =>
        Uint32Array.from(
          this.#database.prepare<[], number>(`SELECT community FROM ${kind}s ORDER BY ${kind}`).pluck().all(),
        );
      return {
        pinCommunity: column('pin'),
        boardCommunity: column('board'),
        titles: rows.map((row) => row.title),
        sizes: Uint32Array.from(rows, (row) => row.size),
      };
    });
  }

  get related(): StoredRows | undefined {
    return this.#once('related', () => this.#rows('related'));
  }

  get model(): { json: unknown; weights: Uint8Array } | undefined {
    return this.#once('model', () => {
      const json = this.#document('model');
      if (json === undefined) return undefined;
      return { json: JSON.parse(json) as unknown, weights: this.#array('model.weights', 'uint8') as Uint8Array };
    });
  }

  get report(): string | undefined {
    return this.#document('report');
  }

  picture(pin: number): Uint8Array | undefined {
    return this.#picture.get(pin);
  }

  hasPicture(pin: number): boolean {
    return this.#hasPicture.get(pin) !== undefined;
  }

  close(): void {
    this.#verification?.stop();
    this.#database.close();
  }

  #once<T>(name: string, read: () => T): T {
    if (!this.#kept.has(name)) this.#kept.set(name, read());
    return this.#kept.get(name) as T; // every name stands for one type
  }

  #document(name: string): string | undefined {
    return this.#database.prepare<[string], string>('SELECT text FROM documents WHERE name = ?').pluck().get(name);
  }

  #rows(name: string): StoredRows | undefined {
    if (this.#shape(`${name}.offsets`) === undefined) return undefined;
    const offsets = this.#array(`${name}.offsets`, 'uint32') as Uint32Array;
    const neighbors = this.#array(`${name}.neighbors`, 'uint32') as Uint32Array;
    if (this.#shape(`${name}.weights`) === undefined) return { offsets, neighbors };
    return { offsets, neighbors, weights: this.#array(`${name}.weights`, 'float32') as Float32Array };
  }

  #shape(name: string): { type: ArrayType; rows: number; columns: number } | undefined {
    return this.#database
      .prepare<[string], { type: ArrayType; rows: number; columns: number }>(
        'SELECT type, rows, columns FROM arrays WHERE name = ?',
      )
      .get(name);
  }

  #checkLength(name: string, wanted: number): void {
    const got = this.#database
      .prepare<[string], number | null>('SELECT sum(length(bytes)) FROM chunks WHERE name = ?')
      .pluck()
      .get(name);
    if ((got ?? 0) === wanted) return;
    const must = `${name} in ${this.file} must have ${wanted} bytes (got ${got ?? 0})`;
    throw new PinwalkError('GENERATION_INVALID', `openGeneration: ${must}; copy the file again`);
  }

  /** Reads an array's chunks into shared memory, so that workers can map it. */
  #array(name: string, type: ArrayType): Uint8Array | Uint32Array | Float32Array {
    const shape = this.#shape(name);
    if (shape?.type !== type) {
      throw damageError(this.file, `must hold ${name} as ${type} (got ${shape?.type ?? 'none'})`);
    }
    const count = shape.rows * shape.columns;
    const byteLength = count * (type === 'uint8' ? 1 : 4);
    this.#checkLength(name, byteLength); // before memory is taken for it
    const bytes = sharedArray(Uint8Array, byteLength);
    const chunks = this.#database
      .prepare<[string], Buffer>('SELECT bytes FROM chunks WHERE name = ? ORDER BY firstRow')
      .pluck();
    let written = 0;
    for (const chunk of chunks.iterate(name)) {
      bytes.set(chunk, written);
      written += chunk.length;
    }
    if (type === 'uint8') return bytes;
    return type === 'uint32' ? new Uint32Array(bytes.buffer) : new Float32Array(bytes.buffer);
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
