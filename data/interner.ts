/**
 * Turns external ids into dense rows: the first id seen is row 0, the next new one row 1, and so on.
 *
 * Open addressing over one `Uint32Array`: a JavaScript Map ends at 16.7 million keys and costs more memory.
 */
import { randomInt } from 'node:crypto';

/** Ids and their rows, both ways. */
export class Interner {
  readonly #ids: string[] = [];
  /**
   * Two entries a slot: row + 1 of an id that hashes here or shortly before, 0 where it is free; and its hash, which tells nearly every
   * other id without looking at its text, and moves it when the slots grow. At most three quarters full.
   */
  #slots = new Uint32Array(2 * 1024);

  /** Number of distinct ids; the next new one gets this row. */
  get count(): number {
    return this.#ids.length;
  }

  /** Every id, by row. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  /** The row of `id`, a new one where it was not seen before. Amortized O(length of the id). */
  intern(id: string): number {
    const hash = hashText(id);
    const slot = this.#slotOf(id, hash);
    const known = this.#slots[slot] as number;
    if (known > 0) return known - 1;
    const row = this.#ids.push(copyText(id)) - 1;
    this.#slots[slot] = row + 1;
    this.#slots[slot + 1] = hash;
    if (this.#ids.length * 8 > this.#slots.length * 3) this.#grow();
    return row;
  }

  /** The row of `id`, or `undefined` where it was never interned. */
  find(id: string): number | undefined {
    const known = this.#slots[this.#slotOf(id, hashText(id))] as number;
    return known > 0 ? known - 1 : undefined;
  }

  #slotOf(id: string, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = (2 * hash) & mask; ; slot = (slot + 2) & mask) {
      const known = slots[slot] as number;
      if (known === 0 || (slots[slot + 1] === hash && this.#ids[known - 1] === id)) return slot;
    }
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Uint32Array(old.length * 2);
    const mask = slots.length - 1;
    for (let from = 0; from < old.length; from += 2) {
      if (old[from] === 0) continue;
      let slot = (2 * (old[from + 1] as number)) & mask;
      while ((slots[slot] as number) > 0) slot = (slot + 2) & mask;
      slots[slot] = old[from] as number;
      slots[slot + 1] = old[from + 1] as number;
    }
    this.#slots = slots;
  }
}

/**
 * Ranks ids by their number when every one is a non-negative integer written plainly (`0`, `17`; not `007`, `1e3`).
 *
 * @returns rank of each row, a permutation of `0 .. ids.length - 1`; `undefined` where some id is anything else
 */
export function rankByNumber(ids: readonly string[]): Uint32Array | undefined {
  const numbers = new Float64Array(ids.length);
  for (let row = 0; row < ids.length; row++) {
    const id = ids[row] as string;
    const number = Number(id);
    if (!isPlainInteger(id) || !Number.isSafeInteger(number)) return undefined;
    numbers[row] = number;
  }
  const order = new Uint32Array(ids.length).map((_, row) => row);
  order.sort((a, b) => (numbers[a] as number) - (numbers[b] as number));
  const ranks = new Uint32Array(ids.length);
  for (let rank = 0; rank < order.length; rank++) ranks[order[rank] as number] = rank;
  return ranks;
}

/** Whether `text` is a non-negative integer as `String(number)` would write it. */
export function isPlainInteger(text: string): boolean {
  return /^(?:0|[1-9][0-9]*)$/.test(text);
}

/**
 * Copies text out of the chunk it was cut from.
 *
 * V8 represents a slice of 13 characters and more as a view of its parent, so keeping one id would keep a whole chunk of the file.
 */
export function copyText(text: string): string {
  if (text.length < 13) return text;
  let all = 0;
  for (let i = 0; i < text.length; i++) all |= text.charCodeAt(i);
  // Not by way of UTF-8, which would change unpaired surrogates.
  const encoding = all < 256 ? 'latin1' : 'utf16le';
  return Buffer.from(text, encoding).toString(encoding);
}

/** Another in each process, so that nobody can write ids that all fall on one slot. No row depends on it. */
const seed = randomInt(2 ** 32);

/** FNV-1a over UTF-16 units, from a random start, with a final mix, so that the low bits depend on every unit; 32 bits from 0 up. */
function hashText(text: string): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
