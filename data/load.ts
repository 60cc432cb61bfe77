/**
 * Reads a data set: a folder of tables, or one file of saves.
 *
 * Every file is streamed; memory follows the pins, boards and saves that are kept, not the size of the files.
 */
import path from 'node:path';
import type { Collection, ItemTable, PinVectors, Saves } from './collection.js';
import { type DataFiles, findDataFiles, savesAlone } from './data-folder.js';
import { PinwalkError } from './errors.js';
import { fingerprintOf } from './fingerprint.js';
import { type Interner, rankByNumber } from './interner.js';
import { type ReadItems, noItems, readItems } from './read-items.js';
import { type Pictures, readImageFiles, readPictures } from './read-pictures.js';
import { readSaves } from './read-saves.js';
import type { ByteProgress } from './readers/lines.js';
import { positionUnit } from './readers/read-table.js';
import { formatAdvice, type ReadingOptions } from './reading-options.js';
import { SaveList } from './save-list.js';
import { overflowProblem } from './saves.js';
import type { TableParts } from './table-parts.js';
import {
  countDuplicates,
  countUnknown,
  emptyFileReport,
  type FileReport,
  rejectIfStrict,
  type ValidationReport,
} from './validation-report.js';
import { readAlignedVectors } from './vectors.js';

/** Where the data is: a folder, or files, folders of parts or names with `*` that together are the saves. */
export type DataSource = { readonly folder: string } | { readonly savesFile: string | readonly string[] };

/** How far one file has been read. */
export interface LoadProgress {
  readonly file: string;
  readonly bytesRead: number;
  readonly bytesTotal: number;
}

/** Options of `loadCollection`. */
export interface LoadOptions {
  /** Any malformed, duplicate or unknown row ends the reading. Default false. */
  readonly strict?: boolean;
  /** What the files do not say themselves; default nothing. */
  readonly reading?: ReadingOptions | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
}

/**
 * Reads pins, boards and saves and counts every row that was not kept.
 *
 * A folder holds `saves.*`, or `train.*` and perhaps `test.*`; optionally `pins.*`, `boards.*`, `pictures.*` and
 * `vectors.<block>.npy`. Rows of pins follow the file of pins, then the first save of each pin that it does not list; boards
 * likewise. Without such a file, headerless saves whose ids are all integers give rows in the order of these numbers.
 *
 * @returns the collection, duplicates merged (earliest time, weights added up), and the report on what was read
 * @throws PinwalkError `INPUT_MISSING`, `INPUT_INVALID`; `INPUT_REJECTED` when strict
 *
 * Time O(bytes); memory about 8 bytes a save (20 with times and weights), twice that while duplicates are merged, and the ids.
 */
export async function loadCollection(
  source: DataSource,
  options: LoadOptions = {},
): Promise<{ collection: Collection; report: ValidationReport }> {
  const files =
    'folder' in source
      ? await findDataFiles(source.folder, options.reading?.format)
      : await savesAlone(source.savesFile);
  const reader = new CollectionReader(files, options);
  const pins = await reader.items('pin', files.pins);
  const boards = await reader.items('board', files.boards);
  const { train, test } = await reader.saves(pins, boards);
  const pictures: Pictures = [];
  if (files.pictures !== undefined) await reader.pictures(files.pictures, pins, pictures);
  const { missingCount } =
    files.folder === undefined ? { missingCount: 0 } : await readImageFiles(files.folder, pins.attributes, pictures);
  const vectors = await readFolderVectors(files, pins);
  const pinTable = toTable(pins, train.pinIds, pictures);
  const boardTable = toTable(boards, train.boardIds);
  const report: ValidationReport = {
    files: reader.reports,
    ignoredFiles: files.ignored,
    pinCount: pinTable.ids.length,
    boardCount: boardTable.ids.length,
    saveCount: train.saves.boards.length,
    testSaveCount: test?.boards.length ?? 0,
    pictureCount: pictures.reduce((count) => count + 1, 0),
    missingPictureCount: missingCount,
  };
  if (options.strict) rejectIfStrict(report, files.name);
  const collection: Collection = {
    name: files.name,
    pins: pinTable,
    boards: boardTable,
    saves: train.saves,
    ...(test && { givenTest: test }),
    vectors,
    fingerprint: fingerprintOf(pinTable.ids, boardTable.ids, [train.saves, test]),
  };
  return { collection, report };
}

/** Reads the files of one data set one after another and keeps their accounts. */
class CollectionReader {
  readonly reports: FileReport[] = [];
  readonly #files: DataFiles;
  readonly #onProgress: LoadOptions['onProgress'];
  readonly #reading: ReadingOptions;

  constructor(files: DataFiles, options: LoadOptions) {
    this.#files = files;
    this.#reading = options.reading ?? {};
    this.#onProgress = options.onProgress;
  }

  async items(kind: 'pin' | 'board', table: TableParts | undefined): Promise<ReadItems> {
    return table === undefined ? noItems() : readItems(kind, table, this.#open(table));
  }

  async pictures(table: TableParts, pins: ReadItems, pictures: Pictures): Promise<void> {
    await readPictures(table, { pins: pins.ids, pictures, ...this.#open(table) });
  }

  /** Reads train (or all) saves and those of a given test; ids that no file of pins or boards lists are added. */
  async saves(
    pins: ReadItems,
    boards: ReadItems,
  ): Promise<{
    train: { saves: Saves; pinIds: readonly string[]; boardIds: readonly string[] };
    test: Saves | undefined;
  }> {
    const train = await this.#savesFile(this.#files.saves, pins, boards);
    const test = this.#files.test === undefined ? undefined : await this.#savesFile(this.#files.test, pins, boards);
    const isHeaderless = train.isHeaderless && (test?.isHeaderless ?? true);
    const pinRanks = isHeaderless && this.#files.pins === undefined ? rankByNumber(pins.ids.ids) : undefined;
    const boardRanks = isHeaderless && this.#files.boards === undefined ? rankByNumber(boards.ids.ids) : undefined;
    const pinIds = inOrder(pins.ids.ids, pinRanks);
    const boardIds = inOrder(boards.ids.ids, boardRanks);
    const merge = ({ list, report }: { list: SaveList; report: FileReport }): Saves => {
      const counts = { pinCount: pinIds.length, boardCount: boardIds.length };
      const { saves, duplicateCount, firstDuplicates, overflow } = list.finish(counts);
      report.keptCount -= duplicateCount;
      const describe = ([board, pin]: readonly [number, number]): string =>
        `board ${JSON.stringify(boards.ids.ids[board])}, pin ${JSON.stringify(pins.ids.ids[pin])}`;
      if (overflow)
        throw new PinwalkError('INPUT_INVALID', `${report.file}: ${describe(overflow)}: ${overflowProblem}`);
      countDuplicates(report, duplicateCount, firstDuplicates.map(describe));
      renumber(saves.boards, boardRanks);
      renumber(saves.pins, pinRanks);
      return saves;
    };
    return { train: { saves: merge(train), pinIds, boardIds }, test: test && merge(test) };
  }

  async #savesFile(
    table: TableParts,
    pins: ReadItems,
    boards: ReadItems,
  ): Promise<{ list: SaveList; report: FileReport; isHeaderless: boolean }> {
    const { report, ...how } = this.#open(table);
    const list = new SaveList();
    const knownPins = pins.ids.count;
    const knownBoards = boards.ids.count;
    const { isHeaderless } = await readSaves(table, { boards, pins, list, report }, how);
    if (list.count === 0) {
      const [first] = report.firstMalformed;
      const got = first ? `, the first: ${report.positionUnit} ${first.position}: ${first.reason}` : '';
      const advice = how.reading.format === undefined ? `; ${formatAdvice}` : '';
      const message = `${table.name}: at least one row must be a valid save (got 0 of ${report.rowCount}${got}); correct the file${advice}`;
      throw new PinwalkError('INPUT_INVALID', message);
    }
    if (this.#files.pins !== undefined) countUnknown(report, 'pin', pins.ids.ids.slice(knownPins));
    if (this.#files.boards !== undefined) countUnknown(report, 'board', boards.ids.ids.slice(knownBoards));
    hintAtFloats(report, pins.ids, { known: knownPins, kind: 'pins' });
    hintAtFloats(report, boards.ids, { known: knownBoards, kind: 'boards' });
    return { list, report, isHeaderless };
  }

  #open(table: TableParts): {
    report: FileReport;
    reading: ReadingOptions;
    onProgress: ByteProgress | undefined;
  } {
    const { folder } = this.#files;
    const name = folder === undefined ? table.name : path.relative(folder, table.name);
    const report = emptyFileReport(name, positionUnit(table.parts[0]?.file ?? ''));
    this.reports.push(report);
    const tell = this.#onProgress;
    const file = table.name;
    const onProgress: ByteProgress | undefined =
      tell && ((bytesRead, bytesTotal) => tell({ file, bytesRead, bytesTotal }));
    return { report, reading: this.#reading, onProgress };
  }
}

/** `4.0` beside `4`: a program that keeps whole numbers as decimals wrote one of the two. */
function hintAtFloats(report: FileReport, ids: Interner, { known, kind }: { known: number; kind: string }): void {
  if (known === 0) return;
  const floats = ids.ids.slice(known).filter((id) => /^-?\d+\.0+$/.test(id));
  const doubled = floats.filter((id) => ids.find(id.replace(/\.0+$/, '')) !== undefined);
  if (doubled.length === 0) return;
  const [example = ''] = doubled;
  report.hints.push(
    `${doubled.length} of the unknown ${kind} are known without ".0" (${example}): decimals were written where whole numbers ` +
      'were meant; --integer-ids reads 4.0 as 4',
  );
}

async function readFolderVectors(files: DataFiles, pins: ReadItems): Promise<Map<string, PinVectors>> {
  const vectors = new Map<string, PinVectors>();
  for (const [block, file] of files.vectors) {
    if (files.pins === undefined) {
      const message = `${file}: its rows must follow a file pins.* in the same folder (got none); add one, or use --vectors`;
      throw new PinwalkError('INPUT_MISSING', message);
    }
    vectors.set(block, await readAlignedVectors(file, pins.rowOfFileRow, pins.ids.count));
  }
  return vectors;
}

function renumber(rows: Uint32Array, ranks: Uint32Array | undefined): void {
  if (!ranks) return;
  for (let i = 0; i < rows.length; i++) rows[i] = ranks[rows[i] as number] as number;
}

function inOrder(ids: readonly string[], ranks: Uint32Array | undefined): readonly string[] {
  if (!ranks) return ids;
  const ordered = ids.slice();
  ranks.forEach((rank, row) => (ordered[rank] = ids[row] as string));
  return ordered;
}

/** `ids` may go on after the rows of `items`: those came with saves alone. */
function toTable({ titles, attributes }: ReadItems, ids: readonly string[], pictures?: Pictures): ItemTable {
  const hasPictures = pictures !== undefined && pictures.length > 0;
  if (hasPictures) pictures.length = ids.length;
  return {
    ids,
    titles: ids.map((_, row) => titles[row] ?? ''),
    attributes: ids.map((_, row) => attributes[row]),
    ...(hasPictures && { pictures: ids.map((_, row) => pictures[row]) }),
  };
}
