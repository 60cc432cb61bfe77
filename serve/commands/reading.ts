/** Options of every command that reads tables: what the files do not say themselves. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { formatNames } from '../../data/formats/formats.js';
import { columnOptions, flagOf, type ReadingOptions } from '../../data/reading-options.js';

/** What may be said of tables that do not say it themselves; a group of its own in `--help`. */
export function withReading(command: Command): Command {
  const columns = Object.entries(columnOptions).map(
    ([name, [, , description]]) =>
      new Option(`${flagOf(name)} <${{ pinColumns: 'names', pinSeparator: 'text' }[name] ?? 'name'}>`, description),
  );
  const options = [
    ...columns,
    new Option('--encoding <name>', 'what text is written in, such as latin1 or shift_jis (default: UTF-8)'),
    new Option('--format <name>', 'an export as a site or program writes it').choices(formatNames),
    new Option(
      '--least-rating <number>',
      'ratings of an export below it are no saves (default: 4 for movielens)',
    ).argParser(rating),
    new Option('--integer-ids', 'read ids such as 4.0 as 4'),
  ];
  for (const option of options) command.addOption(option.helpGroup('What tables do not say themselves:'));
  return command;
}

/** `--saves`, which may be given several times. */
export function savesOption(): Option {
  return new Option(
    '--saves <file>',
    'a file of board, pin[, savedAt, weight], a folder of its parts, or a name with *; repeatable',
  )
    .conflicts('data')
    .argParser((file: string, files: readonly string[] | undefined) => [...(files ?? []), file]);
}

/** Gathers what commander read of tables into `reading`. */
export function withReadingOf(given: Record<string, unknown>): Record<string, unknown> {
  const { encoding, format, leastRating, integerIds, ...rest } = given;
  const saves: Record<string, string> = {};
  for (const [name, [, role]] of Object.entries(columnOptions)) {
    const column = rest[name];
    if (typeof column === 'string') saves[role] = column;
    Reflect.deleteProperty(rest, name);
  }
  const reading = {
    ...(encoding !== undefined && { encoding }),
    ...(format !== undefined && { format }),
    ...(leastRating !== undefined && { leastRating }),
    ...(integerIds !== undefined && { integerIds }),
    ...(Object.keys(saves).length > 0 && { tables: { saves } }),
  } as ReadingOptions; // strings and a truth value, as declared above
  return Object.keys(reading).length > 0 ? { ...rest, reading } : rest;
}

function rating(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}
