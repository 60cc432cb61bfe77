/**
 * NumPy's array file `.npy`, format 1.0.
 *
 * Source: NumPy Enhancement Proposal 1. Differs: two dimensions, C order, little-endian (as every machine that Node runs on).
 */

/** How a value is stored: float32 or int8. */
export type NpyType = '<f4' | '|i1';

/** The bytes before the values of an array [rows, columns]: a multiple of 64. */
export function npyHeader(type: NpyType, [rows, columns]: readonly [number, number]): Uint8Array {
  const shape = `{'descr': '${type}', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const preamble = Buffer.from('\x93NUMPY\x01\x00..', 'latin1');
  const length = Math.ceil((preamble.length + shape.length + 1) / 64) * 64 - preamble.length;
  preamble.writeUInt16LE(length, 8);
  return Buffer.concat([preamble, Buffer.from(`${shape.padEnd(length - 1)}\n`)]);
}
