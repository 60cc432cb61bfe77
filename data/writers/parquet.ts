/**
 * Parquet in pieces, a group of rows at a time, through hyparquet-writer.
 *
 * Columns are text and whole numbers, each with its type named, then lists of floats that are all of one length. The library writes
 * the first; lists it would walk value by value (13 MB a processor second), and a Float32Array as a JSON object
 * (findings/hyparquet-writer-vectors-as-objects.sh). Their pages are written here: two runs of levels a row, then the numbers.
 *
 * Source: Apache Parquet format 2.11, data page V2, RLE/bit-packing hybrid, PLAIN.
 */
import type { ColumnMetaData, SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';

/** `text` is STRING, `integer` INT32; both may be null. */
export type ParquetType = 'text' | 'integer';

/** Lists of floats, one a row: [rows, length]. */
export interface ParquetLists {
  readonly length: number;
  readonly values: Float32Array;
}

/** A group of rows by column. */
export interface ParquetRows {
  readonly cells: Readonly<Record<string, readonly (string | number | null)[]>>;
  readonly lists: Readonly<Record<string, ParquetLists>>;
}

/** What a page of floats holds at most, unless a row is longer: the library's own measure. */
const pageFloats = 1 << 18;

/**
 * Writes a table.
 *
 * @param columns  types of `cells`
 * @param lists  names of the columns behind them
 * @param groups  rows, some thousands at a time: a group of each
 * @returns the file in pieces of one group
 *
 * Cost: two copies of the numbers, memory of one group.
 */
export function* parquetPieces(
  columns: Readonly<Record<string, ParquetType>>,
  lists: readonly string[],
  groups: Iterable<ParquetRows>,
): Generator<Uint8Array> {
  const writer = new ByteWriter();
  const schema = schemaOf(columns, lists);
  const table = new ParquetWriter({ writer, schema, codec: 'UNCOMPRESSED', createdBy: 'Pinwalk' });
  // Into memory it writes at once; its promises are of writers that wait.
  for (const { cells, lists: vectors } of groups) {
    const columnData = Object.keys(columns).map((name) => ({ name, data: [...(cells[name] ?? [])] }));
    void table.write({ columnData, rowGroupSize: columnData[0]?.data.length || 1 });
    for (const name of lists) {
      const own = vectors[name];
      if (own) writeLists(table, writer, { name, ...own });
    }
    yield taken(writer);
  }
  void table.finish();
  yield taken(writer);
}

/** Adds a column to the group of rows that was written last. */
function writeLists(table: ParquetWriter, writer: ByteWriter, lists: ParquetLists & { readonly name: string }): void {
  const { name, length, values } = lists;
  const start = writer.offset;
  const perPage = Math.max(1, Math.floor(pageFloats / length)) * length;
  for (let from = 0; from < values.length; from += perPage)
    writePage(writer, length, values.subarray(from, from + perPage));
  const bytes = BigInt(writer.offset - start);
  const column: ColumnMetaData = {
    ...{ type: 'FLOAT', path_in_schema: [name, 'list', 'element'], codec: 'UNCOMPRESSED' },
    ...{ encodings: ['RLE', 'PLAIN'], num_values: BigInt(values.length), data_page_offset: BigInt(start) },
    ...{ total_compressed_size: bytes, total_uncompressed_size: bytes },
  };
  const group = table.row_groups.at(-1);
  if (!group) return; // no rows
  group.columns.push({ file_offset: BigInt(start), meta_data: column });
  group.total_byte_size += bytes;
  group.total_compressed_size = (group.total_compressed_size ?? 0n) + bytes;
}

function writePage(writer: ByteWriter, length: number, values: Float32Array): void {
  const rows = values.length / length;
  // The first number of a row repeats nothing (0), the others repeat the list (1); all are there (1).
  const rest = length > 1 ? [...varint((length - 1) * 2), 1] : [];
  const ofRow = Uint8Array.from([...varint(2), 0, ...rest]);
  const repetition = new Uint8Array(rows * ofRow.length);
  for (let row = 0; row < rows; row++) repetition.set(ofRow, row * ofRow.length);
  const definition = Uint8Array.from([...varint(values.length * 2), 1]);
  const bytes = repetition.length + definition.length + values.byteLength;
  writePageHeader(writer, {
    ...{ type: 'DATA_PAGE_V2', uncompressed_page_size: bytes, compressed_page_size: bytes },
    data_page_header_v2: {
      ...{ num_values: values.length, num_nulls: 0, num_rows: rows, encoding: 'PLAIN', is_compressed: false },
      repetition_levels_byte_length: repetition.length,
      definition_levels_byte_length: definition.length,
    },
  });
  writer.appendBytes(repetition);
  writer.appendBytes(definition);
  writer.appendBytes(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
}

/** An unsigned whole number below 2^31, seven bits a byte, the lowest first. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

/** What the writer holds, which goes on at its offset in the file. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}

function schemaOf(columns: Readonly<Record<string, ParquetType>>, lists: readonly string[]): SchemaElement[] {
  const cells = Object.entries(columns).map(([name, type]): SchemaElement =>
    type === 'text'
      ? { name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }
      : { name, type: 'INT32', repetition_type: 'OPTIONAL' },
  );
  const floats = lists.flatMap((name): SchemaElement[] => [
    { name, converted_type: 'LIST', num_children: 1, repetition_type: 'REQUIRED' },
    { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
    { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
  ]);
  return [{ name: 'root', num_children: cells.length + lists.length }, ...cells, ...floats];
}
