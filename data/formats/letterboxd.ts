/**
 * A list of Letterboxd: a few lines about the list, an empty one, and a row a film. One file is one board.
 *
 * Source: letterboxd.com, "Export list": `Letterboxd list export v7`, then Date,Name,Tags,URL,Description of the list, then
 * Position,Name,Year,URL,Description of its films.
 */
import { CsvError, parse } from 'csv-parse/sync';
import { PinwalkError, shown } from '../errors.js';
import { shortened } from '../visible-text.js';
import { readLines } from '../readers/lines.js';
import type { TableBatch } from '../readers/table-batch.js';
import type { ExportFormat, ExportOptions } from './export-format.js';

export const letterboxd: ExportFormat = { saves: { names: /\.csv$/i, read: readList } };

async function* readList(file: string, options: ExportOptions): AsyncGenerator<TableBatch> {
  const lines: string[] = [];
  for await (const batch of readLines(file, options)) lines.push(...batch.lines);
  const films = lines.findIndex((line) => /^Position,Name,Year,URL/.test(line));
  if (!/^Letterboxd list export/.test(lines[0] ?? '') || films < 0) {
    const message = `${file} line 1: --format letterboxd needs a list export (got ${shown(JSON.stringify(lines[0] ?? ''))})`;
    throw new PinwalkError('INPUT_INVALID', `${message}; export the list itself, not the account`);
  }
  const [list] = records(file, lines, [1, films]);
  const rows = records(file, lines, [films, lines.length]).map(
    ({ Name = '', Year = '', URL = '', Description = '' }) => [
      list?.['URL'] || list?.['Name'] || file,
      list?.['Name'] ?? '',
      URL || Name,
      Year === '' ? Name : `${Name} (${Year})`,
      list?.['Date'] ?? '',
      Description,
    ],
  );
  const columns = ['board', 'boardTitle', 'pin', 'pinTitle', 'savedAt', 'description'];
  const positions = rows.map((_, row) => films + 2 + row);
  yield { columns, rows, positions, isSuspect: true, isHeaderless: false, readAs: 'a list of Letterboxd' };
}

function records(
  file: string,
  lines: readonly string[],
  [from, to]: readonly [number, number],
): Record<string, string>[] {
  try {
    return parse(lines.slice(from, to).join('\n'), { columns: true, skip_empty_lines: true, relax_column_count: true });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = from + Number(error['lines'] ?? 1);
    const message = `${file} line ${line}: must be fields between commas, quotes around whole fields (got: ${shortened(error.message, 300)})`;
    throw new PinwalkError('INPUT_INVALID', `${message}; export the list again`, { cause: error });
  }
}
