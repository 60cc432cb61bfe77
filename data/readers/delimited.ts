/**
 * Rows of CSV and TSV: fields between commas, tabs or semicolons, quoted where they hold any of these or line ends.
 *
 * Lines without a quoted field, nearly all of them, are split right here (csv-parse takes about ten times as long for them);
 * quoted records go through csv-parse. A double quote inside an unquoted field is just that character.
 */
import { parse } from 'csv-parse/sync';
import { PinwalkError } from '../errors.js';
import { shortened } from '../visible-text.js';
import { chooseDialect, type DelimitedKind, delimiterName, type Dialect } from './dialect.js';
import { readLines, type TextOptions } from './lines.js';
import { RejectedRow, type TableBatch, type TableLayout, type TableRow } from './table-batch.js';

/** Beyond these a record in quotes counts as never closed. */
const longestRecord = { lines: 1000, characters: 1 << 20 };

/**
 * Streams the rows of a delimited text file.
 *
 * @throws PinwalkError what `readLines`, `chooseDialect` and `layout.columnsOf` throw
 */
export async function* readDelimited(
  file: string,
  kind: DelimitedKind,
  { layout, ...options }: TextOptions & { layout: TableLayout },
): AsyncGenerator<TableBatch> {
  let parser: DelimitedParser | undefined;
  for await (const { lines, firstLine, isSuspect } of readLines(file, options)) {
    let start = 0;
    if (!parser) {
      if (lines.every((line) => line === '')) continue;
      const dialect = chooseDialect(file, lines, { kind, layout });
      parser = new DelimitedParser(file, dialect);
      start = dialect.skippedLines;
    }
    for (let i = start; i < lines.length; i++) parser.push(lines[i] as string, firstLine + i);
    const batch = parser.takeBatch(isSuspect);
    if (batch.rows.length > 0) yield batch;
  }
  if (!parser) return;
  parser.finish();
  const batch = parser.takeBatch(true);
  if (batch.rows.length > 0) yield batch;
}

class DelimitedParser {
  readonly #file: string;
  readonly #delimiter: string;
  readonly #columns: readonly string[];
  readonly #isHeaderless: boolean;
  readonly #readAs: string;
  /** Whether the next row is the header. */
  #isAtHeader: boolean;
  #rows: TableRow[] = [];
  #positions: number[] = [];
  /** Lines of a record whose quotes are still open, and the number of the first of them. */
  #open: string[] = [];
  #openAt = 0;
  #openLength = 0;

  constructor(file: string, { delimiter, skippedLines, named }: Dialect) {
    this.#file = file;
    this.#delimiter = delimiter;
    this.#columns = named.columns;
    this.#isHeaderless = !named.isHeader;
    this.#isAtHeader = named.isHeader;
    const skipped = skippedLines > 0 ? ', a first line "sep=" left out' : '';
    this.#readAs = `${delimiterName(delimiter)} between columns, ${named.isHeader ? 'a' : 'no'} header${skipped}`;
  }

  push(line: string, position: number): void {
    if (this.#open.length > 0) this.#continueRecord(line);
    else if (line === '') return;
    else if (!this.#startsQuoted(line)) this.#add(line.split(this.#delimiter), position);
    else if (hasOddQuotes(line)) {
      this.#open = [line];
      this.#openAt = position;
      this.#openLength = line.length;
    } else this.#add(this.#parseQuoted(line, true), position);
  }

  /** Ends the file: a record that is still open is given up. */
  finish(): void {
    while (this.#open.length > 0) this.#giveUp();
  }

  takeBatch(isSuspect: boolean): TableBatch {
    const batch = {
      columns: this.#columns,
      rows: this.#rows,
      positions: this.#positions,
      isSuspect,
      isHeaderless: this.#isHeaderless,
      readAs: this.#readAs,
    };
    this.#rows = [];
    this.#positions = [];
    return batch;
  }

  /** Whether some field of the line opens with a quote, blanks before it aside; other quotes are plain characters. */
  #startsQuoted(line: string): boolean {
    if (!line.includes('"')) return false;
    return line.startsWith('"') || line.includes(this.#delimiter + '"') || this.#hasSpacedQuote(line);
  }

  /** `b1, "p4"`: a blank between delimiter and quote is no part of the field. */
  #hasSpacedQuote(line: string): boolean {
    return this.#delimiter !== ' ' && line.includes(this.#delimiter + ' "');
  }

  #continueRecord(line: string): void {
    this.#open.push(line);
    this.#openLength += line.length;
    if (hasOddQuotes(line)) {
      const record = this.#parseQuoted(this.#open.join('\n'), false);
      if (record instanceof RejectedRow || record.length !== this.#columns.length) {
        this.#giveUp();
        return;
      }
      const position = this.#openAt;
      this.#open = [];
      this.#add(record, position);
    } else if (this.#open.length > longestRecord.lines || this.#openLength > longestRecord.characters) this.#giveUp();
  }

  /** The first open line is no record of several lines: reads it by itself, and those after it anew. */
  #giveUp(): void {
    const [first = '', ...rest] = this.#open;
    const position = this.#openAt;
    this.#open = [];
    // In TSV a lone quote at the start of a title is likely meant; in CSV it is a mistake.
    if (this.#delimiter === '\t') this.#add(first.split('\t'), position);
    else this.#add(new RejectedRow('a field that opens with a double quote must be closed by one'), position);
    rest.forEach((line, i) => this.push(line, position + 1 + i));
  }

  #parseQuoted(record: string, isRelaxed: boolean): string[] | RejectedRow {
    try {
      const rows = parse(record, {
        delimiter: this.#delimiter,
        relax_quotes: isRelaxed,
        relax_column_count: true,
        ltrim: this.#hasSpacedQuote(record),
        max_record_size: 0,
      });
      return rows.length === 1 ? (rows[0] as string[]) : new RejectedRow('quotes must close within the record');
    } catch (error) {
      return new RejectedRow(`must be valid CSV (got: ${shortened((error as Error).message, 300)})`);
    }
  }

  #add(cells: string[] | RejectedRow, position: number): void {
    let row: TableRow = cells;
    if (this.#isAtHeader) {
      this.#isAtHeader = false;
      if (!(row instanceof RejectedRow)) return;
      const message = `${this.#file} line ${position}: the first row must be readable (got: ${row.reason}); correct it`;
      throw new PinwalkError('INPUT_INVALID', message);
    }
    if (!(row instanceof RejectedRow) && row.length !== this.#columns.length) {
      row = new RejectedRow(`must have ${this.#columns.length} columns (got ${row.length})`);
    }
    this.#rows.push(row);
    this.#positions.push(position);
  }
}

function hasOddQuotes(line: string): boolean {
  let isOdd = false;
  for (let at = line.indexOf('"'); at >= 0; at = line.indexOf('"', at + 1)) isOdd = !isOdd;
  return isOdd;
}
