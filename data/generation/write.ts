/**
 * Writes a generation: everything the server needs, in one SQLite file that appears whole or not at all.
 *
 * The rows are written in DELETE journal mode and one transaction, so that the file needs no other beside it.
 */
import { statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import type { ItemTable } from '../collection.js';
import { Sqlite } from '../sqlite.js';
import { fillWhole } from '../whole-file.js';
import { checkNumbers, failing } from './checks.js';
import { checksumOf, chunkBytes, schema, textChecksumOf } from './schema.js';
import type { ArrayType, StoredCommunities, StoredGraph, StoredMatrix, StoredRows } from './schema.js';
import { indexedText } from './search-text.js';

/** What a generation holds. P and B are the rows of `pins` and `boards`. */
export interface GenerationContents {
  /** Values JSON can carry: name, createdAt, config, seed, versions, counts, metrics, ranking; `checksum` is added. */
  readonly meta: Readonly<Record<string, unknown>>;
  readonly pins: ItemTable;
  readonly boards: ItemTable;
  readonly graph: StoredGraph;
  /** By name, e.g. `pin.query`; a name that starts with `pin.` has P rows, one that starts with `board.` B rows. */
  readonly matrices: ReadonlyMap<string, StoredMatrix>;
  readonly communities?: StoredCommunities;
  /** P lists of related pins, best first, with their scores as weights. */
  readonly related?: StoredRows;
  readonly model?: { readonly json: unknown; readonly weights: Uint8Array };
  /** The run's report, HTML. */
  readonly report?: string;
}

/**
 * Writes `contents` to `file`, replacing what is there; folders on the way are made.
 *
 * @returns the file's size and its checksum (SHA-256, hexadecimal; see `checksumOf`)
 * @throws PinwalkError `GENERATION_INVALID` when sizes do not fit each other, nothing is written then; `STORAGE_FAILED`
 *
 * Time and memory O(contents), about 100 MB/s. A crash leaves the old file or the new one, never a part.
 */
export function writeGeneration(file: string, contents: GenerationContents): { bytes: number; checksum: string } {
  checkContents(contents);
  return fillWhole(
    file,
    (aside) => {
      const checksum = fill(aside, contents);
      return { bytes: statSync(aside).size, checksum };
    },
    { isDatabase: true },
  );
}

function fill(file: string, contents: GenerationContents): string {
  const database = new Sqlite(file);
  try {
    database.pragma('journal_mode = DELETE');
    database.exec(schema);
    database.transaction(() => {
      const { pins, boards, graph, communities, related, model, report } = contents;
      for (const [key, value] of Object.entries(contents.meta)) {
        if (value !== undefined) setMeta(database, key, value);
      }
      writeItems(database, 'pin', pins, graph.boardsOfPin, communities?.pinCommunity);
      writeItems(database, 'board', boards, graph.pinsOfBoard, communities?.boardCommunity);
      writePictures(database, pins);
      if (communities) writeCommunities(database, communities);
      writeRows(database, 'graph.boardsOfPin', graph.boardsOfPin);
      writeRows(database, 'graph.pinsOfBoard', graph.pinsOfBoard);
      if (related) writeRows(database, 'related', related);
      for (const [name, matrix] of contents.matrices) {
        writeArray(database, `matrix.${name}`, 'float32', matrix);
      }
      const setDocument = database.prepare('INSERT INTO documents (name, text) VALUES (?, ?)');
      if (model) {
        setDocument.run('model', JSON.stringify(model.json));
        writeArray(database, 'model.weights', 'uint8', column(model.weights));
      }
      if (report !== undefined) setDocument.run('report', report);
    })();
    // The text indexes reach their tables when a transaction ends.
    setMeta(database, 'textChecksum', textChecksumOf(database));
    const checksum = checksumOf(database);
    setMeta(database, 'checksum', checksum);
    return checksum;
  } finally {
    database.close();
  }
}

function setMeta(database: Database, key: string, value: unknown): void {
  database.prepare('INSERT INTO meta (key, value) VALUES (?, ?)').run(key, JSON.stringify(value));
}

function writeItems(
  database: Database,
  kind: 'pin' | 'board',
  items: ItemTable,
  saves: StoredRows,
  community: Uint32Array | undefined,
): void {
  const insert = database.prepare(
    `INSERT INTO ${kind}s (${kind}, id, title, attributes, saves, community) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const index = database.prepare(`INSERT INTO ${kind}Titles (rowid, title) VALUES (?, ?)`);
  items.ids.forEach((id, row) => {
    const title = items.titles[row] ?? '';
    const attributes = items.attributes[row];
    const count = (saves.offsets[row + 1] as number) - (saves.offsets[row] as number);
    insert.run(row, id, title, attributes ? JSON.stringify(attributes) : null, count, community?.[row] ?? null);
    index.run(row, indexedText(title, id));
  });
}

function writePictures(database: Database, pins: ItemTable): void {
  const insert = database.prepare('INSERT INTO pictures (pin, bytes) VALUES (?, ?)');
  pins.pictures?.forEach((picture, pin) => {
    if (picture) insert.run(pin, asBuffer(picture));
  });
}

function writeCommunities(database: Database, { titles, sizes }: StoredCommunities): void {
  const insert = database.prepare('INSERT INTO communities (community, title, size) VALUES (?, ?, ?)');
  titles.forEach((title, community) => insert.run(community, title, sizes[community] ?? 0));
}

function writeRows(database: Database, name: string, rows: StoredRows): void {
  writeArray(database, `${name}.offsets`, 'uint32', column(rows.offsets));
  writeArray(database, `${name}.neighbors`, 'uint32', column(rows.neighbors));
  if (rows.weights) writeArray(database, `${name}.weights`, 'float32', column(rows.weights));
}

interface Written {
  readonly rows: number;
  readonly columns: number;
  readonly values: Uint8Array | Uint32Array | Float32Array;
}

function column(values: Written['values']): Written {
  return { rows: values.length, columns: 1, values };
}

/** Cuts an array at row ends into chunks; a row longer than a chunk is a chunk of its own. */
function writeArray(database: Database, name: string, type: ArrayType, { rows, columns, values }: Written): void {
  database.prepare('INSERT INTO arrays (name, type, rows, columns) VALUES (?, ?, ?, ?)').run(name, type, rows, columns);
  const insert = database.prepare('INSERT INTO chunks (name, firstRow, bytes) VALUES (?, ?, ?)');
  const rowBytes = columns * values.BYTES_PER_ELEMENT;
  const rowsInChunk = Math.max(1, Math.floor(chunkBytes / Math.max(1, rowBytes)));
  for (let row = 0; row < rows && rowBytes > 0; row += rowsInChunk) {
    const end = Math.min(rows, row + rowsInChunk);
    insert.run(name, row, asBuffer(values.subarray(row * columns, end * columns)));
  }
}

/** The same bytes as a Buffer, which better-sqlite3 binds; shared memory is copied since SQLite cannot take it. */
function asBuffer(values: Written['values']): Buffer {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return Buffer.from(bytes);
}

function checkContents({ meta, pins, boards, ...numbers }: GenerationContents): void {
  const fail = failing('writeGeneration:');
  for (const key of ['checksum', 'textChecksum']) if (key in meta) fail(`meta must not hold a ${key} (it is computed)`);
  const { pinCount, boardCount } = numbers.graph;
  for (const [what, { length }, wanted] of [
    ['pins.ids', pins.ids, pinCount],
    ['pins.titles', pins.titles, pinCount],
    ['pins.attributes', pins.attributes, pinCount],
    ['boards.ids', boards.ids, boardCount],
    ['boards.titles', boards.titles, boardCount],
    ['boards.attributes', boards.attributes, boardCount],
  ] as const) {
    if (length !== wanted) fail(`${what} must have ${wanted} entries (got ${length})`);
  }
  checkNumbers(numbers, fail);
}
