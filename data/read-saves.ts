/**
 * Reads a file of saves: columns board, pin and optionally savedAt and weight, or two columns without a header.
 */
import { findColumns, roleOf, saveColumns } from './column-roles.js';
import { PinwalkError } from './errors.js';
import { type Interner, isPlainInteger } from './interner.js';
import { readId, readTime, readWeight } from './readers/cells.js';
import type { ByteProgress } from './readers/lines.js';
import { readTable } from './readers/read-table.js';
import { RejectedRow, type TableBatch, type TableLayout } from './readers/table-batch.js';
import type { SaveList } from './save-list.js';
import { countMalformed, type FileReport } from './validation-report.js';

/** Where the saves of a file go. */
export interface SavesTarget {
  readonly boards: Interner;
  readonly pins: Interner;
  readonly list: SaveList;
  readonly report: FileReport;
}

/**
 * Streams the saves of `file` into `target`; a row that cannot be read is counted there and adds no id.
 *
 * @returns whether the file has no header
 * @throws PinwalkError `INPUT_INVALID` when its columns cannot be told; what `readTable` throws
 */
export async function readSaves(
  file: string,
  target: SavesTarget,
  onProgress?: ByteProgress,
): Promise<{ isHeaderless: boolean }> {
  let isHeaderless = false;
  let isFirst = true;
  for await (const batch of readTable(file, { layout: savesLayout, onProgress })) {
    if (isFirst) {
      isFirst = false;
      isHeaderless = batch.isHeaderless;
      if (isHeaderless) checkNoForeignHeader(file, batch);
    }
    addBatch(batch, target);
    target.list.mergeIfLarge({ pinCount: target.pins.count, boardCount: target.boards.count });
  }
  return { isHeaderless };
}

const savesLayout: TableLayout = {
  columnsOf: (firstRow, file) => {
    const { board, pin } = findColumns(firstRow, saveColumns);
    if (board !== undefined && pin !== undefined) return { columns: firstRow, isHeader: true };
    if (board === undefined && pin === undefined && firstRow.length === 2) {
      return { columns: ['board', 'pin'], isHeader: false };
    }
    const got = firstRow.slice(0, 6).map((cell) => JSON.stringify(cell));
    throw new PinwalkError(
      'INPUT_INVALID',
      `${file} line 1: must name the columns board and pin (and savedAt, weight where there are any), ` +
        `or be two columns without a header (got ${got.join(', ')}); add or correct the header`,
    );
  },
  wants: (column) => roleOf(column, saveColumns) !== undefined,
};

function addBatch(batch: TableBatch, { boards, pins, list, report }: SavesTarget): void {
  const { rows, positions, isSuspect } = batch;
  const at = findColumns(batch.columns, saveColumns);
  const read = new Set<number | undefined>(Object.values(at));
  report.ignoredColumns = batch.columns.filter((_, column) => !read.has(column));
  if (at.weight !== undefined) list.keepWeights();
  const entry = { savedAt: NaN, weight: 1 }; // reused: list.add copies the two numbers
  // Files are often sorted by board: asking once a run of equal ids saves half of the look-ups.
  let lastBoard = '';
  let lastBoardRow = 0;
  for (let i = 0; i < rows.length; i++) {
    report.rowCount++;
    const row = rows[i] as TableBatch['rows'][number];
    const problem = row instanceof RejectedRow ? row : addSave(row);
    if (problem) countMalformed(report, positions[i] as number, problem.reason);
    else report.keptCount++;
  }

  function addSave(row: readonly unknown[]): RejectedRow | undefined {
    const board = readId(at.board === undefined ? undefined : row[at.board], 'board', isSuspect);
    if (board instanceof RejectedRow) return board;
    const pin = readId(at.pin === undefined ? undefined : row[at.pin], 'pin', isSuspect);
    if (pin instanceof RejectedRow) return pin;
    if (at.savedAt !== undefined) {
      const savedAt = readTime(row[at.savedAt], 'savedAt');
      if (savedAt instanceof RejectedRow) return savedAt;
      entry.savedAt = savedAt;
    }
    if (at.weight !== undefined) {
      const weight = readWeight(row[at.weight], 'weight');
      if (weight instanceof RejectedRow) return weight;
      entry.weight = weight;
    }
    if (board !== lastBoard) lastBoardRow = boards.intern(board);
    lastBoard = board;
    list.add(lastBoardRow, pins.intern(pin), entry);
    return undefined;
  }
}

/** `user,item` above columns of integers is a header under names that are not known here, not a save. */
function checkNoForeignHeader(file: string, { rows }: TableBatch): void {
  const [first, ...next] = rows
    .slice(0, 4)
    .map((row) => (row instanceof RejectedRow ? [] : row.map((cell) => String(cell).trim())));
  const areIntegers = (row: readonly string[]): boolean => row.length === 2 && row.every(isPlainInteger);
  if (!first || first.some(isPlainInteger) || next.length === 0 || !next.every(areIntegers)) return;
  throw new PinwalkError(
    'INPUT_INVALID',
    `${file} line 1: the header must name the columns board and pin (got ${first.map((c) => JSON.stringify(c)).join(', ')}); ` +
      'rename its columns',
  );
}
