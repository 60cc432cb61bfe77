/**
 * Rows of Parquet through hyparquet, one row group at a time and only the columns that are wanted, in a process with limits on
 * memory and on time without progress: files come from anywhere, and a damaged one must not take the program along.
 */
import { statSync } from 'node:fs';
import { PinwalkError } from '../errors.js';
import { shortened } from '../visible-text.js';
import { type ByteProgress, readingError } from './lines.js';
import { ParquetProcess, type ProcessLimits } from './parquet-process.js';
import type { TableBatch, TableLayout } from './table-batch.js';

/** Longest time without progress; a page takes milliseconds. */
const stallMs = 8000;

/** A process that waits for its next file. */
let idle: ParquetProcess | undefined;

/**
 * Streams the rows of a Parquet file. Memory: the wanted columns of one row group, in a process of its own.
 *
 * @throws PinwalkError `INPUT_MISSING`; `INPUT_INVALID` when it is not Parquet, is damaged, or its columns cannot be told; the
 *   message names the column and the row group where it is one's
 */
export async function* readParquet(
  file: string,
  options: { layout: TableLayout; onProgress?: ByteProgress | undefined },
): AsyncGenerator<TableBatch> {
  const { layout, onProgress } = options;
  let reader: ParquetProcess | undefined;
  try {
    reader = openProcess(limitsFor(statSync(file).size));
    const opened = await reader.ask({ kind: 'open', file });
    if (opened.kind !== 'opened') throw new Error(`its process answered ${opened.kind}`);
    const { names, unreadable, byteLength } = opened;
    const columns = layout.columnsOf([names], file).columns.filter((name) => layout.wants(name));
    const left = unreadable.length > 0 ? `, columns that cannot be read: ${unreadable.join(', ')}` : '';
    const named = { columns: names, isSuspect: true, isHeaderless: false, readAs: `Parquet${left}` };
    for (let request: 'read' | 'next' = 'read'; ; request = 'next') {
      const batch = await reader.ask(request === 'read' ? { kind: 'read', columns } : { kind: 'next' });
      if (batch.kind !== 'batch') break;
      yield {
        ...named,
        ...rowsOf(
          batch,
          columns.map((name) => names.indexOf(name)),
        ),
      };
      onProgress?.(Math.round(byteLength * batch.share), byteLength);
    }
  } catch (error) {
    const known = readingError(file, error);
    if (known instanceof PinwalkError || !(error instanceof Error)) throw known;
    const message = `${file}: must be a Parquet file that can be read (got: ${shortened(error.message, 600)}); copy it or write it again`;
    throw new PinwalkError('INPUT_INVALID', message, { cause: error });
  } finally {
    if (reader) keepOrEnd(reader);
  }
}

/** Heap that holds the columns of a row group as objects: twenty times the file, between 512 MiB and 4 GiB. */
function limitsFor(fileBytes: number): ProcessLimits {
  const needed = Math.min(4096, Math.max(512, (fileBytes / (1 << 20)) * 20));
  return { heapMb: 2 ** Math.ceil(Math.log2(needed)), stallMs };
}

function openProcess(limits: ProcessLimits): ParquetProcess {
  const waiting = idle;
  idle = undefined;
  if (waiting?.isAlive && waiting.heapMb >= limits.heapMb) return waiting;
  waiting?.end();
  return new ParquetProcess(limits);
}

/** A process that owes no answer can read another file; of two, the first is kept. */
function keepOrEnd(reader: ParquetProcess): void {
  if (!idle && reader.isAlive && !reader.isBusy) {
    reader.release();
    idle = reader;
  } else reader.end();
}

/** Rows in the order of the file's columns, those that were not asked for left empty. */
function rowsOf(
  batch: { firstRow: number; rowCount: number; columns: unknown[][] },
  places: readonly number[],
): { rows: unknown[][]; positions: number[] } {
  const rows: unknown[][] = [];
  const positions: number[] = [];
  for (let i = 0; i < batch.rowCount; i++) {
    const row: unknown[] = [];
    for (const [n, column] of batch.columns.entries()) row[places[n] as number] = column[i];
    rows.push(row);
    positions.push(batch.firstRow + i + 1);
  }
  return { rows, positions };
}
