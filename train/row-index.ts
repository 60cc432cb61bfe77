/**
 * Turns lists of pins into a short table of distinct pins and rows of that table, in scratch that is reused.
 */
import type { CompressedRows } from '../graph/bipartite-graph.js';

const ABSENT = -1;

/** Scratch for one thread: 4 bytes a pin. */
export class RowIndex {
  readonly #rowOf: Int32Array;

  constructor(pinCount: number) {
    this.#rowOf = new Int32Array(pinCount).fill(ABSENT);
  }

  /** All pins of the lists, each once, in order of first appearance: so a list of distinct pins that comes first is a prefix. */
  distinct(lists: readonly ArrayLike<number>[]): Uint32Array {
    const found: number[] = [];
    for (const list of lists) {
      for (let i = 0; i < list.length; i++) {
        const pin = list[i] as number;
        if (this.#rowOf[pin] !== ABSENT) continue;
        this.#rowOf[pin] = found.length;
        found.push(pin);
      }
    }
    const pins = Uint32Array.from(found);
    this.#forget(pins);
    return pins;
  }

  /** The row of each pin in `table`, in which every one of them stands. */
  rowsIn(table: Uint32Array, pins: Uint32Array): Uint32Array {
    return this.with(table, (rowOf) => pins.map((pin) => rowOf[pin] as number));
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
