/**
 * Rows of batch stages, column by column, and the tables that stages make: what the local runner, a Node child of Spark and the
 * digest hand each other. Spark and Arrow match columns by place, so the order of a table's columns is part of it.
 */

/** Lists end to end: row r owns `values[offsets[r] .. offsets[r + 1])`. */
export interface Lists {
  readonly offsets: Int32Array;
  readonly values: Int32Array | Float32Array;
}

/** One column; a missing double is NaN, nothing else is ever missing. */
export type Column = Int32Array | Float32Array | Float64Array | readonly string[] | Lists;

/** Some rows. */
export interface Rows {
  readonly rowCount: number;
  /** By name, in the order of the table's columns. */
  readonly columns: Readonly<Record<string, Column>>;
}

/** What a column holds: `ints` and `floats` are lists. */
export type ColumnKind = 'int' | 'float' | 'double' | 'text' | 'ints' | 'floats';

/** A table's columns in order, and those that its rows are sorted by (text by its UTF-8 bytes). */
export interface TableSchema {
  readonly columns: Readonly<Record<string, ColumnKind>>;
  readonly key: readonly string[];
}

const saves = { board: 'text', pin: 'text', savedAt: 'double', weight: 'float' } as const;

/**
 * Every table of a batch, in the order in which they are made. `pin` and `board` are ids in `saves` and `pruned`, dense rows in all
 * others: ids in the order of their UTF-8 bytes, numbered from 0.
 */
export const tables = {
  /** Distinct saves: the earliest time in milliseconds since 1970, the sum of the weights. */
  saves: { columns: saves, key: ['board', 'pin'] },
  /** Those whose pin and board have degrees within the bounds. */
  pruned: { columns: saves, key: ['board', 'pin'] },
  pins: { columns: { pin: 'int', id: 'text' }, key: ['pin'] },
  boards: { columns: { board: 'int', id: 'text' }, key: ['board'] },
  edges: { columns: { board: 'int', pin: 'int', weight: 'float' }, key: ['board', 'pin'] },
  /** Importance neighborhoods, best first; weights add up to 1. */
  neighborhoods: { columns: { pin: 'int', neighbors: 'ints', weights: 'floats' }, key: ['pin'] },
  /** One vector a pin, of length 1, or 0 where nothing embeds it. */
  embeddings: { columns: { pin: 'int', vector: 'floats' }, key: ['pin'] },
  /** Lists as the server answers them, best first. */
  related: { columns: { pin: 'int', pins: 'ints', scores: 'floats' }, key: ['pin'] },
} as const satisfies Record<string, TableSchema>;

/** A table's name. */
export type TableName = keyof typeof tables;

/** Dense pin rows as rows of a table of their own: what walking and ranking take in. */
export function pinRows(from: number, to: number): Rows {
  return { rowCount: to - from, columns: { pin: Int32Array.from({ length: to - from }, (_, n) => from + n) } };
}

/** A column of whole numbers. */
export function integersOf(rows: Rows, name: string): Int32Array {
  const column = rows.columns[name];
  if (column instanceof Int32Array) return column;
  throw new TypeError(`${name} must be a column of integers`); // the schema has it so: a bug
}

/** A column of text. */
export function textsOf(rows: Rows, name: string): readonly string[] {
  const column = rows.columns[name];
  if (Array.isArray(column)) return column as readonly string[]; // the one column that is an array
  throw new TypeError(`${name} must be a column of text`);
}

/** A column of numbers. */
export function floatsOf(rows: Rows, name: string): Float32Array {
  const column = rows.columns[name];
  if (column instanceof Float32Array) return column;
  throw new TypeError(`${name} must be a column of floats`);
}

/** A column of lists. */
export function listsOf(rows: Rows, name: string): Lists {
  const column = rows.columns[name];
  if (column !== undefined && 'offsets' in column) return column;
  throw new TypeError(`${name} must be a column of lists`);
}

/** Parts of a table one after the other. */
export function joinParts(parts: readonly Rows[]): Rows {
  const [first] = parts;
  if (parts.length === 1 && first) return first;
  const rowCount = parts.reduce((sum, part) => sum + part.rowCount, 0);
  const names = Object.keys(first?.columns ?? {});
  const columns = names.map((name) => [name, joinColumns(parts.map((part) => part.columns[name] as Column))] as const);
  return { rowCount, columns: Object.fromEntries(columns) };
}

function joinColumns(columns: readonly Column[]): Column {
  const [first] = columns;
  if (first === undefined || Array.isArray(first)) return (columns as string[][]).flat();
  if ('offsets' in first) {
    const lists = columns as readonly Lists[]; // of one table, so of one kind
    const offsets = new Int32Array(1 + lists.reduce((sum, list) => sum + list.offsets.length - 1, 0));
    let row = 0;
    let start = 0;
    for (const list of lists) {
      for (const end of list.offsets.subarray(1)) offsets[++row] = start + end;
      start += list.values.length;
    }
    return { offsets, values: joinNumbers<Lists['values']>(lists.map(({ values }) => values)) };
  }
  return joinNumbers(columns as readonly Float32Array[]); // or another kind of numbers, all of one
}

function joinNumbers<Numbers extends Int32Array | Float32Array | Float64Array>(parts: readonly Numbers[]): Numbers {
  const kind = (parts[0] as Numbers).constructor as new (length: number) => Numbers;
  const joined = new kind(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
