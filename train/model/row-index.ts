/**
 * Turns lists of pins into a short table of distinct pins and rows of that table, in scratch that is reused.
 */
import type { CompressedRows } from '../../graph/compressed-rows.js';

const ABSENT = -1;

/** Scratch for one thread: 4 bytes a pin. */
export class RowIndex {
  readonly #rowOf: Int32Array;

  constructor(pinCount: number) {
    this.#rowOf = new Int32Array(pinCount).fill(ABSENT);
  }

  /** All pins of the lists, each once, in order of first appearance: so a list of distinct pins that comes first is a prefix. */
  distinct(lists: readonly ArrayLike<number>[]): Uint32Array {
    const most = lists.reduce((sum, list) => sum + list.length, 0);
    const found = new Uint32Array(Math.min(most, this.#rowOf.length));
    let count = 0;
    for (const list of lists) {
      for (let i = 0; i < list.length; i++) {
        const pin = list[i] as number;
        if (this.#rowOf[pin] !== ABSENT) continue;
        this.#rowOf[pin] = count;
        found[count++] = pin;
      }
    }
    const pins = found.slice(0, count);
    this.#forget(pins);
    return pins;
  }

  /** The row of each pin in `table`, in which every one of them stands. */
  rowsIn(table: Uint32Array, pins: Uint32Array): Uint32Array {
    return this.with(table, (rowOf) => {
      const rows = new Uint32Array(pins.length);
      for (let i = 0; i < pins.length; i++) rows[i] = rowOf[pins[i] as number] as number;
      return rows;
    });
  }

  /** Lists of pins as compressed rows over the rows of `table`, which holds them all. */
  compress(table: Uint32Array, lists: readonly (readonly number[])[]): CompressedRows {
    const offsets = new Uint32Array(lists.length + 1);
    lists.forEach((list, n) => (offsets[n + 1] = (offsets[n] as number) + list.length));
    return { offsets, neighbors: this.rowsIn(table, Uint32Array.from(lists.flat())) };
  }

  /** Lends the map from pin to row of `table`; pins not in it have -1. */
  with<Result>(table: Uint32Array, use: (rowOf: Int32Array) => Result): Result {
    for (let n = 0; n < table.length; n++) this.#rowOf[table[n] as number] = n;
    try {
      return use(this.#rowOf);
    } finally {
      this.#forget(table);
    }
  }

  #forget(pins: Uint32Array): void {
    for (let n = 0; n < pins.length; n++) this.#rowOf[pins[n] as number] = ABSENT;
  }
}
