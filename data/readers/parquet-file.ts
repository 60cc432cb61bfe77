/**
 * Opens a Parquet file whose sizes are checked against the file before anything is allocated for them.
 *
 * hyparquet trusts what pages say of themselves: a damaged count makes it fill an array without end. So the pages of each
 * column are walked first, by their headers alone, and read only when sizes and counts add up to what the footer says.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { type AsyncBuffer, type ColumnMetaData, type FileMetaData, parquetMetadataAsync } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';

/** A file as hyparquet reads it; slices outside it are an error, the last one is kept. */
export class ParquetFile implements AsyncBuffer {
  readonly byteLength: number;
  readonly #handle: FileHandle;
  #kept: { start: number; buffer: ArrayBuffer } | undefined;

  private constructor(handle: FileHandle, byteLength: number) {
    this.#handle = handle;
    this.byteLength = byteLength;
  }

  /** @throws what the file system throws */
  static async open(file: string): Promise<ParquetFile> {
    const handle = await open(file);
    return new ParquetFile(handle, (await handle.stat()).size);
  }

  async slice(start: number, end = this.byteLength): Promise<ArrayBuffer> {
    if (!(start >= 0 && start <= end && end <= this.byteLength)) {
      throw new Error(`bytes ${start} to ${end} must lie in the file of ${this.byteLength} bytes`);
    }
    const kept = this.#kept;
    if (kept && start >= kept.start && end <= kept.start + kept.buffer.byteLength) {
      return kept.buffer.slice(start - kept.start, end - kept.start);
    }
    const buffer = new ArrayBuffer(end - start);
    for (let done = 0; done < buffer.byteLength;) {
      const { bytesRead } = await this.#handle.read(
        new Uint8Array(buffer),
        done,
        buffer.byteLength - done,
        start + done,
      );
      if (bytesRead === 0) throw new Error('the file must not shrink while it is read');
      done += bytesRead;
    }
    this.#kept = { start, buffer };
    return buffer;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/**
 * Reads the footer and checks its counts.
 *
 * @throws Error with what must hold
 */
export async function readMetadata(file: ParquetFile): Promise<FileMetaData> {
  if (file.byteLength < 12) throw new Error(`must be at least 12 bytes long (got ${file.byteLength})`);
  const metadata = await parquetMetadataAsync(file);
  let rows = 0;
  for (const [group, { num_rows, columns }] of metadata.row_groups.entries()) {
    const count = Number(num_rows);
    if (!(count >= 0 && count <= 2 ** 31))
      throw new Error(`row group ${group + 1} must have at most 2^31 rows (got ${num_rows})`);
    for (const { meta_data: column } of columns) if (column) chunkRange(column, file.byteLength);
    rows += count;
  }
  if (rows !== Number(metadata.num_rows)) {
    throw new Error(`row groups must add up to ${metadata.num_rows} rows (got ${rows})`);
  }
  return metadata;
}

/**
 * Walks the pages of one column chunk by their headers.
 *
 * @param rowCount  rows of the group; a column that is no list has as many values
 * @throws Error where a page leaves the chunk, or the pages do not hold what the footer says
 */
export async function checkPages(
  file: ParquetFile,
  column: ColumnMetaData,
  { rowCount, isFlat }: { rowCount: number; isFlat: boolean },
): Promise<void> {
  const { start, end } = chunkRange(column, file.byteLength);
  const valueCount = Number(column.num_values);
  if (valueCount < 0 || (isFlat && valueCount !== rowCount)) {
    throw new Error(`must have ${rowCount} values (got ${valueCount})`);
  }
  // A page holds encoded values; whole chunks may be larger, by as much as the footer says.
  const mostBytes = Number(column.total_uncompressed_size) + (1 << 16);
  const reader = { view: new DataView(await file.slice(start, end)), offset: 0 };
  let values = 0;
  while (reader.offset < reader.view.byteLength - 1 && values < valueCount) {
    const page = parquetHeader(reader);
    const { compressed_page_size: size, uncompressed_page_size: unpacked } = page;
    if (!(size >= 0 && size <= reader.view.byteLength - reader.offset)) {
      throw new Error(`a page must lie in its column (got ${size} bytes of ${reader.view.byteLength - reader.offset})`);
    }
    if (!(unpacked >= 0 && unpacked <= mostBytes)) {
      throw new Error(`a page must unpack to at most ${mostBytes} bytes (got ${unpacked})`);
    }
    reader.offset += size;
    const dictionary = page.dictionary_page_header?.num_values;
    if (dictionary !== undefined && !(dictionary >= 0 && dictionary <= unpacked)) {
      throw new Error(`a dictionary of ${unpacked} bytes must have at most as many values (got ${dictionary})`);
    }
    const count = (page.data_page_header ?? page.data_page_header_v2)?.num_values;
    if (count === undefined) continue;
    if (!(count >= 0 && count <= valueCount - values)) {
      throw new Error(`pages must hold ${valueCount} values together (got a page of ${count} after ${values})`);
    }
    values += count;
  }
  if (values !== valueCount) throw new Error(`pages must hold ${valueCount} values together (got ${values})`);
}

/** Where a column chunk lies. */
function chunkRange(column: ColumnMetaData, fileBytes: number): { start: number; end: number } {
  const { dictionary_page_offset: dictionary, data_page_offset: data, total_compressed_size: size } = column;
  const start = Number(dictionary !== undefined && dictionary > 0n && dictionary < data ? dictionary : data);
  const end = start + Number(size);
  if (start >= 4 && end >= start && end <= fileBytes) return { start, end };
  throw new Error(
    `column ${column.path_in_schema.join('.')} must lie in the file of ${fileBytes} bytes (got ${start} to ${end})`,
  );
}
