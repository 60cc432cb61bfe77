/**
 * What is saved now: a generation's pins, boards and saves with what `live.sqlite` says over them, as a graph that walks read.
 *
 * All follows from the store's rows and the generation: a state that took events one by one equals one that was opened after them.
 */
import type { Attributes, ItemTable } from '../../data/collection.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { degree, entriesOf, hasNeighbor } from '../../graph/compressed-rows.js';
import { LiveGraph, type LiveGraphOptions } from '../../graph/live-graph.js';
import type { LiveEvent } from './event.js';
import type { LiveStore } from './store.js';

/** What a generation has: all of it older than any event. */
export interface LiveBase {
  readonly graph: BipartiteGraph;
  readonly pins: Pick<ItemTable, 'ids' | 'titles' | 'attributes'>;
  readonly boards: Pick<ItemTable, 'ids' | 'titles' | 'attributes'>;
}

/** A pin or board as it is now. */
export interface LiveItem {
  readonly id: string;
  readonly title: string;
  readonly attributes: Attributes;
  /** Whether it was made or changed since the generation. */
  readonly isLive: boolean;
}

/** A save that came or went. */
export interface GraphChange {
  readonly pin: number;
  readonly board: number;
}

interface SaveRow {
  readonly board: string;
  readonly pin: string;
  readonly time: number;
  readonly saved: 0 | 1;
  readonly weight: number;
}

interface ItemRow {
  readonly time: number | null;
  readonly title: string | null;
  readonly owner: string | null;
  readonly attributes: string | null;
  readonly deletedAt: number | null;
}

type Kind = 'pin' | 'board';

/** The rows of one kind: the generation's, then those that events named, in the order they were first named. */
class LiveItems {
  readonly ids: string[];
  readonly #rows = new Map<string, number>();
  readonly baseCount: number;

  constructor(ids: readonly string[]) {
    this.ids = [...ids];
    this.baseCount = ids.length;
    ids.forEach((id, row) => this.#rows.set(id, row));
  }

  row(id: string): number | undefined {
    return this.#rows.get(id);
  }

  rowOrNew(id: string): number {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    this.#rows.set(id, this.ids.length);
    return this.ids.push(id) - 1;
  }
}

/** The owner that a table names, where it has such a column. */
const ownerOf = (attributes: Attributes | undefined): string | null => {
  const owner = attributes?.['owner'];
  return owner === undefined ? null : String(owner);
};

/** The graph and the items as they are now; one thread changes it. */
export class LiveState {
  readonly graph: LiveGraph;
  readonly #base: LiveBase;
  readonly #items: Readonly<Record<Kind, LiveItems>>;
  /** Rows of the generation by owner, for deletes of all that is one's. */
  readonly #owned: Readonly<Record<Kind, Map<string, number[]>>>;
  readonly #save: { get(board: string, pin: string): SaveRow | undefined };
  readonly #item: { get(kind: string, id: string): ItemRow | undefined };
  readonly #hidden: { get(pin: string, board: string): { hidden: number } | undefined };
  readonly #savesOf: Readonly<Record<Kind, (id: string) => SaveRow[]>>;
  readonly #ownedLive: (owner: string) => { kind: Kind; id: string }[];
  readonly #hiddenFor: { all(board: string): string[] };
  /** Rows of what is not there: deleted, hidden for all, or named by nothing that stands. */
  readonly #absent: Readonly<Record<Kind, Set<number>>> = { pin: new Set(), board: new Set() };
  /** Rows that were described since the generation, or are not in it. */
  readonly #renewed: Readonly<Record<Kind, Set<number>>> = { pin: new Set(), board: new Set() };
  /** Rows that are other than in the generation, with the version that changed them last. */
  readonly #touched: Readonly<Record<Kind, Map<number, number>>> = { pin: new Map(), board: new Map() };
  #version = 0;

  /**
   * Opens the state of a store over a generation.
   *
   * @param options  room for what is not in the generation, what the store has already included; weights of saves count where the
   *   graph has weights, as it has with `isWeighted`
   * @throws PinwalkError `ROW_OUT_OF_RANGE` or `OPTION_OUT_OF_RANGE` where there is no room
   *
   * Time O(saves of the generation + rows of the store).
   */
  constructor(base: LiveBase, store: LiveStore, options: LiveGraphOptions = {}) {
    const { database } = store;
    this.#base = base;
    this.graph = new LiveGraph(base.graph, options);
    this.#items = { pin: new LiveItems(base.pins.ids), board: new LiveItems(base.boards.ids) };
    this.#owned = { pin: rowsByOwner(base.pins.attributes), board: rowsByOwner(base.boards.attributes) };
    this.#save = database.prepare<[string, string], SaveRow>('SELECT * FROM saves WHERE board = ? AND pin = ?');
    this.#item = database.prepare<[string, string], ItemRow>('SELECT * FROM items WHERE kind = ? AND id = ?');
    this.#hidden = database.prepare<[string, string], { hidden: number }>(
      'SELECT hidden FROM hides WHERE pin = ? AND board = ?',
    );
    const [ofPin, ofBoard] = (['pin', 'board'] as const).map((kind) =>
      database.prepare<[string], SaveRow>(`SELECT * FROM saves WHERE ${kind} = ?`),
    );
    this.#savesOf = { pin: (id) => ofPin?.all(id) ?? [], board: (id) => ofBoard?.all(id) ?? [] };
    const ownedLive = database.prepare<[string], { kind: Kind; id: string }>(
      'SELECT kind, id FROM items WHERE owner = ? ORDER BY kind, id',
    );
    this.#ownedLive = (owner) => ownedLive.all(owner);
    this.#hiddenFor = database
      .prepare<[string], string>('SELECT pin FROM hides WHERE board = ? AND hidden = 1 ORDER BY pin')
      .pluck();
    const items = database.prepare<[], { kind: Kind | 'owner'; id: string }>(
      'SELECT kind, id FROM items ORDER BY kind, id',
    );
    for (const { kind, id } of items.all()) this.#refreshOwnerOrItem(kind, id, []);
    for (const pin of this.#hiddenFor.all('')) this.#refreshItem('pin', pin, []);
    const saves = database.prepare<[], SaveRow>('SELECT * FROM saves ORDER BY board, pin');
    for (const row of saves.all()) this.#refreshSave(row.board, row.pin, [], row);
  }

  /**
   * Takes up what a batch of new events came to, as the store has it now.
   *
   * @param events  as `LiveStore.apply` gives them
   * @returns saves that came, went or changed, for what is kept beside the graph
   * @throws PinwalkError as opening does; the state is to be opened anew then, with more room or over a new generation
   */
  take(events: readonly LiveEvent[]): GraphChange[] {
    const changes: GraphChange[] = [];
    if (events.length > 0) this.#version++;
    for (const { type, board = '', pin = '', owner = '' } of events) {
      if (type === 'save' || type === 'unsave') this.#refreshSave(board, pin, changes);
      else if (type === 'pin' || type === 'deletePin') this.#refreshItem('pin', pin, changes);
      else if (type === 'board' || type === 'deleteBoard') this.#refreshItem('board', board, changes);
      else if (type === 'deleteOwner') this.#refreshOwnerOrItem('owner', owner, changes);
      else if ((type === 'hide' || type === 'unhide') && board === '') this.#refreshItem('pin', pin, changes);
    }
    return changes;
  }

  /** Another number after every batch that was taken. */
  get version(): number {
    return this.#version;
  }

  /** Rows in use, those of the generation first. */
  rowCount(kind: Kind): number {
    return this.#items[kind].ids.length;
  }

  /** Rows of the generation. */
  baseCount(kind: Kind): number {
    return this.#items[kind].baseCount;
  }

  /** Rows of what is not there: deleted, hidden for all, or named by nothing that stands. */
  absent(kind: Kind): ReadonlySet<number> {
    return this.#absent[kind];
  }

  /** Rows that were described since the generation or are not in it, there or not. */
  renewed(kind: Kind): ReadonlySet<number> {
    return this.#renewed[kind];
  }

  /** The version that changed the row or its saves last; undefined for one that is as in the generation. */
  touchedAt(kind: Kind, row: number): number | undefined {
    return this.#touched[kind].get(row);
  }

  /** Whether anything at all is other than in the generation. */
  get isChanged(): boolean {
    return this.#touched.pin.size + this.#touched.board.size > 0;
  }

  /** Rows of pins that are hidden for one board. */
  hiddenFor(board: string): number[] {
    return this.#hiddenFor.all(board).flatMap((pin) => this.#items.pin.row(pin) ?? []);
  }

  /** The row of a pin or board that is there now. */
  row(kind: Kind, id: string): number | undefined {
    const row = this.#items[kind].row(id);
    return row !== undefined && this.#isThere(kind, id) ? row : undefined;
  }

  /** The id of a row, deleted or not. */
  id(kind: Kind, row: number): string | undefined {
    return this.#items[kind].ids[row];
  }

  /** A pin or board as it is now; undefined for one that is not there. */
  item(kind: Kind, id: string): LiveItem | undefined {
    if (!this.#isThere(kind, id)) return undefined;
    const live = this.#item.get(kind, id);
    const row = this.#items[kind].row(id) ?? -1;
    const table = kind === 'pin' ? this.#base.pins : this.#base.boards;
    if (typeof live?.time !== 'number') {
      const isNew = row >= this.#items[kind].baseCount;
      return { id, title: table.titles[row] ?? '', attributes: table.attributes[row] ?? {}, isLive: isNew };
    }
    const attributes = live.attributes === null ? {} : (JSON.parse(live.attributes) as Attributes); // written from Attributes
    return { id, title: live.title ?? '', attributes, isLive: true };
  }

  /** Whether a pin must not be shown: to anyone, or to a board. */
  isHidden(pin: string, board?: string): boolean {
    const forAll = this.#hidden.get(pin, '')?.hidden === 1;
    return forAll || (board !== undefined && this.#hidden.get(pin, board)?.hidden === 1);
  }

  /** A pin or board that was never described is there while a save names it. */
  #isThere(kind: Kind, id: string): boolean {
    const row = this.#items[kind].row(id);
    if (row === undefined || !this.#isShown(kind, id)) return false;
    const saves = kind === 'pin' ? this.graph.boardsOfPin : this.graph.pinsOfBoard;
    return row < this.#items[kind].baseCount || this.#describedAt(kind, id) >= 0 || degree(saves, row) > 0;
  }

  /** Neither deleted nor hidden for all. */
  #isShown(kind: Kind, id: string): boolean {
    return this.#isAlive(kind, id) && !(kind === 'pin' && this.isHidden(id));
  }

  /** Saves alone do not bring back what was deleted; a new description does. */
  #isAlive(kind: Kind, id: string): boolean {
    const deletedAt = this.#deletedAt(kind, id);
    return deletedAt === -Infinity || this.#describedAt(kind, id) > deletedAt;
  }

  /** When it was last described; before all events for what the generation has or a save alone names. */
  #describedAt(kind: Kind, id: string): number {
    return this.#item.get(kind, id)?.time ?? -1;
  }

  /** When it, or all of its owner's, was deleted last. */
  #deletedAt(kind: Kind, id: string): number {
    const row = this.#item.get(kind, id);
    const table = kind === 'pin' ? this.#base.pins : this.#base.boards;
    const isDescribed = typeof row?.time === 'number';
    const owner = isDescribed ? row.owner : ownerOf(table.attributes[this.#items[kind].row(id) ?? -1]);
    const withOwner = owner === null ? undefined : this.#item.get('owner', owner)?.deletedAt;
    return Math.max(row?.deletedAt ?? -Infinity, withOwner ?? -Infinity);
  }

  /** Brings one save up to date: it stands if it is saved, and newer than the last deletes of both ends, which are there. */
  #refreshSave(board: string, pin: string, changes: GraphChange[], live = this.#save.get(board, pin)): void {
    const [pinRow, boardRow] = live?.saved
      ? [this.#items.pin.rowOrNew(pin), this.#items.board.rowOrNew(board)]
      : [this.#items.pin.row(pin), this.#items.board.row(board)];
    if (pinRow === undefined || boardRow === undefined) return;
    const { graph } = this.#base;
    const isInBase =
      pinRow < graph.pinCount && boardRow < graph.boardCount && hasNeighbor(graph.boardsOfPin, pinRow, boardRow);
    const isSaved = live ? live.saved === 1 : isInBase;
    const time = live?.time ?? -1;
    const stands =
      isSaved &&
      this.#isShown('pin', pin) &&
      this.#isShown('board', board) &&
      time > this.#deletedAt('pin', pin) &&
      time > this.#deletedAt('board', board);
    const isWeighted = this.graph.pinsOfBoard.weights !== undefined;
    const change = { pin: pinRow, board: boardRow };
    let isChange = false;
    if (!stands) isChange = this.graph.unsave(pinRow, boardRow);
    else if (live || !hasNeighbor(this.graph.boardsOfPin, pinRow, boardRow)) {
      const weight = live?.weight ?? baseWeight(graph, pinRow, boardRow);
      isChange = this.graph.save(pinRow, boardRow, isWeighted ? weight : 1) || isWeighted;
    }
    if (isChange) {
      changes.push(change);
      this.#touched.pin.set(pinRow, this.#version);
      this.#touched.board.set(boardRow, this.#version);
    }
    if (pinRow >= graph.pinCount) this.#noteItem('pin', pin, pinRow);
    if (boardRow >= graph.boardCount) this.#noteItem('board', board, boardRow);
  }

  /** Keeps the sets of rows up to date. */
  #noteItem(kind: Kind, id: string, row: number): void {
    const isNew = row >= this.#items[kind].baseCount;
    if (isNew || this.#describedAt(kind, id) >= 0) this.#renewed[kind].add(row);
    if (this.#isThere(kind, id)) this.#absent[kind].delete(row);
    else this.#absent[kind].add(row);
  }

  #refreshItem(kind: Kind, id: string, changes: GraphChange[]): void {
    const row = this.#items[kind].rowOrNew(id);
    const { graph } = this.#base;
    const base = kind === 'pin' ? graph.boardsOfPin : graph.pinsOfBoard;
    const others = this.#items[kind === 'pin' ? 'board' : 'pin'];
    const ids = new Set(this.#savesOf[kind](id).map((save) => (kind === 'pin' ? save.board : save.pin)));
    if (row < this.#items[kind].baseCount)
      for (const other of entriesOf(base, row)) ids.add(others.ids[other] as string);
    for (const other of ids) {
      if (kind === 'pin') this.#refreshSave(other, id, changes);
      else this.#refreshSave(id, other, changes);
    }
    this.#noteItem(kind, id, row);
    this.#touched[kind].set(row, this.#version);
  }

  #refreshOwnerOrItem(kind: Kind | 'owner', id: string, changes: GraphChange[]): void {
    if (kind !== 'owner') return this.#refreshItem(kind, id, changes);
    for (const item of this.#ownedLive(id)) this.#refreshItem(item.kind, item.id, changes);
    for (const of of ['pin', 'board'] as const) {
      for (const row of this.#owned[of].get(id) ?? [])
        this.#refreshItem(of, this.#items[of].ids[row] as string, changes);
    }
  }
}

function rowsByOwner(attributes: readonly (Attributes | undefined)[]): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  attributes.forEach((entry, row) => {
    const owner = ownerOf(entry);
    if (owner === null) return;
    const list = rows.get(owner);
    if (list) list.push(row);
    else rows.set(owner, [row]);
  });
  return rows;
}

function baseWeight({ boardsOfPin }: BipartiteGraph, pin: number, board: number): number {
  const { offsets, neighbors, weights } = boardsOfPin;
  return weights?.[neighbors.indexOf(board, offsets[pin])] ?? 1;
}
