/**
 * Files without a header whose lines are fields between a fixed separator: MovieLens' `::`, Last.fm's tabs, LightGCN's blanks.
 */
import { readLines } from '../readers/lines.js';
import type { TableBatch } from '../readers/table-batch.js';
import { type ExportOptions, type ExportRow, mapped } from './export-format.js';

/** How such a file is read. */
export interface LineFormat {
  readonly separator: string;
  readonly readAs: string;
  readonly toRows: (fields: readonly string[], options: ExportOptions) => readonly ExportRow[];
}

/** Streams the rows that the lines of `file` become. */
export function readFields(
  file: string,
  { separator, readAs, toRows }: LineFormat,
  options: ExportOptions,
): AsyncGenerator<TableBatch> {
  const convert = () => (row: readonly unknown[]) => toRows(row as readonly string[], options); // split below
  return mapped(lines(), convert);

  async function* lines(): AsyncGenerator<TableBatch> {
    for await (const batch of readLines(file, options)) {
      const rows: string[][] = [];
      const positions: number[] = [];
      batch.lines.forEach((line, i) => {
        if (line.trim() === '') return;
        rows.push((separator === ' ' ? line.trim() : line).split(separator));
        positions.push(batch.firstLine + i);
      });
      const { isSuspect } = batch;
      if (rows.length > 0) yield { columns: [], rows, positions, isSuspect, isHeaderless: false, readAs };
    }
  }
}
