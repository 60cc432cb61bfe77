/**
 * Reads a file of pins or of boards: an id, a title, and whatever else it has as attributes.
 */
import type { Attributes } from './collection.js';
import { boardColumns, describeColumns, findColumns, namesWith, pinColumns, plainName } from './column-roles.js';
import { PinwalkError, shown } from './errors.js';
import { exportReader } from './formats/formats.js';
import { copyText, Interner } from './interner.js';
import { readAttribute, readId } from './readers/cells.js';
import type { ByteProgress } from './readers/lines.js';
import { readParts } from './readers/read-table.js';
import { RejectedRow, type TableBatch, type TableLayout } from './readers/table-batch.js';
import type { ReadingOptions } from './reading-options.js';
import type { TableParts } from './table-parts.js';
import { countDuplicates, countGarbled, countMalformed, type FileReport } from './validation-report.js';

/** Pins or boards as they stand in their file, one entry a row in every list. */
export interface ReadItems {
  readonly ids: Interner;
  readonly titles: string[];
  readonly attributes: (Attributes | undefined)[];
  /** Row here of each row of the file, -1 where it was rejected; vectors come in the order of the file. */
  readonly rowOfFileRow: number[];
}

/** No items: where a folder has no such file. */
export function noItems(): ReadItems {
  return { ids: new Interner(), titles: [], attributes: [], rowOfFileRow: [] };
}

/** What reading a table of items needs to know. */
export interface ItemReading {
  readonly report: FileReport;
  readonly reading: ReadingOptions;
  readonly onProgress?: ByteProgress | undefined;
}

/**
 * Reads every item of a table; the first of several with one id counts.
 *
 * @throws PinwalkError `INPUT_INVALID` when there is no column `id`; what `readTable` throws
 */
export async function readItems(
  kind: 'pin' | 'board',
  { parts }: TableParts,
  { report, reading, onProgress }: ItemReading,
): Promise<ReadItems> {
  const names = itemNames(kind, reading);
  const layout: TableLayout = {
    columnsOf: ([firstRow = []], file) => {
      if (findColumns(firstRow, names).id !== undefined) return { columns: firstRow, isHeader: true };
      const got = firstRow.slice(0, 12).map((cell) => shown(JSON.stringify(cell)));
      const message = `${file} line 1: the header must name a column id (got ${got.join(', ')}); add or correct the header`;
      throw new PinwalkError('INPUT_INVALID', `${message}, or name the column with --${kind}-column`);
    },
    wants: () => true,
  };
  const items = noItems();
  let isFirst = true;
  let at: ReturnType<typeof findColumns<'id' | 'title'>> | undefined;
  let columns: readonly string[] = [];
  const read = kind === 'pin' ? exportReader(reading, 'pins') : undefined;
  for await (const batch of readParts(parts, { layout, read, encoding: reading.encoding, onProgress })) {
    if (!at || batch.columns !== columns) at = findColumns(batch.columns, names);
    columns = batch.columns;
    if (at.id === undefined) layout.columnsOf([batch.columns], parts[0]?.file ?? '');
    if (isFirst) report.readAs.push(batch.readAs, describeColumns(at, batch));
    isFirst = false;
    addBatch(batch, at, { kind, items, report, integerIds: reading.integerIds });
  }
  return items;
}

/** Names of the id and the title; a column that was named for the saves may be the id here too. */
function itemNames(kind: 'pin' | 'board', { tables }: ReadingOptions): Record<'id' | 'title', readonly string[]> {
  const [known, chosen] = kind === 'pin' ? [pinColumns, tables?.pins] : [boardColumns, tables?.boards];
  const names = namesWith<'id' | 'title'>(known, chosen);
  const ofSaves = tables?.saves?.[kind];
  const titleOfSaves = tables?.saves?.[`${kind}Title`];
  const more = (own: readonly string[], name: string | undefined): readonly string[] =>
    name === undefined ? own : [plainName(name), ...own];
  return {
    id: chosen?.['id'] === undefined ? more(names.id, ofSaves) : names.id,
    title: chosen?.['title'] === undefined ? more(names.title, titleOfSaves) : names.title,
  };
}

function addBatch(
  batch: TableBatch,
  at: { id: number | undefined; title: number | undefined },
  how: { kind: 'pin' | 'board'; items: ReadItems; report: FileReport; integerIds: boolean | undefined },
): void {
  const { kind, items, report, integerIds } = how;
  const { columns, isSuspect } = batch;
  const isOther = (column: number): boolean => column !== at.id && column !== at.title;
  const others = [...columns.keys()].filter(isOther);
  batch.rows.forEach((row, i) => {
    report.rowCount++;
    const position = batch.positions[i] as number;
    const id = row instanceof RejectedRow ? row : readId(row[at.id ?? -1], `${kind} id`, { isSuspect, integerIds });
    if (row instanceof RejectedRow || id instanceof RejectedRow) {
      countMalformed(report, position, (id as RejectedRow).reason, batch.part);
      items.rowOfFileRow.push(-1);
      return;
    }
    const known = items.ids.find(id);
    if (known !== undefined) {
      countDuplicates(report, 1, [`${kind} ${JSON.stringify(id)} (${report.positionUnit} ${position})`]);
      items.rowOfFileRow.push(-1);
      return;
    }
    report.keptCount++;
    const itemRow = items.ids.intern(id);
    items.rowOfFileRow.push(itemRow);
    items.titles[itemRow] = '';
    if (at.title !== undefined) addTitle(items, itemRow, row[at.title], { report, isSuspect });
    // A line of JSON may have few of the many keys that its file has.
    const aboutPin = row.length > 1024 ? Object.keys(row).map(Number).filter(isOther) : others;
    addAttributes(items, itemRow, { columns, aboutPin, row, report, isSuspect });
  });
}

/** Where changed text is told, and whether a cell may hold some. */
interface TextCheck {
  readonly report: FileReport;
  readonly isSuspect: boolean;
}

/** Gives an item a title where it has none yet. */
export function addTitle(items: ReadItems, row: number, cell: unknown, check: TextCheck): void {
  if (items.titles[row]) return;
  const value = readAttribute(cell);
  const title = typeof cell === 'string' ? copyText(cell) : value === undefined ? '' : String(value);
  if (title.trim() === '') return;
  items.titles[row] = checked(title, items.ids.ids[row] ?? '', check);
}

/** Gives an item those of a row's cells as attributes that it has none of yet. */
export function addAttributes(
  items: ReadItems,
  itemRow: number,
  {
    columns,
    aboutPin,
    row,
    ...check
  }: TextCheck & { columns: readonly string[]; aboutPin: readonly number[]; row: readonly unknown[] },
): void {
  const own = items.attributes[itemRow];
  const entries: [string, string | number | boolean][] = [];
  for (const column of aboutPin) {
    const name = columns[column] as string;
    if (own && Object.hasOwn(own, name)) continue;
    const value = readAttribute(row[column]);
    if (value === undefined) continue;
    entries.push([name, typeof value === 'string' ? checked(value, items.ids.ids[itemRow] ?? '', check) : value]);
  }
  // fromEntries, not assignment: a column may be called __proto__.
  if (entries.length > 0) items.attributes[itemRow] = Object.fromEntries([...Object.entries(own ?? {}), ...entries]);
}

/** Text as it came, counted where bytes that are not UTF-8 were replaced or half a surrogate pair stands in it. */
function checked(text: string, id: string, { report, isSuspect }: TextCheck): string {
  if (isSuspect && /[\uFFFD\p{Cs}]/u.test(text))
    countGarbled(report, `${JSON.stringify(id)}: ${JSON.stringify(text.slice(0, 60))}`);
  return text;
}
