/**
 * SHA-256 over a table's rows in key order: equal wherever and in however many parts the rows were made.
 *
 * A row is its columns in order, little-endian: integers and floats 4 bytes, doubles 8, text and lists their length in 4 bytes before
 * them. A NaN is always the same one.
 */
import { newHash } from '../../data/hash.js';
import type { Column, Lists, Rows } from './table.js';

/** Rows are gathered up to here before they are hashed; a row's numbers and lengths need far less than the slack. */
const flushBytes = 1 << 20;
const slackBytes = 1 << 16;

/** What a manifest says of a table. */
export interface TableDigest {
  readonly rows: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** A digest that rows are added to, in key order. */
export class RowDigest {
  readonly #hash = newHash();
  readonly #bytes = Buffer.alloc(flushBytes + slackBytes);
  #used = 0;
  #rows = 0;

  /** Adds the next rows. */
  add({ rowCount, columns }: Rows): void {
    const all = Object.values(columns);
    for (let row = 0; row < rowCount; row++) {
      for (const column of all) this.#addCell(column, row);
      if (this.#used >= flushBytes) this.#flush();
    }
    this.#rows += rowCount;
  }

  finish(): TableDigest {
    this.#flush();
    return { rows: this.#rows, sha256: this.#hash.digest('hex') };
  }

  #addCell(column: Column, row: number): void {
    if (column instanceof Int32Array) this.#used = this.#bytes.writeInt32LE(column[row] as number, this.#used);
    else if (column instanceof Float32Array) this.#used = this.#bytes.writeFloatLE(column[row] as number, this.#used);
    else if (column instanceof Float64Array) this.#used = this.#bytes.writeDoubleLE(column[row] as number, this.#used);
    else if ('offsets' in column) this.#addList(column, row);
    else this.#addLong(Buffer.from(column[row] as string));
  }

  #addList({ offsets, values }: Lists, row: number): void {
    const own = values.subarray(offsets[row], offsets[row + 1]);
    this.#addLong(Buffer.from(own.buffer, own.byteOffset, own.byteLength), own.length);
  }

  #addLong(bytes: Buffer, length = bytes.length): void {
    this.#used = this.#bytes.writeUInt32LE(length, this.#used);
    if (this.#used + bytes.length > flushBytes) this.#flush();
    if (bytes.length > flushBytes) this.#hash.update(bytes);
    else this.#used += bytes.copy(this.#bytes, this.#used);
  }

  #flush(): void {
    this.#hash.update(this.#bytes.subarray(0, this.#used));
    this.#used = 0;
  }
}

/** The digest of rows that are all there, in key order. */
export function digestOf(rows: Rows): TableDigest {
  const digest = new RowDigest();
  digest.add(rows);
  return digest.finish();
}
