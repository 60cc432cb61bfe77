/**
 * What was read, kept and rejected, file by file, with the first places and reasons.
 */
import { PinwalkError } from './errors.js';
import { shortened, visibleText } from './visible-text.js';

/** Characters of a line of the report. */
const longestLine = 1000;

/** How many examples of each kind of trouble are kept. */
const exampleCount = 5;

/** A rejected row: where it stands and what it must be. */
export interface MalformedRow {
  /** Line of a text file or row of a Parquet file, counted from 1. */
  readonly position: number;
  readonly reason: string;
  /** The file, where a table has several. */
  readonly part?: string;
}

/** The report on one file. rowCount = keptCount + duplicateCount + malformedCount (+ unknown rows in a file of pictures). */
export interface FileReport {
  /** Name inside the folder. */
  readonly file: string;
  readonly positionUnit: 'line' | 'row';
  /** Rows read, blank lines and the header left out. */
  rowCount: number;
  keptCount: number;
  /** Rows that repeat a save or an id that came before. */
  duplicateCount: number;
  malformedCount: number;
  /** Pins that this file names and the file of pins does not list. */
  unknownPinCount: number;
  /** Boards that this file names and the file of boards does not list. */
  unknownBoardCount: number;
  /** Titles and attributes in which bytes that are not UTF-8 were replaced, or half a surrogate pair stands. */
  garbledCount: number;
  /** What the table was taken for, in words: delimiter, header, which column became what, units of times. */
  readonly readAs: string[];
  readonly firstMalformed: MalformedRow[];
  readonly firstDuplicates: string[];
  readonly firstUnknown: string[];
  readonly firstGarbled: string[];
  /** Likely causes of what is counted, and what to do. */
  readonly hints: string[];
  /** Columns that were not read. */
  ignoredColumns: readonly string[];
}

/** The report on a whole data set. */
export interface ValidationReport {
  readonly files: readonly FileReport[];
  /** Files of the folder that nothing here reads. */
  readonly ignoredFiles: readonly string[];
  readonly pinCount: number;
  readonly boardCount: number;
  /** Distinct saves, those of a given test left out. */
  readonly saveCount: number;
  readonly testSaveCount: number;
  readonly pictureCount: number;
  /** Pins whose `image` names a file of the folder that is not there. */
  readonly missingPictureCount: number;
}

/** A report with nothing in it yet. */
export function emptyFileReport(file: string, positionUnit: 'line' | 'row'): FileReport {
  return {
    file,
    positionUnit,
    rowCount: 0,
    keptCount: 0,
    duplicateCount: 0,
    malformedCount: 0,
    unknownPinCount: 0,
    unknownBoardCount: 0,
    garbledCount: 0,
    readAs: [],
    firstMalformed: [],
    firstDuplicates: [],
    firstUnknown: [],
    firstGarbled: [],
    hints: [],
    ignoredColumns: [],
  };
}

/** Counts a rejected row. */
export function countMalformed(report: FileReport, position: number, reason: string, part?: string): void {
  report.malformedCount++;
  if (report.firstMalformed.length >= exampleCount) return;
  report.firstMalformed.push(part === undefined ? { position, reason } : { position, reason, part });
}

/** Counts a text that was changed on the way in. */
export function countGarbled(report: FileReport, description: string): void {
  report.garbledCount++;
  if (report.firstGarbled.length < exampleCount) report.firstGarbled.push(description);
}

/** Counts `count` duplicates and keeps the first few descriptions. */
export function countDuplicates(report: FileReport, count: number, descriptions: readonly string[]): void {
  report.duplicateCount += count;
  for (const description of descriptions.slice(0, exampleCount - report.firstDuplicates.length)) {
    report.firstDuplicates.push(description);
  }
}

/** Counts the ids that `file` added to a list that was meant to be complete. */
export function countUnknown(report: FileReport, kind: 'pin' | 'board', ids: readonly string[]): void {
  if (kind === 'pin') report.unknownPinCount += ids.length;
  else report.unknownBoardCount += ids.length;
  for (const id of ids.slice(0, exampleCount - report.firstUnknown.length)) {
    report.firstUnknown.push(`${kind} ${JSON.stringify(id)}`);
  }
}

/** Whether some row was malformed, duplicate or unknown, or a picture is missing. */
function hasRejections(report: ValidationReport): boolean {
  return report.missingPictureCount > 0 || report.files.some((file) => troublesOf(file).length > 0);
}

/**
 * The report as text, one line a file and one indented line for each kind of trouble.
 *
 * @example
 * saves.csv: 1,204 rows, 1,200 kept, 3 duplicate, 1 malformed
 *   read as: commas between columns, a header; board from "board", pin from "pin"
 *   malformed: line 17: pin must not be empty
 */
export function formatReport(report: ValidationReport): string {
  const lines: string[] = [];
  for (const file of report.files) {
    lines.push(
      `${file.file}: ${[`${group(file.rowCount)} rows`, `${group(file.keptCount)} kept`, ...troublesOf(file)].join(', ')}`,
    );
    if (file.readAs.length > 0) lines.push(`  read as: ${file.readAs.filter(Boolean).join('; ')}`);
    for (const { position, reason, part } of file.firstMalformed) {
      lines.push(`  malformed: ${part === undefined ? '' : `${part} `}${file.positionUnit} ${position}: ${reason}`);
    }
    for (const duplicate of file.firstDuplicates) lines.push(`  duplicate: ${duplicate}`);
    for (const unknown of file.firstUnknown) lines.push(`  unknown: ${unknown}`);
    for (const garbled of file.firstGarbled) lines.push(`  not UTF-8: ${garbled}`);
    for (const hint of file.hints) lines.push(`  ${hint}`);
    if (file.ignoredColumns.length > 0) lines.push(`  columns not read: ${file.ignoredColumns.join(', ')}`);
  }
  if (report.ignoredFiles.length > 0) lines.push(`not read: ${report.ignoredFiles.join(', ')}`);
  if (report.missingPictureCount > 0) lines.push(`pictures named but missing: ${group(report.missingPictureCount)}`);
  const test = report.testSaveCount > 0 ? `, ${group(report.testSaveCount)} test saves` : '';
  const pictures = report.pictureCount > 0 ? `, ${group(report.pictureCount)} pictures` : '';
  lines.push(
    `${group(report.pinCount)} pins, ${group(report.boardCount)} boards, ${group(report.saveCount)} saves${test}${pictures}`,
  );
  return lines.map((line) => visibleText(shortened(line, longestLine))).join('\n');
}

/**
 * Ends the reading when some row was not kept and the user asked for that.
 *
 * @throws PinwalkError `INPUT_REJECTED` with the report in its message
 */
export function rejectIfStrict(report: ValidationReport, name: string): void {
  if (!hasRejections(report)) return;
  throw new PinwalkError(
    'INPUT_REJECTED',
    `${name}: with --strict every row must be well-formed, new and known; correct these or leave --strict out\n${formatReport(report)}`,
  );
}

function troublesOf(file: FileReport): string[] {
  const counts: [number, string][] = [
    [file.duplicateCount, 'duplicate'],
    [file.malformedCount, 'malformed'],
    [file.garbledCount, file.garbledCount === 1 ? 'text not UTF-8' : 'texts not UTF-8'],
    [file.unknownPinCount, file.unknownPinCount === 1 ? 'unknown pin' : 'unknown pins'],
    [file.unknownBoardCount, file.unknownBoardCount === 1 ? 'unknown board' : 'unknown boards'],
  ];
  return counts.filter(([count]) => count > 0).map(([count, name]) => `${group(count)} ${name}`);
}

function group(count: number): string {
  return count.toLocaleString('en-US');
}
