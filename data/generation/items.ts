/**
 * Pins or boards of an open generation: one row at a time by statements prepared once, or all of them as a table.
 */
import type { Database, Statement } from 'better-sqlite3';
import type { Attributes, ItemTable } from '../collection.js';
import { PinwalkError } from '../errors.js';

/** A pin or board as it stands in the file. */
export interface Item {
  readonly row: number;
  readonly id: string;
  readonly title: string;
  readonly attributes: Attributes | undefined;
  /** Boards that hold the pin, or pins on the board. */
  readonly saves: number;
  readonly community: number | undefined;
}

/** One answer of the text index; a higher score is a better match. */
export interface Match {
  readonly row: number;
  readonly score: number;
}

/** Pins or boards of an open generation. */
export interface Items {
  readonly count: number;
  /** The row of an id, or undefined. */
  row(id: string): number | undefined;
  /** @throws PinwalkError `ROW_OUT_OF_RANGE` */
  item(row: number): Item;
  /** Rows whose title matches an FTS5 expression: best first, then by saves descending, then by row. */
  search(expression: string, limit: number, offset?: number): Match[];
  /** Whether letters of scripts without blanks are words of the index of their own; not in generations from before. */
  readonly hasLettersApart: boolean;
  /** Words of the index that are as long as `word`, up to a third of it. */
  wordsAsLongAs(word: string): string[];
  /** Everything at once; read on first use and kept. Pictures are left out: `Generation.picture` reads one. */
  readonly table: ItemTable;
}

interface ItemRow {
  row: number;
  id: string;
  title: string;
  attributes: string | null;
  saves: number;
  community: number | null;
}

/**
 * Items over an open database of the generation schema.
 *
 * @internal  no declaration for programs, which need not have better-sqlite3's
 */
export class StoredItems implements Items {
  readonly count: number;
  readonly #kind: 'pin' | 'board';
  readonly #all: Statement<[], ItemRow>;
  readonly #byRow: Statement<[number], ItemRow>;
  readonly #byId: Statement<[string], number>;
  readonly #search: Statement<[string, number, number], Match>;
  readonly #database: Database;
  #words: Statement<[number, number], string> | undefined;
  readonly hasLettersApart: boolean;
  #table: ItemTable | undefined;

  constructor(database: Database, kind: 'pin' | 'board') {
    const select = `SELECT ${kind} AS row, id, title, attributes, saves, community FROM ${kind}s`;
    this.#kind = kind;
    this.#database = database;
    const index = database.prepare<[string], string>('SELECT sql FROM sqlite_master WHERE name = ?').pluck();
    this.hasLettersApart = index.get(`${kind}Titles`)?.includes('categories') ?? false;
    this.count = database.prepare<[], number>(`SELECT count(*) FROM ${kind}s`).pluck().get() ?? 0;
    this.#all = database.prepare(`${select} ORDER BY ${kind}`);
    this.#byRow = database.prepare(`${select} WHERE ${kind} = ?`);
    this.#byId = database.prepare<[string], number>(`SELECT ${kind} FROM ${kind}s WHERE id = ?`).pluck();
    this.#search = database.prepare(
      `SELECT ${kind}s.${kind} AS row, -bm25(${kind}Titles) AS score
       FROM ${kind}Titles JOIN ${kind}s ON ${kind}s.${kind} = ${kind}Titles.rowid
       WHERE ${kind}Titles MATCH ? ORDER BY score DESC, saves DESC, row LIMIT ? OFFSET ?`,
    );
  }

  row(id: string): number | undefined {
    return this.#byId.get(id);
  }

  item(row: number): Item {
    const found = this.#byRow.get(row);
    if (!found) {
      throw new PinwalkError('ROW_OUT_OF_RANGE', `item: a ${this.#kind} row must be below ${this.count} (got ${row})`);
    }
    return { ...found, attributes: parseAttributes(found.attributes), community: found.community ?? undefined };
  }

  search(expression: string, limit: number, offset = 0): Match[] {
    return this.#search.all(expression, limit, offset);
  }

  wordsAsLongAs(word: string): string[] {
    const slack = Math.max(1, Math.floor(word.length / 3));
    if (!this.#words) {
      const table = `${this.#kind}TitleWords`;
      this.#database.exec(`CREATE VIRTUAL TABLE temp.${table} USING fts5vocab(main, ${this.#kind}Titles, row)`);
      const select = `SELECT term FROM temp.${table} WHERE length(term) BETWEEN ? AND ? ORDER BY doc DESC, term`;
      this.#words = this.#database.prepare<[number, number], string>(select).pluck();
    }
    return this.#words.all(word.length - slack, word.length + slack);
  }

  get table(): ItemTable {
    if (this.#table) return this.#table;
    const ids: string[] = [];
    const titles: string[] = [];
    const attributes: (Attributes | undefined)[] = [];
    for (const row of this.#all.iterate()) {
      ids.push(row.id);
      titles.push(row.title);
      attributes.push(parseAttributes(row.attributes));
    }
    this.#table = { ids, titles, attributes };
    return this.#table;
  }
}

function parseAttributes(json: string | null): Attributes | undefined {
  return json === null ? undefined : (JSON.parse(json) as Attributes); // written from Attributes by writeGeneration
}
