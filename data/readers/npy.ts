/**
 * Reads a two-dimensional NumPy array (`.npy`, format 1 to 3) row by row as float32.
 *
 * Source: NumPy Enhancement Proposal 1. Differs: little-endian float16, float32, float64 and int8 in C order only.
 */
import { open } from 'node:fs/promises';
import { PinwalkError, shown } from '../errors.js';
import { readingError } from './lines.js';

/** What the file says of its array. */
export interface NpyHeader {
  readonly rowCount: number;
  readonly dimension: number;
  readonly type: 'float16' | 'float32' | 'float64' | 'int8';
  /** Offset of the first value. */
  readonly dataOffset: number;
}

const types = { '<f2': 'float16', '<f4': 'float32', '<f8': 'float64', '|i1': 'int8', '<i1': 'int8' } as const;
const typeBytes = { float16: 2, float32: 4, float64: 8, int8: 1 };
const chunkBytes = 1 << 22;

/** Bytes of an array, on disk or in memory. */
interface ByteSource {
  readonly size: number;
  read(target: Uint8Array, offset: number, length: number, position: number): Promise<number>;
  close(): Promise<void>;
}

async function openSource(file: string | { readonly bytes: Uint8Array }): Promise<ByteSource> {
  if (typeof file !== 'string') {
    const { bytes } = file;
    const read: ByteSource['read'] = (target, offset, length, position) => {
      const part = bytes.subarray(position, position + length);
      target.set(part, offset);
      return Promise.resolve(part.length);
    };
    return { size: bytes.length, read, close: () => Promise.resolve() };
  }
  const handle = await open(file);
  return {
    size: (await handle.stat()).size,
    read: async (...where) => (await handle.read(...where)).bytesRead,
    close: () => handle.close(),
  };
}

/**
 * Reads an array in chunks of whole rows.
 *
 * @param file  a path, or the bytes of a file and the name that messages give it
 * @param onRows  gets values [rows, dimension] and the number of the first row; the array is reused for the next chunk
 * @throws PinwalkError `INPUT_MISSING`; `INPUT_INVALID` when it is no such array or shorter than it says
 */
export async function readNpy(
  from: string | { readonly file: string; readonly bytes: Uint8Array },
  onRows: (values: Float32Array, firstRow: number, header: NpyHeader) => void,
): Promise<NpyHeader> {
  const file = typeof from === 'string' ? from : from.file;
  let handle: ByteSource | undefined;
  try {
    handle = await openSource(from);
    const header = await readHeader(file, handle);
    const rowBytes = header.dimension * typeBytes[header.type];
    const rowsAtOnce = Math.max(1, Math.floor(chunkBytes / rowBytes));
    const bytes = new ArrayBuffer(Math.min(rowsAtOnce, header.rowCount) * rowBytes);
    for (let firstRow = 0; firstRow < header.rowCount; firstRow += rowsAtOnce) {
      const length = Math.min(rowsAtOnce, header.rowCount - firstRow) * rowBytes;
      await readFully(handle, new Uint8Array(bytes, 0, length), header.dataOffset + firstRow * rowBytes);
      onRows(toFloat32(bytes, length, header.type), firstRow, header);
    }
    return header;
  } catch (error) {
    throw readingError(file, error);
  } finally {
    await handle?.close();
  }
}

async function readHeader(file: string, handle: ByteSource): Promise<NpyHeader> {
  const invalid = (condition: string, got: string, advice: string): PinwalkError =>
    new PinwalkError('INPUT_INVALID', `${file}: ${condition} (got ${shown(got)}); ${advice}`);
  const start = Buffer.alloc(12);
  await handle.read(start, 0, 12, 0);
  if (start.toString('latin1', 0, 6) !== '\x93NUMPY') {
    throw invalid('must be a NumPy array file', `bytes ${start.toString('hex', 0, 6)}`, 'write it with numpy.save');
  }
  const isLong = (start[6] as number) >= 2;
  const length = isLong ? start.readUInt32LE(8) : start.readUInt16LE(8);
  const dataOffset = (isLong ? 12 : 10) + length;
  if (length > 1 << 16)
    throw invalid('its header must be shorter than 64 KiB', `${length} bytes`, 'write it with numpy.save');
  const header = Buffer.alloc(length);
  await handle.read(header, 0, length, isLong ? 12 : 10);
  const text = header.toString('latin1');
  const descr = /'descr':\s*'([^']+)'/.exec(text)?.[1] ?? text.trim();
  const shape = /'shape':\s*\((\d+),\s*(\d+)\)/.exec(text);
  const type = Object.hasOwn(types, descr) ? types[descr as keyof typeof types] : undefined;
  if (!type) throw invalid('values must be float16, float32, float64 or int8', descr, 'convert with astype("float32")');
  if (/'fortran_order':\s*True/.test(text)) {
    throw invalid('values must lie row by row', 'fortran_order', 'convert with numpy.ascontiguousarray');
  }
  const rowCount = Number(shape?.[1]);
  const dimension = Number(shape?.[2]);
  if (!shape || dimension === 0) {
    const got = /'shape':\s*(\([^)]*\))/.exec(text)?.[1] ?? 'no shape';
    throw invalid('must have two dimensions, rows and at least one column', got, 'reshape it');
  }
  const { size } = handle;
  const needed = dataOffset + rowCount * dimension * typeBytes[type];
  if (size !== needed) throw invalid(`must be ${needed} bytes long for its shape`, `${size} bytes`, 'write it again');
  return { rowCount, dimension, type, dataOffset };
}

async function readFully(handle: ByteSource, target: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < target.length;) {
    const bytesRead = await handle.read(target, done, target.length - done, position + done);
    if (bytesRead === 0)
      throw new PinwalkError('INPUT_INVALID', 'readNpy: the file must not shrink while it is read; try again');
    done += bytesRead;
  }
}

function toFloat32(bytes: ArrayBuffer, length: number, type: NpyHeader['type']): Float32Array {
  if (type === 'float32') return new Float32Array(bytes, 0, length / 4);
  if (type === 'float16') return Float32Array.from(new Uint16Array(bytes, 0, length / 2), floatOfHalf);
  if (type === 'float64') return Float32Array.from(new Float64Array(bytes, 0, length / 8));
  return Float32Array.from(new Int8Array(bytes, 0, length));
}

/** An IEEE 754 half, five bits of exponent and ten of fraction. */
function floatOfHalf(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  if (exponent === 31) return fraction > 0 ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? 2 ** -14 * fraction : 2 ** (exponent - 15) * (1 + fraction));
}
