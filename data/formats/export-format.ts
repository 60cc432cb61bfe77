/**
 * What a format of an export is: which files it has, and how their rows become saves or pins.
 */
import { plainName } from '../column-roles.js';
import { PinwalkError, shown } from '../errors.js';
import { readDelimited } from '../readers/delimited.js';
import type { TextOptions } from '../readers/lines.js';
import { RejectedRow, type TableBatch, type TableRow } from '../readers/table-batch.js';

/** What a person may say of an export. */
export type ExportOptions = TextOptions & { readonly leastRating?: number | undefined };

/** A kind of file in an export. */
export interface ExportFile {
  /** Names of such files. */
  readonly names: RegExp;
  /** Their rows, under the columns that files of saves or of pins have here. */
  readonly read: (file: string, options: ExportOptions) => AsyncGenerator<TableBatch>;
}

/** An export as a site or program writes it. */
export interface ExportFormat {
  readonly saves: ExportFile;
  /** Titles and what else is said of pins, where that stands in a file of its own. */
  readonly pins?: ExportFile;
  /** Saves withheld as test, where the export comes with a split. */
  readonly test?: RegExp;
}

/** Cells by column; a rejected row and one that is left out, with the reason. */
export type ExportRow = Readonly<Record<string, unknown>> | RejectedRow | { readonly leftOut: string };

/** A save that an export's rating turns into none, or undefined. */
export function belowRating(rating: unknown, least: number | undefined): { leftOut: string } | undefined {
  return least !== undefined && Number(rating) < least ? { leftOut: `rated below ${least}` } : undefined;
}

/**
 * A delimited file with a header.
 *
 * @param needed  columns by which the export is known, any one name of each
 * @param toRows  the rows that one row of the export becomes; asks for cells by name, '' where there is no such column
 */
export function delimitedExport(
  needed: readonly (readonly string[])[],
  toRows: (cell: (...names: string[]) => string, options: ExportOptions) => readonly ExportRow[],
): ExportFile['read'] {
  return (file, options) => {
    const layout = {
      wants: () => true,
      columnsOf: ([first = []]: readonly (readonly string[])[]) => {
        const plain = first.map(plainName);
        const missing = needed.find((names) => !names.some((name) => plain.includes(plainName(name))));
        if (!missing) return { columns: first, isHeader: true };
        const got = first.slice(0, 12).map((cell) => shown(JSON.stringify(cell)));
        const message = `${file} line 1: --format needs a column ${missing.join(' or ')} (got ${got.join(', ')})`;
        throw new PinwalkError('INPUT_INVALID', `${message}; name the right format, or leave it out`);
      },
    };
    return mapped(readDelimited(file, 'csv', { ...options, layout }), (columns) => {
      const plain = columns.map(plainName);
      return (row) => {
        const cell = (...names: string[]): string => {
          const at = names.map((name) => plain.indexOf(plainName(name))).find((position) => position >= 0);
          const found = at === undefined ? '' : row[at];
          return typeof found === 'string' ? found : '';
        };
        return toRows(cell, options);
      };
    });
  };
}

/** Batches of an export's rows as batches of what they become; each row keeps the position of the one that it comes from. */
export async function* mapped(
  batches: AsyncIterable<TableBatch>,
  convert: (columns: readonly string[]) => (row: readonly unknown[]) => readonly ExportRow[],
): AsyncGenerator<TableBatch> {
  const order = new Map<string, number>();
  for await (const batch of batches) {
    const toRows = convert(batch.columns);
    const rows: TableRow[] = [];
    const positions: number[] = [];
    const reasons: string[] = [];
    batch.rows.forEach((row, i) => {
      for (const made of row instanceof RejectedRow ? [row] : toRows(row)) {
        if (isLeftOut(made)) {
          reasons.push(made.leftOut);
          continue;
        }
        rows.push(made instanceof RejectedRow ? made : cellsOf(made, order));
        positions.push(batch.positions[i] as number);
      }
    });
    const [reason] = reasons;
    const leftOut = reason === undefined ? {} : { leftOut: { count: reasons.length, reason } };
    yield { ...batch, columns: [...order.keys()], rows, positions, ...leftOut, isHeaderless: false };
  }
}

function isLeftOut(row: ExportRow): row is { readonly leftOut: string } {
  return !(row instanceof RejectedRow) && typeof row['leftOut'] === 'string';
}

function cellsOf(row: Readonly<Record<string, unknown>>, order: Map<string, number>): unknown[] {
  const cells: unknown[] = [];
  for (const [name, cell] of Object.entries(row)) {
    const at = order.get(name) ?? order.size;
    order.set(name, at);
    cells[at] = cell;
  }
  return cells;
}

/** Tags as lists are stored here, from text with `separator` between. */
export function tagsOf(text: string, separator: RegExp): string {
  return JSON.stringify(
    text
      .split(separator)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  );
}
