/**
 * Rows as Arrow IPC, the way between Spark's Python and a Node child.
 *
 * Spark takes columns by their place and as plain int32, float32, double, text and lists: nothing is widened, no dictionaries.
 */
import {
  Field,
  Float32,
  Float64,
  Int32,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  vectorFromArray,
  type Data,
  type DataType,
  type Vector,
} from 'apache-arrow';
import { type Column, type ColumnKind, type Lists, type Rows, type TableName, tables } from './table.js';

const types: Readonly<Record<ColumnKind, DataType>> = {
  int: new Int32(),
  float: new Float32(),
  double: new Float64(),
  text: new Utf8(),
  ints: new List(new Field('element', new Int32(), true)),
  floats: new List(new Field('element', new Float32(), true)),
};

/** The Arrow schema of a table. */
export function arrowSchema(table: TableName): Schema {
  const columns: [string, ColumnKind][] = Object.entries(tables[table].columns);
  return new Schema(columns.map(([name, kind]) => new Field(name, types[kind], true)));
}

/** Rows as one batch; with `metadata`, that travels beside them. */
export function toBatch(schema: Schema, rows: Rows, metadata?: Map<string, string>): RecordBatch {
  const children = schema.fields.map(({ name, type }) => toData(type as DataType, rows.columns[name] as Column));
  const data = makeData({ type: new Struct(schema.fields), length: rows.rowCount, nullCount: 0, children });
  return new RecordBatch(schema, data, metadata);
}

function toData(type: DataType, column: Column): Data {
  if (column instanceof Int32Array) return numbersOf(new Int32(), column);
  if (column instanceof Float32Array) return numbersOf(new Float32(), column);
  if (column instanceof Float64Array) return numbersOf(new Float64(), column);
  if (!('offsets' in column)) return vectorFromArray(column, new Utf8()).data[0] ?? makeData({ type: new Utf8() });
  const { offsets, values } = column;
  const child = values instanceof Int32Array ? numbersOf(new Int32(), values) : numbersOf(new Float32(), values);
  const list = type as List; // by the schema
  return makeData({ type: list, length: offsets.length - 1, nullCount: 0, valueOffsets: offsets, child });
}

function numbersOf<Type extends Int32 | Float32 | Float64>(type: Type, values: Type['TArray']): Data {
  return makeData<Int32>({ type: type as Int32, length: values.length, nullCount: 0, data: values as Int32Array });
}

/** A batch of a table's rows, in columns by place. */
export function fromBatch(columns: Readonly<Record<string, ColumnKind>>, batch: RecordBatch): Rows {
  const entries = Object.entries(columns).map(([name, kind], place) => {
    const vector = batch.getChildAt(place);
    if (!vector) throw new TypeError(`column ${place} must be ${name}: the batch has ${batch.numCols} columns`);
    return [name, fromVector(vector, kind)] as const;
  });
  return { rowCount: batch.numRows, columns: Object.fromEntries(entries) };
}

function fromVector(vector: Vector, kind: ColumnKind): Column {
  if (kind === 'text') return Array.from(vector as Vector<Utf8>, (text) => text ?? '');
  if (kind === 'double') return Float64Array.from(vector as Vector<Float64>, (value) => value ?? NaN);
  if (kind === 'ints' || kind === 'floats') return listsOf(vector);
  return vector.toArray() as Int32Array | Float32Array; // one chunk: no copy
}

function listsOf(vector: Vector): Lists {
  const data = vector.data[0] as Data<List<Int32 | Float32>> | undefined; // a batch is one chunk, of the kind of its table
  const given = (data?.valueOffsets as Int32Array | undefined) ?? new Int32Array(1);
  const first = given[0] as number;
  const offsets = first === 0 ? given.slice(0, vector.length + 1) : given.map((end) => end - first);
  const values: unknown = data?.children[0]?.values;
  return { offsets, values: (values as Lists['values']).subarray(first, given[vector.length]) };
}
