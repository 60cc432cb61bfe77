/**
 * Reads a file of pins or of boards: an id, a title, and whatever else it has as attributes.
 */
import type { Attributes } from './collection.js';
import { boardColumns, findColumns, pinColumns } from './column-roles.js';
import { PinwalkError } from './errors.js';
import { copyText, Interner } from './interner.js';
import { readAttribute, readId } from './readers/cells.js';
import type { ByteProgress } from './readers/lines.js';
import { readTable } from './readers/read-table.js';
import { RejectedRow, type TableBatch, type TableLayout } from './readers/table-batch.js';
import { countDuplicates, countMalformed, type FileReport } from './validation-report.js';

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

/**
 * Reads every item of `file`; the first of several with one id counts.
 *
 * @throws PinwalkError `INPUT_INVALID` when there is no column `id`; what `readTable` throws
 */
export async function readItems(
  kind: 'pin' | 'board',
  file: string,
  options: { report: FileReport; onProgress?: ByteProgress | undefined },
): Promise<ReadItems> {
  const names = kind === 'pin' ? pinColumns : boardColumns;
  const layout: TableLayout = {
    columnsOf: (firstRow) => {
      if (findColumns(firstRow, names).id !== undefined) return { columns: firstRow, isHeader: true };
      const got = firstRow.slice(0, 6).map((cell) => JSON.stringify(cell));
      const message = `${file} line 1: the header must name a column id (got ${got.join(', ')}); add or correct the header`;
      throw new PinwalkError('INPUT_INVALID', message);
    },
    wants: () => true,
  };
  const items = noItems();
  for await (const batch of readTable(file, { layout, onProgress: options.onProgress })) {
    addBatch(batch, findColumns(batch.columns, names), { kind, items, report: options.report });
  }
  return items;
}

function addBatch(
  batch: TableBatch,
  at: { id: number | undefined; title: number | undefined },
  { kind, items, report }: { kind: 'pin' | 'board'; items: ReadItems; report: FileReport },
): void {
  batch.rows.forEach((row, i) => {
    report.rowCount++;
    const id =
      row instanceof RejectedRow
        ? row
        : readId(at.id === undefined ? undefined : row[at.id], `${kind} id`, batch.isSuspect);
    if (row instanceof RejectedRow || id instanceof RejectedRow) {
      countMalformed(report, batch.positions[i] as number, (id as RejectedRow).reason);
      items.rowOfFileRow.push(-1);
      return;
    }
    const known = items.ids.find(id);
    if (known !== undefined) {
      countDuplicates(report, 1, [`${kind} ${JSON.stringify(id)} (${report.positionUnit} ${batch.positions[i]})`]);
      items.rowOfFileRow.push(-1);
      return;
    }
    report.keptCount++;
    items.rowOfFileRow.push(items.ids.intern(id));
    items.titles.push(at.title === undefined ? '' : titleOf(row[at.title]));
    items.attributes.push(attributesOf(row, batch.columns, at));
  });
}

function titleOf(cell: unknown): string {
  if (typeof cell === 'string') return copyText(cell);
  const value = readAttribute(cell);
  return value === undefined ? '' : String(value);
}

function attributesOf(
  row: readonly unknown[],
  columns: readonly string[],
  at: { id: number | undefined; title: number | undefined },
): Attributes | undefined {
  const entries: [string, string | number | boolean][] = [];
  for (let column = 0; column < row.length; column++) {
    if (column === at.id || column === at.title) continue;
    const value = readAttribute(row[column]);
    if (value !== undefined) entries.push([columns[column] as string, value]);
  }
  // fromEntries, not assignment: a column may be called __proto__.
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
