/**
 * The SQLite schema of a generation: one read-only file that holds everything the server needs.
 *
 * Numbers live in `arrays` and `chunks`: little-endian, row after row, cut at row ends into blobs of at most 1 MiB.
 */
import type { Database } from 'better-sqlite3';
import { newHash } from '../hash.js';

/** Marks a SQLite file as a generation of Pinwalk ("PNWK"). */
export const applicationId = 0x504e574b;

/** Format of the file; raised whenever an older reader could not serve it. */
export const formatVersion = 1;

/** Largest blob that is written. */
export const chunkBytes = 1 << 20;

/** One direction of a graph, or ranked lists: row r owns `neighbors[offsets[r] .. offsets[r + 1])`. */
export interface StoredRows {
  readonly offsets: Uint32Array;
  readonly neighbors: Uint32Array;
  readonly weights?: Float32Array;
}

/** The bipartite graph of pins and boards, in both directions. */
export interface StoredGraph {
  readonly pinCount: number;
  readonly boardCount: number;
  readonly saveCount: number;
  readonly boardsOfPin: StoredRows;
  readonly pinsOfBoard: StoredRows;
}

/** A matrix, row after row. */
export interface StoredMatrix {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] */
  readonly values: Float32Array;
}

/** Which community each pin and board belongs to, and what the communities are called. */
export interface StoredCommunities {
  /** [P], a row of `titles` for each pin, or `noCommunity` */
  readonly pinCommunity: Uint32Array;
  /** [B] */
  readonly boardCommunity: Uint32Array;
  readonly titles: readonly string[];
  /** Pins in each community. */
  readonly sizes: Uint32Array;
}

/** Column types of stored arrays by their name in the file. */
export type ArrayType = 'uint8' | 'uint32' | 'float32';

/** Every table. Rows are the dense pin and board rows, from 0. */
export const schema = `
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL -- JSON
) STRICT;
CREATE TABLE pins (
  pin INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  attributes TEXT, -- JSON object
  saves INTEGER NOT NULL, -- boards that hold the pin
  community INTEGER
) STRICT;
CREATE TABLE boards (
  board INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  attributes TEXT,
  saves INTEGER NOT NULL, -- pins on the board
  community INTEGER
) STRICT;
CREATE TABLE pictures (
  pin INTEGER PRIMARY KEY,
  bytes BLOB NOT NULL -- SVG text, PNG, JPEG, WebP or GIF
) STRICT;
CREATE TABLE communities (
  community INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  size INTEGER NOT NULL
) STRICT;
CREATE TABLE arrays (
  name TEXT PRIMARY KEY,
  type TEXT NOT NULL CHECK (type IN ('uint8', 'uint32', 'float32')),
  rows INTEGER NOT NULL,
  columns INTEGER NOT NULL
) STRICT;
CREATE TABLE chunks (
  name TEXT NOT NULL,
  firstRow INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  UNIQUE (name, firstRow)
) STRICT;
CREATE TABLE documents (
  name TEXT PRIMARY KEY, -- 'model' (JSON), 'report' (HTML)
  text TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE pinTitles USING fts5(
  title, content='', prefix='1 2 3', tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);
CREATE VIRTUAL TABLE boardTitles USING fts5(
  title, content='', prefix='1 2 3', tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
);
PRAGMA application_id = ${applicationId};
PRAGMA user_version = ${formatVersion};
`;

const hashedQueries = [
  `SELECT key, value FROM meta WHERE key <> 'checksum' ORDER BY key`,
  `SELECT * FROM pins ORDER BY pin`,
  `SELECT * FROM boards ORDER BY board`,
  `SELECT * FROM pictures ORDER BY pin`,
  `SELECT * FROM communities ORDER BY community`,
  `SELECT * FROM arrays ORDER BY name`,
  `SELECT * FROM chunks ORDER BY name, firstRow`,
  `SELECT * FROM documents ORDER BY name`,
];

/**
 * SHA-256, hexadecimal, over every row of every table but the text indexes and the checksum itself.
 *
 * Each value is hashed with its kind and length in front, so no two contents share a stream. About 0.4 s for 100 MB.
 *
 * @internal  no declaration for programs, which need not have better-sqlite3's
 */
export function checksumOf(database: Database): string {
  return hashOf(database, hashedQueries);
}

/** Of a text index: what SQLite keeps of it, in order. */
const indexQueries = ['pinTitles', 'boardTitles'].flatMap((index) => [
  `SELECT id, block FROM ${index}_data ORDER BY id`,
  `SELECT segid, term, pgno FROM ${index}_idx ORDER BY segid, term`,
  `SELECT id, sz FROM ${index}_docsize ORDER BY id`,
  `SELECT k, v FROM ${index}_config ORDER BY k`,
]);

/**
 * SHA-256, hexadecimal, over the text indexes, stored as `textChecksum` and covered by the checksum itself. They hold no titles, so
 * SQLite's integrity check has nothing to compare them with: a changed byte would only give other matches.
 *
 * @internal  no declaration for programs, which need not have better-sqlite3's
 */
export function textChecksumOf(database: Database): string {
  return hashOf(database, indexQueries);
}

function hashOf(database: Database, queries: readonly string[]): string {
  const hash = newHash();
  for (const query of queries) {
    hash.update(`${query}\n`);
    const rows = database.prepare<[], (string | number | Buffer | null)[]>(query).raw(true).iterate();
    for (const row of rows) {
      for (const value of row) {
        const bytes = value instanceof Uint8Array;
        const text = bytes || value === null ? '' : String(value);
        hash.update(`${bytes ? 'b' : value === null ? 'n' : 't'}${bytes ? value.byteLength : text.length}:${text}`);
        if (bytes) hash.update(value);
      }
    }
  }
  return hash.digest('hex');
}
