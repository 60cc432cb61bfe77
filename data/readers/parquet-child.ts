/**
 * The process that reads Parquet: opens a file, and hands over its columns batch by batch as it is asked.
 *
 * A process and not a thread: hyparquet fills arrays as large as a damaged page says, and an array that outgrows a thread's heap
 * ends the whole process (Node 20.20: `FATAL ERROR: invalid array length` within `Runtime_GrowArrayElements`).
 */
import type { FileMetaData } from 'hyparquet';
import { columnNames, readColumn } from './parquet-columns.js';
import { ParquetFile, readMetadata } from './parquet-file.js';
import type { ParquetAnswer, ParquetRequest } from './parquet-process.js';

const batchRows = 1 << 14;
const progressMs = 250;

let file: ParquetFile | undefined;
let metadata: FileMetaData | undefined;
let batches: AsyncGenerator<ParquetAnswer> | undefined;
let saidAt = 0;

function answer(message: ParquetAnswer): void {
  process.send?.(message);
}

/** Says that work goes on, at most every so many milliseconds. */
function tellProgress(): void {
  const now = Date.now();
  if (now - saidAt < progressMs) return;
  saidAt = now;
  answer({ kind: 'progress' });
}

async function openFile(path: string): Promise<ParquetAnswer> {
  await file?.close();
  file = undefined;
  file = await ParquetFile.open(path);
  metadata = await readMetadata(file);
  return { kind: 'opened', ...columnNames(metadata), byteLength: file.byteLength };
}

async function* batchesOf(columns: readonly string[]): AsyncGenerator<ParquetAnswer> {
  if (!file || !metadata) throw new Error('a file must be open');
  let firstRow = 0;
  const { row_groups: groups } = metadata;
  for (let group = 0; group < groups.length; group++) {
    const cells: unknown[][] = [];
    for (const name of columns) {
      try {
        cells.push(await readColumn(file, metadata, { name, group, onProgress: tellProgress }));
      } catch (error) {
        throw new Error(`column ${name}, row group ${group + 1}: ${messageOf(error)}`, { cause: error });
      }
    }
    const rowCount = Number(groups[group]?.num_rows);
    for (let start = 0; start < rowCount; start += batchRows) {
      const end = Math.min(start + batchRows, rowCount);
      const share = (group + end / rowCount) / groups.length;
      yield {
        kind: 'batch',
        firstRow,
        rowCount: end - start,
        columns: cells.map((column) => column.slice(start, end)),
        share,
      };
      firstRow += end - start;
    }
  }
  yield { kind: 'end' };
}

async function handle(request: ParquetRequest): Promise<ParquetAnswer> {
  if (request.kind === 'open') return openFile(request.file);
  if (request.kind === 'read') batches = batchesOf(request.columns);
  const next = await batches?.next();
  return next && !next.done ? next.value : { kind: 'end' };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

process.on('message', (request: ParquetRequest) => {
  saidAt = Date.now();
  handle(request).then(answer, (error: unknown) =>
    answer({ kind: 'error', message: messageOf(error), code: (error as NodeJS.ErrnoException).code }),
  );
});
process.on('disconnect', () => process.exit());
