/**
 * The header of a safetensors file: names, shapes and places of tensors, then their bytes in the same order.
 *
 * Source: the format of huggingface/safetensors: uint64 length, JSON, values. Differs: float32 alone.
 */
import { PinwalkError } from '../errors.js';

/** What the format's own reader accepts as a header. */
const mostHeaderBytes = 100_000_000;

/** A tensor's size. */
export interface TensorShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * The bytes before the first tensor; a multiple of 8.
 *
 * @param tensors  float32, in the order in which their values follow
 * @param metadata  texts by name; readers give them back as they are
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for a header beyond 100 MB, which readers refuse
 */
export function safetensorsHeader(
  tensors: readonly TensorShape[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  let at = 0;
  const entries = tensors.map(({ name, shape }) => {
    const from = at;
    at += 4 * shape.reduce((product, size) => product * size, 1);
    return [name, { dtype: 'F32', shape, data_offsets: [from, at] }] as const;
  });
  const json = Buffer.from(JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }));
  const length = Math.ceil(json.length / 8) * 8;
  if (length > mostHeaderBytes) {
    const must = `ids, titles and attributes must fit ${mostHeaderBytes} bytes of a safetensors header (got ${length})`;
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `export: ${must}; take the format parquet`);
  }
  const header = Buffer.alloc(8 + length, ' ');
  header.writeBigUInt64LE(BigInt(length));
  json.copy(header, 8);
  return header;
}
