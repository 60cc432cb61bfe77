/**
 * A collection from a program's own database: saves, pins and boards as arrays or iterables of plain objects.
 *
 * Cells are read as those of files are (ids, times, weights, attributes). A file's bad row is counted and left out; here whoever
 * called can mend it, so it is an error that names the row.
 */
import type { Attributes, Collection, ItemTable, PinVectors, Saves } from './collection.js';
import { PinwalkError, shown } from './errors.js';
import { fingerprintOf } from './fingerprint.js';
import { Interner } from './interner.js';
import { readAttribute, readId, readTime, readWeight } from './readers/cells.js';
import { RejectedRow } from './readers/table-batch.js';
import { SaveList } from './save-list.js';
import { overflowProblem } from './saves.js';

/** An id: text, or an integer below 2^53. */
export type Id = string | number | bigint;

/** A save. */
export interface SaveRecord {
  readonly board: Id;
  readonly pin: Id;
  /** A Date, ISO 8601 (UTC where no zone is given), or seconds or milliseconds since 1970. */
  readonly savedAt?: Date | string | number | null | undefined;
  /** Above 0; default 1. */
  readonly weight?: number | null | undefined;
}

/** A board. */
export interface BoardRecord {
  readonly id: Id;
  readonly title?: string | null | undefined;
  /** Whatever else is known: shown, and of pins learned from, as columns of a file are. Lists are kept as JSON. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined;
}

/** A pin. */
export interface PinRecord extends BoardRecord {
  /** Image bytes (PNG, JPEG, WebP, GIF) or SVG text. */
  readonly image?: Uint8Array | string | null | undefined;
  /** Vectors of your own by name, finite numbers, those of one name equally long. */
  readonly vectors?: Readonly<Record<string, ArrayLike<number>>> | undefined;
}

/** What is known beside the saves. */
export interface CollectionTables {
  /** Shown in reports; default `own`. */
  readonly name?: string;
  readonly pins?: Iterable<PinRecord>;
  readonly boards?: Iterable<BoardRecord>;
  /** Saves withheld as test, in the place of a split. */
  readonly test?: Iterable<SaveRecord>;
}

/**
 * Makes a collection.
 *
 * Rows of pins follow `pins`, then the first save of each pin that it does not list; boards likewise. Saves of the same pin to the
 * same board are merged as those of a file are.
 *
 * @throws PinwalkError `INPUT_INVALID` naming the row, `saves[17]: ...`: an id that is empty or no text, a time or weight that is
 *   none, an id that a table has twice, a vector of another length or with a number that is not finite; no save at all
 *
 * Time O(saves + pins + boards); memory about 8 bytes a save (20 with times and weights), and the ids.
 */
export function collectionOf(saves: Iterable<SaveRecord>, tables: CollectionTables = {}): Collection {
  const pins = new TableReader('pin');
  const boards = new TableReader('board');
  const vectors = new VectorReader();
  for (const record of tables.pins ?? []) vectors.add(pins.add(record), record.vectors ?? {}, pins.where);
  for (const record of tables.boards ?? []) boards.add(record);
  const train = readSaves('saves', saves, { pins, boards });
  const test = tables.test && readSaves('test', tables.test, { pins, boards });
  const counts = { pinCount: pins.ids.count, boardCount: boards.ids.count };
  const merge = (name: string, list: SaveList): Saves => {
    const { saves: merged, overflow } = list.finish(counts);
    if (!overflow) return merged;
    const [board, pin] = [boards.ids.ids[overflow[0]], pins.ids.ids[overflow[1]]].map((id) => JSON.stringify(id));
    throw new PinwalkError('INPUT_INVALID', `collectionOf: ${name}: board ${board}, pin ${pin}: ${overflowProblem}`);
  };
  const own = merge('saves', train);
  const givenTest = test && merge('test', test);
  return {
    name: tables.name ?? 'own',
    pins: pins.finish(),
    boards: boards.finish(),
    saves: own,
    ...(givenTest && { givenTest }),
    vectors: vectors.finish(counts.pinCount),
    fingerprint: fingerprintOf(pins.ids.ids, boards.ids.ids, [own, givenTest]),
  };
}

/** Pins or boards as they come by. */
class TableReader {
  readonly ids = new Interner();
  readonly #kind: 'pin' | 'board';
  readonly #titles: string[] = [];
  readonly #attributes: (Attributes | undefined)[] = [];
  readonly #pictures: (Uint8Array | undefined)[] = [];
  #hasPictures = false;
  /** Records read, those of the table. */
  #count = 0;

  constructor(kind: 'pin' | 'board') {
    this.#kind = kind;
  }

  /** The record that was added last, for errors. */
  get where(): string {
    return `${this.#kind}s[${this.#count - 1}]`;
  }

  /** The new row. */
  add(record: PinRecord): number {
    this.#count++;
    const id = valid(readId(record.id, 'id', { isSuspect: true }), this.where);
    if (this.ids.find(id) !== undefined)
      refuse(this.where, `id must be unique (got ${shown(JSON.stringify(id))} again)`);
    const { title, image, attributes = {} } = record;
    if (typeof (title ?? '') !== 'string') refuse(this.where, `title must be text (got ${typeof title})`);
    this.#titles.push(title ?? '');
    this.#attributes.push(plainAttributes(attributes));
    if (image !== undefined && image !== null) {
      const isImage = typeof image === 'string' || image instanceof Uint8Array;
      if (!isImage || image.length === 0) refuse(this.where, 'image must be bytes or SVG text, not empty');
      this.#hasPictures = true;
      this.#pictures[this.#titles.length - 1] = typeof image === 'string' ? new TextEncoder().encode(image) : image;
    }
    return this.ids.intern(id);
  }

  /** The table; ids that came with saves alone have nothing but their id. */
  finish(): ItemTable {
    const { ids } = this.ids;
    return {
      ids,
      titles: ids.map((_, row) => this.#titles[row] ?? ''),
      attributes: ids.map((_, row) => this.#attributes[row]),
      ...(this.#hasPictures && { pictures: ids.map((_, row) => this.#pictures[row]) }),
    };
  }
}

function plainAttributes(attributes: Readonly<Record<string, unknown>>): Attributes | undefined {
  const entries = Object.entries(attributes).flatMap(([name, cell]) => {
    const value = readAttribute(cell);
    return value === undefined ? [] : [[name, value] as const];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** Vectors by name, row by row. */
class VectorReader {
  readonly #blocks = new Map<string, Map<number, Float32Array>>();
  readonly #dimensions = new Map<string, number>();

  add(row: number, vectors: Readonly<Record<string, ArrayLike<number>>>, where: string): void {
    for (const [name, given] of Object.entries(vectors)) {
      const vector = Float32Array.from(given);
      const dimension = this.#dimensions.get(name) ?? vector.length;
      if (vector.length !== dimension || dimension === 0) {
        const must = dimension === 0 ? 'at least one value' : `${dimension} values as the first`;
        refuse(where, `vectors.${name} must have ${must} (got ${vector.length})`);
      }
      const wrong = vector.findIndex((value) => !Number.isFinite(value));
      if (wrong >= 0) refuse(where, `vectors.${name}[${wrong}] must be a finite number (got ${String(given[wrong])})`);
      this.#dimensions.set(name, dimension);
      this.#blocks.set(name, (this.#blocks.get(name) ?? new Map<number, Float32Array>()).set(row, vector));
    }
  }

  /** A vector of zeros counts as none, as in files. */
  finish(pinCount: number): Map<string, PinVectors> {
    const blocks = new Map<string, PinVectors>();
    for (const [name, rows] of this.#blocks) {
      const dimension = this.#dimensions.get(name) as number; // set with the first row
      const values = new Float32Array(pinCount * dimension);
      const present = new Uint8Array(pinCount);
      for (const [row, vector] of rows) {
        values.set(vector, row * dimension);
        present[row] = vector.some((value) => value !== 0) ? 1 : 0;
      }
      blocks.set(name, { dimension, values, present });
    }
    return blocks;
  }
}

function readSaves(
  name: 'saves' | 'test',
  saves: Iterable<SaveRecord>,
  { pins, boards }: { pins: TableReader; boards: TableReader },
): SaveList {
  const list = new SaveList();
  let count = 0;
  for (const { board, pin, savedAt, weight } of saves) {
    const where = `${name}[${count++}]`;
    const boardId = valid(readId(board, 'board', { isSuspect: true }), where);
    const pinId = valid(readId(pin, 'pin', { isSuspect: true }), where);
    const time = valid(readTime(savedAt, 'savedAt'), where);
    if (savedAt instanceof Date && Number.isNaN(time)) refuse(where, 'savedAt must be a date (got an invalid one)');
    const isWeighted = weight !== undefined && weight !== null;
    if (isWeighted) list.keepWeights();
    const entry = { savedAt: time, weight: valid(readWeight(weight, 'weight'), where) };
    list.add(boards.ids.intern(boardId), pins.ids.intern(pinId), entry);
    list.mergeIfLarge({ pinCount: pins.ids.count, boardCount: boards.ids.count });
  }
  if (count === 0) refuse(name, 'there must be at least one save (got none)');
  return list;
}

function valid<Value>(value: Value | RejectedRow, where: string): Value {
  return value instanceof RejectedRow ? refuse(where, value.reason) : value;
}

function refuse(where: string, problem: string): never {
  throw new PinwalkError('INPUT_INVALID', `collectionOf: ${where}: ${problem}; correct it, or leave it out`);
}
