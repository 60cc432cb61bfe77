/**
 * Compressed rows that take and lose entries while they are read as fast as before.
 *
 * A row that grows out of its room moves to the end of the column, with a quarter of its size to spare. Beginning and end of a row stand
 * side by side (stride 2), so a walk finds both in one read and asks nothing about what changed.
 *
 * Source: de Leo and Boncz 2021 (Teseo) and Sharma et al. 2016 (GraphJet) keep deltas beside or within segments of a CSR.
 * Differs: no segments and no second place to look: a touched row is whole and sorted again. An entry costs a copy of its row.
 */
import { sharedArray, sharedFloats, sharedIntegers } from '../data/shared-arrays.js';
import { writeAliases } from './alias-table.js';
import { degree, placeOf, type CompressedRows, type RowSlices } from './compressed-rows.js';

/** How much there is room for. */
export interface LiveRoom {
  /** Rows in all, at least those there are. */
  readonly rows: number;
  /** Entries in all; whoever inserts counts them. */
  readonly entries: number;
  readonly isWeighted: boolean;
}

/** Rows over shared memory; one thread writes. */
export class LiveRows implements RowSlices {
  readonly stride = 2;
  /** [2 rows] beginning and end of each row. */
  readonly offsets: Uint32Array;
  readonly neighbors: Uint32Array;
  readonly weights?: Float32Array;
  /** The alias table of each row, where there are weights. */
  readonly aliases?: { readonly kept: Int32Array; readonly alias: Int32Array };
  /** [rows] entries that fit where the row lies. */
  readonly #room: Uint32Array;
  /** Entries of the column in use, gaps included. */
  #end = 0;

  /** @param base  copied; rows beyond its own are empty. Time and memory O(entries) */
  constructor(base: CompressedRows, { rows, entries, isWeighted }: LiveRoom) {
    // Packed, the column has room for all entries and one more copy of the largest row; memory that is never written is none.
    const length = Math.ceil(2.25 * entries) + 8;
    this.offsets = sharedIntegers(2 * rows);
    this.neighbors = sharedIntegers(length);
    this.#room = new Uint32Array(rows);
    if (isWeighted) {
      this.weights = sharedFloats(length);
      this.aliases = { kept: sharedArray(Int32Array, length), alias: sharedArray(Int32Array, length) };
    }
    this.#end = base.neighbors.length;
    this.neighbors.set(base.neighbors);
    this.weights?.set(base.weights ?? new Float32Array(base.neighbors.length).fill(1));
    for (let row = 0; row + 1 < base.offsets.length; row++) {
      const [from, to] = [base.offsets[row] as number, base.offsets[row + 1] as number];
      this.#place(row, from, to - from);
      this.#room[row] = to - from;
      this.#writeAliases(row);
    }
  }

  /**
   * Puts an entry into a row, or gives the entry that is there another weight.
   *
   * @returns whether the row has one more
   *
   * O(degree); now and then O(entries), when the column is packed.
   */
  insert(row: number, neighbor: number, weight: number): boolean {
    let place = placeOf(this, row, neighbor);
    const size = degree(this, row);
    const isThere = place < this.#endOf(row) && this.neighbors[place] === neighbor;
    if (!isThere) {
      const before = this.#startOf(row);
      if (size === this.#room[row]) this.#move(row, size);
      const start = this.#startOf(row);
      place += start - before;
      this.neighbors.copyWithin(place + 1, place, start + size);
      this.weights?.copyWithin(place + 1, place, start + size);
      this.neighbors[place] = neighbor;
      this.#place(row, start, size + 1);
    }
    if (this.weights) this.weights[place] = weight;
    this.#writeAliases(row);
    return !isThere;
  }

  /** Takes an entry out of a row. @returns whether it was there; O(degree) */
  remove(row: number, neighbor: number): boolean {
    const place = placeOf(this, row, neighbor);
    const end = this.#endOf(row);
    if (place === end || this.neighbors[place] !== neighbor) return false;
    this.#place(row, this.#startOf(row), degree(this, row) - 1);
    this.neighbors.copyWithin(place, place + 1, end);
    this.weights?.copyWithin(place, place + 1, end);
    this.#writeAliases(row);
    return true;
  }

  /** The rows as they stand, one after the other, in memory of their own. */
  compressed(): CompressedRows {
    const rows = this.#room.length;
    const offsets = sharedIntegers(rows + 1);
    for (let row = 0; row < rows; row++) offsets[row + 1] = (offsets[row] as number) + degree(this, row);
    const neighbors = sharedIntegers(offsets[rows] as number);
    const weights = this.weights && sharedFloats(neighbors.length);
    for (let row = 0; row < rows; row++) {
      neighbors.set(this.neighbors.subarray(this.#startOf(row), this.#endOf(row)), offsets[row]);
      if (weights) weights.set(this.#weightsOf(row), offsets[row]);
    }
    return { offsets, neighbors, ...(weights && { weights }) };
  }

  #weightsOf(row: number): Float32Array {
    return (this.weights as Float32Array).subarray(this.#startOf(row), this.#endOf(row)); // asked where there are some
  }

  #startOf(row: number): number {
    return this.offsets[2 * row] as number;
  }

  #endOf(row: number): number {
    return this.offsets[2 * row + 1] as number;
  }

  #place(row: number, start: number, size: number): void {
    this.offsets[2 * row] = start;
    this.offsets[2 * row + 1] = start + size;
  }

  /** Moves a row to where it has room for more. */
  #move(row: number, size: number): void {
    const room = size + Math.max(4, size >>> 2);
    if (this.#end + room > this.neighbors.length) this.#pack();
    const start = this.#startOf(row);
    this.neighbors.copyWithin(this.#end, start, start + size);
    this.weights?.copyWithin(this.#end, start, start + size);
    this.#place(row, this.#end, size);
    this.#room[row] = room;
    this.#end += room;
  }

  /** Closes the gaps that rows left behind. */
  #pack(): void {
    const { offsets, neighbors, weights } = this.compressed();
    this.neighbors.set(neighbors);
    if (weights) this.weights?.set(weights);
    this.#end = neighbors.length;
    for (let row = 0; row < this.#room.length; row++) {
      this.#room[row] = degree(this, row);
      this.#place(row, offsets[row] as number, this.#room[row] as number);
      this.#writeAliases(row);
    }
  }

  #writeAliases(row: number): void {
    if (!this.aliases) return;
    const { neighbors, weights } = this;
    writeAliases({ neighbors, weights, ...this.aliases }, this.#startOf(row), this.#endOf(row));
  }
}
