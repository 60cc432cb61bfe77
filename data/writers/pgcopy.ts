/**
 * Rows in PostgreSQL's binary COPY format.
 *
 * Source: PostgreSQL 16, COPY, "Binary Format"; pgvector 0.8, `vector_send`. Everything is big-endian.
 */

/** A value of a row: text, integer (int4), JSON (jsonb) or a vector of pgvector; null of any. */
export type PgValue =
  | null
  | { readonly type: 'text' | 'jsonb'; readonly value: string }
  | { readonly type: 'integer'; readonly value: number }
  | { readonly type: 'vector'; readonly value: Float32Array };

const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1'); // then flags and the length of extensions, both 0
const end = Buffer.from([0xff, 0xff]);

/** Writes rows, some hundred at a time. */
export function* pgcopyPieces(rows: Iterable<readonly PgValue[]>): Generator<Uint8Array> {
  yield signature;
  let parts: Buffer[] = [];
  let bytes = 0;
  for (const row of rows) {
    const count = Buffer.alloc(2);
    count.writeInt16BE(row.length);
    parts.push(count, ...row.flatMap(fieldOf));
    bytes += parts.at(-1)?.length ?? 0;
    if (bytes < 1 << 20) continue;
    yield Buffer.concat(parts);
    parts = [];
    bytes = 0;
  }
  yield Buffer.concat([...parts, end]);
}

function fieldOf(field: PgValue): Buffer[] {
  const value = field === null ? undefined : bytesOf(field);
  const length = Buffer.alloc(4);
  length.writeInt32BE(value?.length ?? -1);
  return value ? [length, value] : [length];
}

function bytesOf(field: NonNullable<PgValue>): Buffer {
  switch (field.type) {
    case 'text':
      return Buffer.from(field.value);
    case 'jsonb':
      return Buffer.from(`\u0001${field.value}`); // version 1
    case 'integer': {
      const bytes = Buffer.alloc(4);
      bytes.writeInt32BE(field.value);
      return bytes;
    }
    case 'vector': {
      const { value } = field;
      const bytes = Buffer.alloc(4 + 4 * value.length); // dimension, 16 bits that are 0, values
      bytes.writeInt16BE(value.length);
      Buffer.from(value.buffer, value.byteOffset, value.byteLength).copy(bytes, 4);
      bytes.subarray(4).swap32();
      return bytes;
    }
  }
}
