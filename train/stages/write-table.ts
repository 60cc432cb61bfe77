/**
 * Writes a part of a table as Parquet, with columns as Spark writes them: a missing double is null, lists are Parquet lists.
 */
import type { SchemaElement } from 'hyparquet';
import { parquetWriteFile } from 'hyparquet-writer';
import { fillWhole } from '../../data/whole-file.js';
import { type Column, type ColumnKind, type Rows, type TableName, tables } from './table.js';

/**
 * Writes one file, whole or not at all.
 *
 * @param file  folders on the way are made
 * @throws PinwalkError `STORAGE_FAILED`
 *
 * Memory about 50 bytes a number beside the rows, as lists become arrays for the writer.
 */
export function writeTable(file: string, table: TableName, { columns }: Rows): void {
  const kinds: [string, ColumnKind][] = Object.entries(tables[table].columns);
  const schema: SchemaElement[] = [{ name: 'table', num_children: kinds.length }];
  for (const [name, kind] of kinds) schema.push(...elementsOf(name, kind));
  const columnData = kinds.map(([name]) => ({ name, data: cellsOf(columns[name] as Column) }));
  fillWhole(file, (filename) => parquetWriteFile({ filename, columnData, schema }));
}

function elementsOf(name: string, kind: ColumnKind): SchemaElement[] {
  const repetition_type = 'OPTIONAL'; // Spark's own columns may all be null
  switch (kind) {
    case 'int':
      return [{ name, type: 'INT32', repetition_type }];
    case 'float':
      return [{ name, type: 'FLOAT', repetition_type }];
    case 'double':
      return [{ name, type: 'DOUBLE', repetition_type }];
    case 'text':
      return [{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type }];
    case 'ints':
    case 'floats':
      return [
        { name, repetition_type, num_children: 1, converted_type: 'LIST' },
        { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
        { name: 'element', type: kind === 'ints' ? 'INT32' : 'FLOAT', repetition_type },
      ];
  }
}

function cellsOf(column: Column): unknown[] {
  if (column instanceof Float64Array) return Array.from(column, (value) => (Number.isNaN(value) ? null : value));
  if (!('offsets' in column)) return Array.from<unknown>(column);
  const { offsets, values } = column;
  return Array.from(offsets.subarray(1), (end, row) => Array.from(values.subarray(offsets[row], end)));
}
