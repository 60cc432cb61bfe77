/**
 * Names the columns of a file of saves: by a header, by what a person said, or by position where the rows leave no doubt.
 */
import {
  type ColumnPositions,
  contentColumnNames,
  findColumns,
  namesWith,
  plainName,
  type RoleNames,
  saveColumns,
} from './column-roles.js';
import { PinwalkError, shown } from './errors.js';
import { looksLikeHeader, looksSwapped, standsApart } from './header-evidence.js';
import type { NamedColumns, TableLayout } from './readers/table-batch.js';
import { type ColumnChoice, formatAdvice, type ReadingOptions } from './reading-options.js';

/** What a column of a file of saves can be. */
export type SaveRole = keyof typeof saveColumns;

/** How a file of saves is laid out. */
export interface SavesLayout extends TableLayout {
  readonly find: (columns: readonly string[]) => ColumnPositions<SaveRole>;
  /** Whether a column is kept as an attribute of the pin. */
  readonly isAboutPin: (column: string) => boolean;
}

const nameThem = `name them with --board-column and --pin-column, or rename them to board and pin; ${formatAdvice}`;

/** The layout of a file of saves under what a person said of it. */
export function savesLayout({ tables }: ReadingOptions): SavesLayout {
  const isColumn = ([role]: [string, string]): boolean => role !== 'pinSeparator';
  const chosen: ColumnChoice = Object.fromEntries(Object.entries(tables?.saves ?? {}).filter(isColumn));
  const names: RoleNames<SaveRole> = namesWith(saveColumns, chosen);
  const ownPinColumns = chosen['pinColumns']?.split(',').map(plainName);
  const aboutPin = ownPinColumns ?? [...Object.values(contentColumnNames).flat(), 'image'];
  const find = (columns: readonly string[]): ColumnPositions<SaveRole> => findColumns(columns, names);
  return {
    find,
    isAboutPin: (column) => aboutPin.includes(plainName(column)),
    wants: (column) => Object.values(names).flat().includes(plainName(column)) || aboutPin.includes(plainName(column)),
    columnsOf: (rows, file) => {
      const [first = []] = rows;
      const { board, pin } = find(first);
      if (board !== undefined && pin !== undefined) {
        const missing = Object.entries(chosen).find(([, column]) => {
          return column.split(',').some((name) => !first.some((own) => plainName(own) === plainName(name)));
        });
        if (missing === undefined) return { columns: first, isHeader: true };
        throw refusal(file, `has no column ${JSON.stringify(missing[1])}`, first);
      }
      if (Object.values(chosen).some((column) => /^\d+$/.test(column))) return byPosition(file, rows, chosen);
      if (Object.keys(chosen).length > 0) {
        const wanted = [chosen['board'] ?? 'board', chosen['pin'] ?? 'pin']
          .map((name) => JSON.stringify(name))
          .join(' and ');
        throw refusal(file, `must have the columns ${wanted} that were named`, first);
      }
      return withoutHeader(file, rows);
    },
  };
}

/** Columns of a file that names none of them as we know it: two, board before pin, or refused. */
function withoutHeader(file: string, rows: readonly (readonly string[])[]): NamedColumns {
  const [first = []] = rows;
  if (first.length !== 2 || first.some((cell) => ['board', 'boardid', 'pin', 'pinid'].includes(plainName(cell)))) {
    const must =
      'must name the columns board and pin (and savedAt, weight where there are any), or be two columns without a header';
    throw refusal(file, must, first);
  }
  if (looksLikeHeader(rows) || standsApart(rows))
    throw refusal(file, 'the header must name the columns board and pin', first);
  if (looksSwapped(rows)) {
    const message =
      `${file}: which column is the board must be clear (got no header, and runs of equal ids in the second column, as if pins ` +
      'stood first); say --board-column 2 --pin-column 1, or --board-column 1 --pin-column 2 where they do not';
    throw new PinwalkError('INPUT_INVALID', message);
  }
  return { columns: ['board', 'pin'], isHeader: false };
}

/** Columns by the numbers that a person gave. */
function byPosition(
  file: string,
  rows: readonly (readonly string[])[],
  chosen: Readonly<Record<string, string>>,
): NamedColumns {
  const [first = []] = rows;
  const columns = first.map((_, i) => `column ${i + 1}`);
  for (const [role, column] of Object.entries(chosen)) {
    const at = Number(column);
    if (!(Number.isInteger(at) && at >= 1 && at <= first.length)) {
      throw refusal(file, `must have a column ${column} for ${role}, counted from 1`, first);
    }
    columns[at - 1] = column;
  }
  if (!('board' in chosen && 'pin' in chosen)) {
    throw refusal(file, 'columns by number must name both --board-column and --pin-column', first);
  }
  return { columns, isHeader: looksLikeHeader(rows) };
}

function refusal(file: string, must: string, first: readonly string[]): PinwalkError {
  const got = first.slice(0, 12).map((cell) => shown(JSON.stringify(cell)));
  const more = first.length > 12 ? `, and ${first.length - 12} more` : '';
  return new PinwalkError('INPUT_INVALID', `${file} line 1: ${must} (got ${got.join(', ')}${more}); ${nameThem}`);
}
