/**
 * Reads a table of saves: board, pin and perhaps a time, a weight, titles and what is said of pins; or a board and its pins a row.
 */
import { type ColumnPositions, describeColumns } from './column-roles.js';
import { PinwalkError, shown } from './errors.js';
import { exportReader } from './formats/formats.js';
import { listOf, pinSeparatorOf } from './pin-lists.js';
import { addAttributes, addTitle, type ReadItems } from './read-items.js';
import { readId, readTime, readWeight } from './readers/cells.js';
import type { ByteProgress } from './readers/lines.js';
import { readParts } from './readers/read-table.js';
import { RejectedRow, type TableBatch } from './readers/table-batch.js';
import type { TimeForm } from './readers/times.js';
import type { ReadingOptions } from './reading-options.js';
import type { SaveList } from './save-list.js';
import { type SaveRole, savesLayout, type SavesLayout } from './saves-layout.js';
import type { TableParts } from './table-parts.js';
import { countMalformed, type FileReport } from './validation-report.js';

/** Where the saves of a table go; titles and attributes beside saves fill what pins and boards have none of. */
export interface SavesTarget {
  readonly boards: ReadItems;
  readonly pins: ReadItems;
  readonly list: SaveList;
  readonly report: FileReport;
}

/**
 * Streams the saves of a table into `target`; a row that cannot be read is counted there and adds no id.
 *
 * A list of pins is as many rows as it has pins.
 *
 * @returns whether no part of it has a header
 * @throws PinwalkError `INPUT_INVALID` when its columns cannot be told; what `readTable` throws
 */
export async function readSaves(
  { parts }: TableParts,
  target: SavesTarget,
  { reading, onProgress }: { reading: ReadingOptions; onProgress?: ByteProgress | undefined },
): Promise<{ isHeaderless: boolean }> {
  const layout = savesLayout(reading);
  const reader = new SavesReader(target, layout, reading);
  let isHeaderless = true;
  let isFirst = true;
  let at: ColumnPositions<SaveRole> | undefined;
  let columns: readonly string[] = [];
  const read = exportReader(reading, 'saves');
  for await (const batch of readParts(parts, { layout, read, encoding: reading.encoding, onProgress })) {
    reader.countLeftOut(batch);
    if (batch.rows.length === 0) continue;
    if (!at || batch.columns !== columns) at = layout.find(batch.columns);
    columns = batch.columns;
    // Keys of JSON are known only now.
    if (at.board === undefined || at.pin === undefined) layout.columnsOf([batch.columns], parts[0]?.file ?? '');
    if (isFirst) {
      target.report.readAs.push(batch.readAs, describeColumns(at, batch));
      reader.findSeparator(batch, at, parts[0]?.file ?? '');
    }
    isFirst = false;
    isHeaderless &&= batch.isHeaderless;
    reader.add(batch, at);
    target.list.mergeIfLarge({ pinCount: target.pins.ids.count, boardCount: target.boards.ids.count });
  }
  reader.finish();
  return { isHeaderless: isHeaderless && !isFirst };
}

class SavesReader {
  readonly #target: SavesTarget;
  readonly #layout: SavesLayout;
  readonly #reading: ReadingOptions;
  /** What parts the pins of a cell, known from the first rows on; undefined where each is one pin. */
  #separator: string | undefined;
  readonly #forms = new Set<TimeForm>();
  readonly #leftOut = new Map<string, number>();
  readonly #entry = { savedAt: NaN, weight: 1 }; // reused: list.add copies the two numbers
  #hasLists = false;
  /** Columns of the batch before, and those of them that are kept with the pin. */
  #columns: readonly string[] = [];
  #aboutPin: readonly number[] = [];
  // Files are often sorted by board: asking once a run of equal ids saves half of the look-ups.
  #lastBoard = '';
  #lastBoardRow = 0;

  constructor(target: SavesTarget, layout: SavesLayout, reading: ReadingOptions) {
    this.#target = target;
    this.#layout = layout;
    this.#reading = reading;
  }

  /**
   * Tells by the first rows whether cells hold several pins.
   *
   * @throws PinwalkError `INPUT_INVALID` where they may, and may not
   */
  findSeparator({ rows }: TableBatch, at: ColumnPositions<SaveRole>, file: string): void {
    const { format, tables } = this.#reading;
    const chosen = tables?.saves?.['pinSeparator'];
    if (chosen !== undefined) this.#separator = chosen === 'none' ? undefined : chosen;
    if (chosen !== undefined || format !== undefined) return;
    const cells = rows.flatMap((row) =>
      row instanceof RejectedRow ? [] : [[row[at.board ?? -1], row[at.pin ?? -1]] as const],
    );
    const found = pinSeparatorOf(cells);
    if (!found) return;
    const text = JSON.stringify(found.separator);
    if (!found.isSure) {
      const must = `whether a cell of pins is one pin or several must be clear (got ${text} in most, as in ${show(cells, found.separator)})`;
      const advice = `say --pin-separator ${text} where it parts pins, or --pin-separator none`;
      throw new PinwalkError('INPUT_INVALID', `${file}: ${must}; ${advice}`);
    }
    this.#separator = found.separator;
    this.#target.report.readAs.push(`cells of several pins, parted by ${text} (--pin-separator none: of one)`);
  }

  add(batch: TableBatch, at: ColumnPositions<SaveRole>): void {
    const { rows, positions } = batch;
    const { report, list } = this.#target;
    const aboutPin = this.#split(batch.columns, at);
    if (at.weight !== undefined) list.keepWeights();
    const hasDetails = aboutPin.length > 0 || at.pinTitle !== undefined || at.boardTitle !== undefined;
    const details = hasDetails ? { columns: batch.columns, aboutPin } : undefined;
    const how = { at, isSuspect: batch.isSuspect, integerIds: this.#reading.integerIds, details };
    const pinColumn = at.pin ?? -1;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as TableBatch['rows'][number];
      const pins = row instanceof RejectedRow ? undefined : listOf(row[pinColumn], this.#separator);
      const count = pins?.length ?? 1;
      if (count === 0) this.countLeftOut({ leftOut: { count: 1, reason: 'lists without a pin' } });
      this.#hasLists ||= pins !== undefined;
      for (let n = 0; n < count; n++) {
        report.rowCount++;
        const problem = row instanceof RejectedRow ? row : this.#addSave(row, pins ? pins[n] : row[pinColumn], how);
        if (problem) countMalformed(report, positions[i] as number, problem.reason, batch.part);
        else report.keptCount++;
      }
    }
  }

  countLeftOut({ leftOut }: Pick<TableBatch, 'leftOut'>): void {
    if (leftOut) this.#leftOut.set(leftOut.reason, (this.#leftOut.get(leftOut.reason) ?? 0) + leftOut.count);
  }

  /** Says what was found on the way. */
  finish(): void {
    const { readAs } = this.#target.report;
    for (const [reason, count] of this.#leftOut) readAs.push(`${count} rows left out: ${reason}`);
    if (this.#hasLists) readAs.push('lists of pins, a row for each pin');
    if (this.#forms.size > 0 && !(this.#forms.size === 1 && this.#forms.has('text'))) {
      readAs.push(`times in ${[...this.#forms].join(' and ')}`);
    }
  }

  /** Positions of the columns that are kept with the pin; those that nothing reads are told to the report. */
  #split(columns: readonly string[], at: ColumnPositions<SaveRole>): readonly number[] {
    if (columns === this.#columns) return this.#aboutPin;
    const { report } = this.#target;
    const used = new Set<number | undefined>(Object.values(at));
    const isFree = (_: string, column: number): boolean => !used.has(column);
    const aboutPin = columns.flatMap((name, i) => (isFree(name, i) && this.#layout.isAboutPin(name) ? [i] : []));
    for (const column of aboutPin) used.add(column);
    this.#columns = columns;
    this.#aboutPin = aboutPin;
    report.ignoredColumns = [...new Set([...report.ignoredColumns, ...columns.filter(isFree)])];
    return aboutPin;
  }

  #addSave(row: readonly unknown[], pinCell: unknown, how: RowReading): RejectedRow | undefined {
    const { at, details } = how;
    const { boards, pins, list, report } = this.#target;
    const board = readId(row[at.board ?? -1], 'board', how);
    if (board instanceof RejectedRow) return board;
    const pin = readId(pinCell, 'pin', how);
    if (pin instanceof RejectedRow) return pin;
    if (at.savedAt !== undefined) {
      const savedAt = readTime(row[at.savedAt], 'savedAt', this.#forms);
      if (savedAt instanceof RejectedRow) return savedAt;
      this.#entry.savedAt = savedAt;
    }
    if (at.weight !== undefined) {
      const weight = readWeight(row[at.weight], 'weight');
      if (weight instanceof RejectedRow) return weight;
      this.#entry.weight = weight;
    }
    if (board !== this.#lastBoard) this.#lastBoardRow = boards.ids.intern(board);
    this.#lastBoard = board;
    const pinRow = pins.ids.intern(pin);
    list.add(this.#lastBoardRow, pinRow, this.#entry);
    if (!details) return undefined;
    const said = { report, isSuspect: how.isSuspect };
    if (at.pinTitle !== undefined) addTitle(pins, pinRow, row[at.pinTitle], said);
    if (at.boardTitle !== undefined) addTitle(boards, this.#lastBoardRow, row[at.boardTitle], said);
    if (details.aboutPin.length > 0) addAttributes(pins, pinRow, { ...details, row, ...said });
    return undefined;
  }
}

/** A cell with the separator, for messages. */
function show(cells: readonly (readonly unknown[])[], separator: string): string {
  const found = cells.find(([, pin]) => typeof pin === 'string' && pin.includes(separator));
  return shown(JSON.stringify(found?.[1]));
}

/** How the rows of one batch are read. */
interface RowReading {
  readonly at: ColumnPositions<SaveRole>;
  readonly isSuspect: boolean;
  readonly integerIds: boolean | undefined;
  readonly details: { readonly columns: readonly string[]; readonly aboutPin: readonly number[] } | undefined;
}
