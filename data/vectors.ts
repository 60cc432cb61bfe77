/**
 * Reads feature vectors that come with the data: `vectors.<block>.npy` beside the pins, or a file of the user's own.
 */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { PinVectors } from './collection.js';
import { plainName } from './column-roles.js';
import { PinwalkError } from './errors.js';
import { Interner } from './interner.js';
import { readId } from './readers/cells.js';
import { readingError } from './readers/lines.js';
import { readNpy } from './readers/npy.js';
import { openNpz } from './readers/npz.js';
import { readParquet } from './readers/parquet.js';
import { RejectedRow, type TableBatch } from './readers/table-batch.js';

/** Vectors, and how many of the file belong to no pin or repeat an id. */
export interface LoadedVectors {
  readonly vectors: PinVectors;
  readonly unknownCount: number;
  /** Rows whose id came before; the first counts. */
  readonly duplicateCount: number;
}

/** Vectors being filled. */
type Target = { readonly dimension: number; readonly values: Float32Array; readonly present: Uint8Array };

/**
 * Reads an array whose rows stand in the order of the file of pins.
 *
 * @param rowOfFileRow  pin row of each row of that file, -1 where it was rejected
 * @returns values [pinCount, dimension]; int8 rows are scaled to unit length, others kept as they are; a row of zeros counts as absent
 * @throws PinwalkError `INPUT_INVALID` when the rows do not match or a value is not finite; what `readNpy` throws
 */
export async function readAlignedVectors(
  file: string | { readonly file: string; readonly bytes: Uint8Array },
  rowOfFileRow: ArrayLike<number>,
  pinCount: number,
): Promise<PinVectors> {
  const name = typeof file === 'string' ? file : file.file;
  let target: Target | undefined;
  const header = await readNpy(file, (values, firstRow, { rowCount, dimension, type }) => {
    if (!target) {
      checkRowCount(name, rowCount, rowOfFileRow.length);
      target = { dimension, values: new Float32Array(pinCount * dimension), present: new Uint8Array(pinCount) };
    }
    for (let row = 0; row * dimension < values.length; row++) {
      const pin = rowOfFileRow[firstRow + row] as number;
      const vector = values.subarray(row * dimension, (row + 1) * dimension);
      if (pin >= 0)
        setVector(target, pin, { vector, isScaled: type === 'int8', where: `${name} row ${firstRow + row + 1}` });
    }
  });
  checkRowCount(name, header.rowCount, rowOfFileRow.length);
  return target ?? { dimension: header.dimension, values: new Float32Array(0), present: new Uint8Array(0) };
}

/**
 * Reads vectors of the user's own, matched to pins by id.
 *
 * @param file  `X.npy` with one id a line in `X.ids.txt` or `X.txt`; `X.npz` with arrays `ids` and `vectors`; Parquet with a column
 *   `id` (or `pin`) and one column of lists of numbers; or a folder with `pins.npy`, as an export of vectors is
 * @param pinIds  ids by pin row
 * @param column  the column of lists where a Parquet file has several
 * @throws PinwalkError `INPUT_MISSING`, `INPUT_INVALID`
 */
export async function loadVectors(file: string, pinIds: readonly string[], column?: string): Promise<LoadedVectors> {
  const rows = new Interner();
  for (const id of pinIds) rows.intern(id);
  const isFolder = await stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isFolder) return loadVectors(path.join(file, 'pins.npy'), pinIds, column);
  switch (path.extname(file).toLowerCase()) {
    case '.parquet':
      return readParquetVectors(file, rows, column);
    case '.npz': {
      const { ids, vectors } = await openNpz(file);
      return withIds(ids, rows, (rowOfFileRow) =>
        readAlignedVectors({ file, bytes: vectors }, rowOfFileRow, rows.count),
      );
    }
    case '.npy': {
      const ids = await readIds(file.slice(0, -'.npy'.length));
      return withIds(ids, rows, (rowOfFileRow) => readAlignedVectors(file, rowOfFileRow, rows.count));
    }
    default: {
      const message = `${file}: vectors must come as .npy, .npz or .parquet (got ${path.extname(file)}); convert it`;
      throw new PinwalkError('INPUT_INVALID', message);
    }
  }
}

/** Ids beside an array: `X.ids.txt`, or `X.txt` as our own export calls them. */
async function readIds(base: string): Promise<string[]> {
  const file = `${base}.ids.txt`;
  const text = await readFile(file, 'utf8').catch((error: unknown) =>
    readFile(`${base}.txt`, 'utf8').catch(() => {
      throw readingError(file, error);
    }),
  );
  const ids = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (ids.at(-1) === '') ids.pop();
  return ids;
}

/** Matches ids to pins, the first of those that stand twice, and reads the vectors. */
async function withIds(
  ids: readonly string[],
  pins: Interner,
  read: (rowOfFileRow: readonly number[]) => Promise<PinVectors>,
): Promise<LoadedVectors> {
  const seen = new IdsSeen(pins);
  const vectors = await read(ids.map((id) => seen.rowOf(id.trim())));
  return { vectors, unknownCount: seen.unknownCount, duplicateCount: seen.duplicateCount };
}

/** Rows of ids as they come, with a count of those that are no pin's and of those that came before. */
class IdsSeen {
  unknownCount = 0;
  duplicateCount = 0;
  readonly #pins: Interner;
  readonly #seen = new Set<number>();

  constructor(pins: Interner) {
    this.#pins = pins;
  }

  /** The pin's row, or -1 where the vector counts for none. */
  rowOf(id: string): number {
    const pin = this.#pins.find(id);
    if (pin === undefined) this.unknownCount++;
    else if (this.#seen.has(pin)) this.duplicateCount++;
    else {
      this.#seen.add(pin);
      return pin;
    }
    return -1;
  }
}

async function readParquetVectors(file: string, pins: Interner, column: string | undefined): Promise<LoadedVectors> {
  let target: Target | undefined;
  let places: { id: number; vector: number } | undefined;
  const seen = new IdsSeen(pins);
  const layout = {
    columnsOf: ([columns = []]: readonly (readonly string[])[]) => ({ columns, isHeader: true }),
    wants: () => true,
  };
  for await (const batch of readParquet(file, { layout })) {
    places ??= vectorColumns(file, batch, column);
    for (const [i, row] of batch.rows.entries()) {
      const where = `${file} row ${batch.positions[i]}`;
      if (row instanceof RejectedRow) throw new PinwalkError('INPUT_INVALID', `${where}: ${row.reason}; correct it`);
      const id = readId(row[places.id], 'id', { isSuspect: true });
      if (id instanceof RejectedRow) {
        throw new PinwalkError('INPUT_INVALID', `${where}: ${id.reason}; write the columns id and vector`);
      }
      const vector = numbersOf(row[places.vector], `${where}, column ${batch.columns[places.vector]}`);
      const dimension = vector.length;
      target ??= { dimension, values: new Float32Array(pins.count * dimension), present: new Uint8Array(pins.count) };
      if (dimension !== target.dimension) {
        const message = `${where}: every vector must have ${target.dimension} values as the first (got ${dimension}); correct it`;
        throw new PinwalkError('INPUT_INVALID', message);
      }
      const pin = seen.rowOf(id);
      if (pin >= 0) setVector(target, pin, { vector, isScaled: false, where });
    }
  }
  if (!target)
    throw new PinwalkError('INPUT_INVALID', `${file}: must hold at least one vector (got 0 rows); write it again`);
  return { vectors: target, unknownCount: seen.unknownCount, duplicateCount: seen.duplicateCount };
}

const vectorNames = ['vector', 'vectors', 'embedding', 'embeddings', 'features'];

/** Which columns hold the id and the vector: the one that is named, else the one of a known name, else the only list. */
function vectorColumns(
  file: string,
  { columns, rows }: TableBatch,
  chosen: string | undefined,
): { id: number; vector: number } {
  const plain = columns.map(plainName);
  const id = ['id', 'pin', 'pinid'].map((name) => plain.indexOf(name)).find((at) => at >= 0);
  const isList = (at: number): boolean =>
    rows.some((row) => !(row instanceof RejectedRow) && (Array.isArray(row[at]) || ArrayBuffer.isView(row[at])));
  const lists = [...columns.keys()].filter(isList);
  const wanted = chosen === undefined ? vectorNames : [plainName(chosen)];
  const named = lists.filter((at) => wanted.includes(plain[at] as string));
  const [vector, another] = named.length > 0 || chosen !== undefined ? named : lists;
  if (id !== undefined && vector !== undefined && another === undefined) return { id, vector };
  const got = columns.map((name, at) => (lists.includes(at) ? `${name} (lists)` : name)).join(', ');
  const must = 'must have a column id and one column of lists of numbers';
  const advice = lists.length > 1 ? 'name the one with --vector-column' : 'write the columns id and vector';
  throw new PinwalkError('INPUT_INVALID', `${file}: ${must} (got ${got}); ${advice}`);
}

/** A list of numbers, every one of them there. */
function numbersOf(cell: unknown, where: string): Float32Array {
  const list = Array.isArray(cell) || (ArrayBuffer.isView(cell) && !(cell instanceof Uint8Array)) ? cell : undefined;
  if (!list) {
    const got =
      cell instanceof Uint8Array ? `${cell.length} bytes` : cell === null || cell === undefined ? 'none' : typeof cell;
    const advice =
      cell instanceof Uint8Array ? 'unpack them first (numpy.frombuffer) and write lists' : 'write a list a row';
    throw new PinwalkError('INPUT_INVALID', `${where}: must hold a list of numbers (got ${got}); ${advice}`);
  }
  const values = list as ArrayLike<unknown>;
  return Float32Array.from(values, (value, at) => {
    if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
    const got = value === null || value === undefined ? 'none' : JSON.stringify(value);
    throw new PinwalkError(
      'INPUT_INVALID',
      `${where}: value ${at + 1} must be a number (got ${got}); correct the vectors`,
    );
  });
}

function setVector(
  { dimension, values, present }: Target,
  pin: number,
  { vector, isScaled, where }: { vector: Float32Array; isScaled: boolean; where: string },
): void {
  let squares = 0;
  for (let i = 0; i < dimension; i++) squares += (vector[i] as number) ** 2;
  if (!Number.isFinite(squares)) {
    const got = vector.find((value) => !Number.isFinite(value)) ?? 'values whose squares overflow';
    throw new PinwalkError(
      'INPUT_INVALID',
      `${where}: every value must be a finite number (got ${got}); correct the vectors`,
    );
  }
  present[pin] = squares > 0 ? 1 : 0;
  const scale = isScaled && squares > 0 ? 1 / Math.sqrt(squares) : 1;
  for (let i = 0; i < dimension; i++) values[pin * dimension + i] = (vector[i] as number) * scale;
}

function checkRowCount(file: string, rowCount: number, expected: number): void {
  if (rowCount === expected) return;
  const message = `${file}: must have one row for each row of its list of pins, ${expected} (got ${rowCount}); write it again`;
  throw new PinwalkError('INPUT_INVALID', message);
}
