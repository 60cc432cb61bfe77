/**
 * Pins or boards as they are now, read like those of a generation: what is new or was described anew stands in for what the
 * generation has, and what is deleted or hidden for all is not found.
 */
import type SqliteDatabase from 'better-sqlite3';
import type { Attributes, ItemTable } from '../../data/collection.js';
import { PinwalkError } from '../../data/errors.js';
import type { Item, Items, Match } from '../../data/generation/items.js';
import { indexedText } from '../../data/generation/search-text.js';
import { Sqlite } from '../../data/sqlite.js';
import { degree } from '../../graph/compressed-rows.js';
import type { LiveState } from './live-state.js';

/** Items of a generation with what happened since over them. */
export class LiveItems implements Items {
  readonly #kind: 'pin' | 'board';
  readonly #base: Items;
  readonly #state: LiveState;
  /** The text index of what is new or was described anew; `search` of the generation does without these rows. */
  readonly #index: SqliteDatabase.Database;
  readonly #attributes: (Attributes | undefined)[];
  readonly #titles: string[];
  readonly #ids: string[];
  #table: ItemTable | undefined;
  #takenVersion = -1;

  constructor(kind: 'pin' | 'board', base: Items, state: LiveState) {
    this.#kind = kind;
    this.#base = base;
    this.#state = state;
    const { ids, titles, attributes } = base.table;
    [this.#ids, this.#titles, this.#attributes] = [[...ids], [...titles], [...attributes]];
    const categories = base.hasLettersApart ? ` categories 'L* N* Co Mn Mc'` : '';
    this.#index = new Sqlite(':memory:');
    this.#index.exec(
      `CREATE VIRTUAL TABLE titles USING fts5(title, prefix='1 2 3', tokenize="unicode61 remove_diacritics 2${categories}")`,
    );
    this.#index.exec('CREATE VIRTUAL TABLE words USING fts5vocab(titles, row)');
  }

  get count(): number {
    return this.#state.rowCount(this.#kind) - this.#state.absent(this.#kind).size;
  }

  get hasLettersApart(): boolean {
    return this.#base.hasLettersApart;
  }

  row(id: string): number | undefined {
    return this.#state.row(this.#kind, id);
  }

  item(row: number): Item {
    const id = this.#state.id(this.#kind, row);
    const now = id === undefined ? undefined : this.#state.item(this.#kind, id);
    if (!now) {
      throw new PinwalkError('ROW_OUT_OF_RANGE', `item: a ${this.#kind} row must be of one that is there (got ${row})`);
    }
    const { boardsOfPin, pinsOfBoard } = this.#state.graph;
    const saves = degree(this.#kind === 'pin' ? boardsOfPin : pinsOfBoard, row);
    const community = row < this.#base.count ? this.#base.item(row).community : undefined;
    return { row, id: now.id, title: now.title, attributes: now.attributes, saves, community };
  }

  /** What is new comes before the generation's matches: scores of the two indexes cannot be compared. */
  search(expression: string, limit: number, offset = 0): Match[] {
    this.#takeUp();
    const end = offset + limit;
    const recent = this.#index
      .prepare<[string, number], Match>(
        'SELECT rowid AS row, -bm25(titles) AS score FROM titles WHERE titles MATCH ? ORDER BY score DESC, rowid LIMIT ?',
      )
      .all(expression, end);
    const left = new Set([...this.#state.absent(this.#kind), ...this.#state.renewed(this.#kind)]);
    const known = this.#base.search(expression, end + left.size).filter(({ row }) => !left.has(row));
    return [...recent, ...known].slice(offset, end);
  }

  wordsAsLongAs(word: string): string[] {
    this.#takeUp();
    const slack = Math.max(1, Math.floor(word.length / 3));
    const recent = this.#index
      .prepare<[number, number], string>(
        'SELECT term FROM words WHERE length(term) BETWEEN ? AND ? ORDER BY doc DESC, term',
      )
      .pluck()
      .all(word.length - slack, word.length + slack);
    return Array.from(new Set([...this.#base.wordsAsLongAs(word), ...recent]));
  }

  /** Another object whenever something in it is other than before. */
  get table(): ItemTable {
    this.#takeUp();
    this.#table ??= { ids: this.#ids, titles: this.#titles, attributes: this.#attributes };
    return this.#table;
  }

  close(): void {
    this.#index.close();
  }

  /** Brings index and table up to what the state has; O(rows that are new or were described anew) after a change. */
  #takeUp(): void {
    const { version } = this.#state;
    if (version === this.#takenVersion) return;
    const before = this.#takenVersion;
    this.#takenVersion = version;
    const [kind, state] = [this.#kind, this.#state];
    const remove = this.#index.prepare<[number]>('DELETE FROM titles WHERE rowid = ?');
    const insert = this.#index.prepare<[number, string]>('INSERT INTO titles (rowid, title) VALUES (?, ?)');
    for (const row of state.renewed(kind)) {
      if ((state.touchedAt(kind, row) ?? 0) <= before) continue;
      const id = state.id(kind, row) as string; // every row has one
      const now = state.absent(kind).has(row) ? undefined : state.item(kind, id);
      remove.run(row);
      if (now) insert.run(row, indexedText(now.title, id));
      this.#ids[row] = id;
      this.#titles[row] = now?.title ?? '';
      this.#attributes[row] = now?.attributes;
      this.#table = undefined;
    }
  }
}
