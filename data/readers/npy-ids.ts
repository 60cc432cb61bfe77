/**
 * Reads a one-dimensional NumPy array of ids: whole numbers or text.
 *
 * Source: NumPy Enhancement Proposal 1; text is UTF-32 (`<U`) or bytes (`|S`), padded with zeros.
 */
import { PinwalkError, shown } from '../errors.js';

/**
 * @param bytes  a `.npy` file
 * @throws PinwalkError `INPUT_INVALID` for another kind of array
 */
export function readNpyIds(file: string, bytes: Uint8Array): string[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLong = (view[6] ?? 0) >= 2;
  const start = (isLong ? 12 : 10) + (view.length < 12 ? 0 : isLong ? view.readUInt32LE(8) : view.readUInt16LE(8));
  const header = view.toString('latin1', 0, Math.min(start, 1 << 16));
  const descr = /'descr':\s*'([^']+)'/.exec(header)?.[1] ?? '';
  const count = Number(/'shape':\s*\((\d+),?\)/.exec(header)?.[1] ?? NaN);
  const [, kind = '', size = ''] = /^[<|](i|u|U|S)(\d+)$/.exec(descr) ?? [];
  const width = kind === 'U' ? Number(size) * 4 : Number(size);
  const isKnown = kind === 'U' || kind === 'S' || (kind !== '' && width <= 8);
  if (!isKnown || Number.isNaN(count) || start + count * width !== view.length) {
    const message = `${file}: ids must be one row of whole numbers or text (got ${shown(descr) || 'no array'})`;
    throw new PinwalkError('INPUT_INVALID', `${message}; convert with numpy.array(ids, dtype=str)`);
  }
  return Array.from({ length: count }, (_, i) => {
    const id = idAt(view.subarray(start + i * width, start + (i + 1) * width), kind);
    if (id !== undefined) return id;
    throw new PinwalkError(
      'INPUT_INVALID',
      `${file} row ${i + 1}: an id must be Unicode text (got other bytes); write it again`,
    );
  });
}

function idAt(cell: Buffer, kind: string): string | undefined {
  if (kind === 'S') return cell.toString('utf8').replace(/\0+$/, '');
  if (kind === 'U') {
    const points = Array.from({ length: cell.length / 4 }, (_, i) => cell.readUInt32LE(i * 4));
    if (points.some((point) => point > 0x10ffff)) return undefined;
    return String.fromCodePoint(...points.filter((point) => point > 0));
  }
  const bits = cell.length * 8;
  let value = 0n;
  for (let i = cell.length - 1; i >= 0; i--) value = value * 256n + BigInt(cell[i] as number);
  return String(kind === 'i' ? BigInt.asIntN(bits, value) : value);
}
