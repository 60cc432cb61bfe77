/**
 * Tells what stands between the columns of a text file by its first lines, not by its name alone.
 *
 * A reading fits when the table's columns can be named from the first row. Of those that fit, the one wins under which the most
 * lines have as many fields as the first; where two fit equally well and neither has a header, the file is refused.
 */
import { PinwalkError } from '../errors.js';
import type { NamedColumns, TableLayout } from './table-batch.js';

/** What the name of a file says about its delimiter. */
export type DelimitedKind = 'csv' | 'tsv' | 'txt';

/** How a text file is to be split. */
export interface Dialect {
  readonly delimiter: string;
  /** Lines before the first row that are neither header nor data: Excel's `sep=;`. */
  readonly skippedLines: number;
  readonly named: NamedColumns;
}

const candidates: Readonly<Record<DelimitedKind, readonly string[]>> = {
  csv: [',', ';', '\t', '|'],
  tsv: ['\t', ',', ';', '|'],
  txt: ['\t', ',', ';', '|', ' '],
};

const delimiterNames: Readonly<Record<string, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
  '|': 'bars',
  ' ': 'blanks',
};

/** Lines that are looked at. */
const sampleLines = 500;

/** How a delimiter is called in reports: `tabs`. */
export function delimiterName(delimiter: string): string {
  return delimiterNames[delimiter] ?? JSON.stringify(delimiter);
}

/**
 * Chooses the dialect of `file` from its first lines, blank ones among them.
 *
 * @throws PinwalkError `INPUT_INVALID` where two delimiters fit equally well, and what `layout.columnsOf` throws where none fits
 */
export function chooseDialect(
  file: string,
  lines: readonly string[],
  { kind, layout }: { kind: DelimitedKind; layout: TableLayout },
): Dialect {
  const first = lines.findIndex((line) => line !== '');
  const said = /^sep=(.)$/i.exec(lines[first] ?? '')?.[1];
  const skippedLines = said === undefined ? 0 : first + 1;
  const sample = lines.slice(skippedLines, skippedLines + sampleLines).filter((line) => line !== '');
  const readings = (said === undefined ? candidates[kind] : [said]).map((delimiter) => {
    const rows = sample.map((line) => fieldsOf(line, delimiter));
    const width = rows[0]?.length ?? 0;
    const share = rows.filter((row) => row.length === width).length / Math.max(1, rows.length);
    return { delimiter, rows, width, share, named: namedOrReason(layout, rows, file) };
  });
  const fitting = readings.filter(({ named }) => !(named instanceof PinwalkError));
  // A delimiter that never occurs splits every line alike; fields of several lines make lines differ.
  const splits = ({ width, share }: { width: number; share: number }): number => Number(width > 1 && share > 0.2);
  const [best, next] = fitting.sort((a, b) => splits(b) - splits(a) || b.share - a.share);
  if (!best || best.named instanceof PinwalkError) {
    // The reading under which the lines agree best says why the file cannot be read.
    const [closest] = readings.sort((a, b) => b.share * Math.min(b.width, 2) - a.share * Math.min(a.width, 2));
    if (closest?.named instanceof PinwalkError) throw closest.named;
    throw new PinwalkError('INPUT_INVALID', `${file}: must have at least one row (got none); correct the file`);
  }
  const isByName = kind === 'tsv' && best.delimiter === '\t';
  const isEven = next && next.share === best.share && next.width > 1 && !best.named.isHeader;
  if (isEven && !isByName) {
    const [a, b] = [best, next].map(({ delimiter }) => delimiterName(delimiter));
    const message = `${file}: what stands between columns must be clear (got both ${a} and ${b} in every line)`;
    throw new PinwalkError(
      'INPUT_INVALID',
      `${message}; add a header of board and pin, or name the file .tsv where it is tabs`,
    );
  }
  return { delimiter: best.delimiter, skippedLines, named: best.named };
}

function namedOrReason(
  layout: TableLayout,
  rows: readonly (readonly string[])[],
  file: string,
): NamedColumns | PinwalkError {
  try {
    return layout.columnsOf(rows, file);
  } catch (error) {
    if (error instanceof PinwalkError) return error;
    throw error;
  }
}

/** The fields of one line, roughly: a quoted field of several lines counts as its first line alone. */
function fieldsOf(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter);
  const fields: string[] = [];
  let field = '';
  let isBlank = true;
  let isQuoted = false;
  for (const character of line) {
    if (character === '"' && (isQuoted || isBlank)) isQuoted = !isQuoted;
    else if (character === delimiter && !isQuoted) {
      fields.push(field);
      field = '';
      isBlank = true;
    } else {
      field += character;
      isBlank &&= character.trim() === '';
    }
  }
  return [...fields, field];
}
