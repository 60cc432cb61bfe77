/**
 * What a person may say about tables whose names or bytes do not say it themselves; stored with a run as it was given.
 */
import { PinwalkError, shown } from './errors.js';
import { nearest } from './nearest.js';

/** Tables whose columns can be named. */
export const namedTables = {
  saves: ['board', 'pin', 'savedAt', 'weight', 'pinTitle', 'boardTitle', 'pinColumns', 'pinSeparator'],
  pins: ['id', 'title'],
  boards: ['id', 'title'],
  pictures: ['pin', 'svg'],
} as const;

/** Column of each role of a table: a name, or a number from 1 up in a file without a header. */
export type ColumnChoice = Readonly<Record<string, string>>;

/** How tables are read. */
export interface ReadingOptions {
  /** A label of the WHATWG Encoding Standard; default UTF-8. */
  readonly encoding?: string;
  /** Name of an export format (`data/formats/formats.ts`). */
  readonly format?: string;
  /** Ratings of an export that are below it are no saves; default 4 for MovieLens, none elsewhere. */
  readonly leastRating?: number;
  /** Ids such as `4.0` are read as `4`. */
  readonly integerIds?: boolean;
  readonly tables?: Readonly<Partial<Record<keyof typeof namedTables, ColumnChoice>>>;
}

/** Command-line options that name a column, each with the table and the role it stands for. */
export const columnOptions = {
  boardColumn: ['saves', 'board', "the column of a save's board, by name, or by number where there is no header"],
  pinColumn: ['saves', 'pin', "the column of a save's pin"],
  timeColumn: ['saves', 'savedAt', 'the column of times'],
  weightColumn: ['saves', 'weight', 'the column of weights'],
  titleColumn: ['saves', 'pinTitle', "the column of pins' titles, among the saves or in pins.*"],
  boardTitleColumn: ['saves', 'boardTitle', "the column of boards' titles, among the saves or in boards.*"],
  pinColumns: ['saves', 'pinColumns', 'columns of the saves that say something of the pin, commas between'],
  pinSeparator: [
    'saves',
    'pinSeparator',
    'what parts the pins of a board in one cell, or none where a cell is one pin',
  ],
} as const;

/** `boardColumn` as it stands on a command line: `--board-column`. */
export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Options as words of a command line; what only a config file can say is left out. */
export function readingFlags({ encoding, format, leastRating, integerIds, tables }: ReadingOptions): string[] {
  const columns = Object.entries(columnOptions).flatMap(([name, [table, role]]) => {
    const column = tables?.[table]?.[role];
    return column === undefined ? [] : [flagOf(name), column];
  });
  return [
    ...columns,
    ...(encoding === undefined ? [] : ['--encoding', encoding]),
    ...(format === undefined ? [] : ['--format', format]),
    ...(leastRating === undefined ? [] : ['--least-rating', String(leastRating)]),
    ...(integerIds ? ['--integer-ids'] : []),
  ];
}

/**
 * Checks what a config file says under `tables`: `{ "saves": { "board": "playlist_id" }, "pins": { "title": "name" } }`.
 *
 * @throws PinwalkError `OPTION_UNKNOWN`, `OPTION_OUT_OF_RANGE`
 */
export function checkTables(value: unknown): NonNullable<ReadingOptions['tables']> {
  for (const [table, columns] of Object.entries(asObject(value, 'tables'))) {
    if (!Object.hasOwn(namedTables, table)) refuse('tables', table, Object.keys(namedTables));
    const roles: readonly string[] = namedTables[table as keyof typeof namedTables];
    for (const [role, column] of Object.entries(asObject(columns, `tables.${table}`))) {
      if (!roles.includes(role)) refuse(`tables.${table}`, role, roles);
      if (typeof column === 'string' && column !== '') continue;
      const what = role === 'pinSeparator' ? 'text' : 'the name of a column';
      const got = column === '' ? 'empty text' : shown(column);
      const message = `config: tables.${table}.${role} must be ${what} (got ${got})`;
      throw new PinwalkError('OPTION_OUT_OF_RANGE', message);
    }
  }
  return value as NonNullable<ReadingOptions['tables']>; // checked above, key by key
}

function asObject(value: unknown, where: string): object {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `config: ${where} must be an object of names (got ${shown(value)})`);
}

function refuse(where: string, name: string, known: readonly string[]): never {
  const suggestion = nearest(name, known);
  const advice = suggestion === undefined ? `known are ${known.join(', ')}` : `did you mean ${suggestion}?`;
  throw new PinwalkError('OPTION_UNKNOWN', `config: ${where} has no ${name}; ${advice}`);
}

/** What to do with a file in none of our shapes, at the end of its message. */
export const formatAdvice = 'an export as a site or program writes it is read with --format NAME';
