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
const pieceBytes = 1 << 20;

/** Writes rows, some hundred at a time. */
export function* pgcopyPieces(rows: Iterable<readonly PgValue[]>): Generator<Uint8Array> {
  yield signature;
  let piece = Buffer.allocUnsafe(pieceBytes);
  let at = 0;
  for (const row of rows) {
    const bytes = row.reduce((sum, field) => sum + 4 + mostBytes(field), 2);
    if (at + bytes > piece.length) {
      yield piece.subarray(0, at);
      piece = Buffer.allocUnsafe(Math.max(pieceBytes, bytes));
      at = 0;
    }
    at = piece.writeInt16BE(row.length, at);
    for (const field of row) at = writeField(piece, at, field);
  }
  yield piece.subarray(0, at);
  yield end;
}

/** No less than the bytes of a value. */
function mostBytes(field: PgValue): number {
  if (field === null) return 0;
  if (field.type === 'integer') return 4;
  if (field.type === 'vector') return 4 + 4 * field.value.length;
  return 1 + 3 * field.value.length; // UTF-8 takes three bytes for a unit of UTF-16 at most
}

/** Writes a field behind its length in bytes, -1 for null; the place behind it. */
function writeField(piece: Buffer, at: number, field: PgValue): number {
  if (field === null) return piece.writeInt32BE(-1, at);
  const from = at + 4;
  const to = writeValue(piece, from, field);
  piece.writeInt32BE(to - from, at);
  return to;
}

function writeValue(piece: Buffer, at: number, field: NonNullable<PgValue>): number {
  switch (field.type) {
    case 'text':
      return at + piece.write(field.value, at);
    case 'jsonb':
      piece[at] = 1; // version
      return at + 1 + piece.write(field.value, at + 1);
    case 'integer':
      return piece.writeInt32BE(field.value, at);
    case 'vector': {
      const { buffer, byteOffset, byteLength, length } = field.value;
      const from = piece.writeInt16BE(0, piece.writeInt16BE(length, at)); // 16 bits that are 0
      piece.set(new Uint8Array(buffer, byteOffset, byteLength), from);
      piece.subarray(from, from + byteLength).swap32();
      return from + byteLength;
    }
  }
}
