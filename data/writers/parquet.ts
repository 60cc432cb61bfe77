/**
 * Parquet in pieces, a group of rows at a time, through hyparquet-writer.
 *
 * Columns are text, whole numbers and lists of floats, each with its type named: left to itself the library writes a Float32Array as
 * a JSON object (findings/hyparquet-writer-vectors-as-objects.sh).
 */
import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';

/** `text` is STRING, `integer` INT32; `floats` is a list of FLOAT. Text and integers may be null. */
export type ParquetType = 'text' | 'integer' | 'floats';

/** Columns of a table by name. */
export type ParquetColumns = Readonly<Record<string, ParquetType>>;

/** A group of rows by column; `floats` as plain lists. */
export type ParquetRows = Readonly<Record<string, readonly (string | number | null | readonly number[])[]>>;

/**
 * Writes a table.
 *
 * @param groups  rows, some thousands at a time: a group of each
 * @returns the file in pieces of one group
 *
 * Cost: 13 MB of floats a processor second, since the library walks lists value by value; memory of one group.
 */
export function* parquetPieces(columns: ParquetColumns, groups: Iterable<ParquetRows>): Generator<Uint8Array> {
  const writer = new ByteWriter();
  const table = new ParquetWriter({ writer, schema: schemaOf(columns), codec: 'UNCOMPRESSED', createdBy: 'Pinwalk' });
  const names = Object.keys(columns);
  // Into memory it writes at once; its promises are of writers that wait.
  for (const group of groups) {
    const columnData = names.map((name) => ({
      name,
      data: [...(group[name] ?? [])],
      ...(columns[name] === 'floats' && { encoding: 'PLAIN' as const, statistics: false, offsetIndex: false }),
    }));
    void table.write({ columnData, rowGroupSize: columnData[0]?.data.length || 1 });
    yield taken(writer);
  }
  void table.finish();
  yield taken(writer);
}

/** What the writer holds, which goes on at its offset in the file. */
function taken(writer: ByteWriter): Uint8Array {
  const bytes = writer.getBytes().slice();
  writer.index = 0;
  return bytes;
}

function schemaOf(columns: ParquetColumns): SchemaElement[] {
  const elements = Object.entries(columns).map(([name, type]): SchemaElement[] => {
    if (type === 'text') return [{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }];
    if (type === 'integer') return [{ name, type: 'INT32', repetition_type: 'OPTIONAL' }];
    return [
      { name, converted_type: 'LIST', num_children: 1, repetition_type: 'REQUIRED' },
      { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
      { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
    ];
  });
  return [{ name: 'root', num_children: elements.length }, ...elements.flat()];
}
