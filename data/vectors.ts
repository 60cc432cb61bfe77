/**
 * Reads feature vectors that come with the data: `vectors.<block>.npy` beside the pins, or a file of the user's own.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PinVectors } from './collection.js';
import { PinwalkError } from './errors.js';
import { Interner } from './interner.js';
import { readId } from './readers/cells.js';
import { readingError } from './readers/lines.js';
import { readNpy } from './readers/npy.js';
import { readParquet } from './readers/parquet.js';
import { RejectedRow } from './readers/table-batch.js';

/** Vectors, and how many of the file belong to no pin. */
export interface LoadedVectors {
  readonly vectors: PinVectors;
  readonly unknownCount: number;
}

/**
 * Reads an array whose rows stand in the order of the file of pins.
 *
 * @param rowOfFileRow  pin row of each row of that file, -1 where it was rejected
 * @returns values [pinCount, dimension]; int8 rows are scaled to unit length, others kept as they are; a row of zeros counts as absent
 * @throws PinwalkError `INPUT_INVALID` when the rows do not match or a value is not finite; what `readNpy` throws
 */
export async function readAlignedVectors(
  file: string,
  rowOfFileRow: ArrayLike<number>,
  pinCount: number,
): Promise<PinVectors> {
  let target: { dimension: number; values: Float32Array; present: Uint8Array } | undefined;
  const header = await readNpy(file, (values, firstRow, { rowCount, dimension, type }) => {
    if (!target) {
      checkRowCount(file, rowCount, rowOfFileRow.length);
      target = { dimension, values: new Float32Array(pinCount * dimension), present: new Uint8Array(pinCount) };
    }
    for (let row = 0; row * dimension < values.length; row++) {
      const pin = rowOfFileRow[firstRow + row] as number;
      const vector = values.subarray(row * dimension, (row + 1) * dimension);
      if (pin >= 0)
        setVector(target, pin, { vector, isScaled: type === 'int8', where: `${file} row ${firstRow + row + 1}` });
    }
  });
  checkRowCount(file, header.rowCount, rowOfFileRow.length);
  return target ?? { dimension: header.dimension, values: new Float32Array(0), present: new Uint8Array(0) };
}

/**
 * Reads vectors of the user's own, matched to pins by id.
 *
 * @param file  `X.npy` with one id a line in `X.ids.txt`, or Parquet with a column `id` (or `pin`) and one column of lists
 * @param pinIds  ids by pin row
 * @throws PinwalkError `INPUT_MISSING`, `INPUT_INVALID`
 */
export async function loadVectors(file: string, pinIds: readonly string[]): Promise<LoadedVectors> {
  const rows = new Interner();
  for (const id of pinIds) rows.intern(id);
  if (file.endsWith('.parquet')) return readParquetVectors(file, rows);
  if (!file.endsWith('.npy')) {
    throw new PinwalkError(
      'INPUT_INVALID',
      `${file}: vectors must come as .npy or .parquet (got ${path.extname(file)}); convert it`,
    );
  }
  const idFile = `${file.slice(0, -'.npy'.length)}.ids.txt`;
  let text: string;
  try {
    text = await readFile(idFile, 'utf8');
  } catch (error) {
    throw readingError(idFile, error);
  }
  const ids = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (ids.at(-1) === '') ids.pop();
  const rowOfFileRow = ids.map((id) => rows.find(id.trim()) ?? -1);
  const vectors = await readAlignedVectors(file, rowOfFileRow, pinIds.length);
  return { vectors, unknownCount: rowOfFileRow.filter((row) => row < 0).length };
}

async function readParquetVectors(file: string, pins: Interner): Promise<LoadedVectors> {
  let target: { dimension: number; values: Float32Array; present: Uint8Array } | undefined;
  let unknownCount = 0;
  const layout = { columnsOf: (columns: readonly string[]) => ({ columns, isHeader: true }), wants: () => true };
  for await (const batch of readParquet(file, { layout })) {
    const idColumn = batch.columns.findIndex((name) => /^(?:id|pin|pin_?id)$/i.test(name));
    for (const [i, row] of batch.rows.entries()) {
      const where = `${file} row ${batch.positions[i]}`;
      if (row instanceof RejectedRow) throw new PinwalkError('INPUT_INVALID', `${where}: ${row.reason}; correct it`);
      const list = row.find((cell) => Array.isArray(cell) || ArrayBuffer.isView(cell)) as
        ArrayLike<unknown> | undefined;
      const id = readId(row[idColumn], 'id', false);
      if (id instanceof RejectedRow || !list) {
        const reason = id instanceof RejectedRow ? id.reason : 'must hold a list of numbers (got none)';
        throw new PinwalkError('INPUT_INVALID', `${where}: ${reason}; write the columns id and vector`);
      }
      const dimension = list.length;
      target ??= { dimension, values: new Float32Array(pins.count * dimension), present: new Uint8Array(pins.count) };
      if (dimension !== target.dimension) {
        const message = `${where}: every vector must have ${target.dimension} values as the first (got ${dimension}); correct it`;
        throw new PinwalkError('INPUT_INVALID', message);
      }
      const pin = pins.find(id);
      if (pin === undefined) unknownCount++;
      else setVector(target, pin, { vector: Float32Array.from(list, Number), isScaled: false, where });
    }
  }
  if (!target)
    throw new PinwalkError('INPUT_INVALID', `${file}: must hold at least one vector (got 0 rows); write it again`);
  return { vectors: target, unknownCount };
}

function setVector(
  { dimension, values, present }: { dimension: number; values: Float32Array; present: Uint8Array },
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
