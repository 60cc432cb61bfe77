/**
 * A list of saves that grows while a file streams by: fixed blocks of typed arrays, joined once at the end.
 *
 * 8 bytes a save; times (8) and weights (4) only from the block on in which the first one comes.
 */
import type { Saves } from './collection.js';

const blockLength = 1 << 18;

interface Block {
  readonly boards: Uint32Array;
  readonly pins: Uint32Array;
  savedAt?: Float64Array;
  weights?: Float32Array;
}

/** Saves being collected. Build with `add`, end with `finish`. */
export class SaveList {
  #blocks: Block[] = [];
  #last: Block | undefined;
  #used = blockLength; // entries of the last block

  /** Saves added so far, repeats included. */
  get count(): number {
    return this.#blocks.length === 0 ? 0 : (this.#blocks.length - 1) * blockLength + this.#used;
  }

  /** Adds one save; `savedAt` is NaN where it has no time, `weight` 1 where it has none. */
  add(board: number, pin: number, { savedAt, weight }: { savedAt: number; weight: number }): void {
    let block = this.#last;
    if (this.#used === blockLength || !block) {
      block = { boards: new Uint32Array(blockLength), pins: new Uint32Array(blockLength) };
      this.#blocks.push(block);
      this.#last = block;
      this.#used = 0;
    }
    const at = this.#used++;
    block.boards[at] = board;
    block.pins[at] = pin;
    if (block.savedAt) block.savedAt[at] = savedAt;
    else if (!Number.isNaN(savedAt)) {
      block.savedAt = new Float64Array(blockLength).fill(NaN);
      block.savedAt[at] = savedAt;
    }
    if (block.weights) block.weights[at] = weight;
    else if (weight !== 1) {
      block.weights = new Float32Array(blockLength).fill(1);
      block.weights[at] = weight;
    }
  }

  /**
   * Joins the blocks and empties the list.
   *
   * @param rows.boards  new row of each board row, e.g. its rank; absent keeps the rows
   * @param rows.pins  the same for pins
   */
  finish(rows: { boards?: Uint32Array; pins?: Uint32Array } = {}): Saves {
    const count = this.count;
    const boards = new Uint32Array(count);
    const pins = new Uint32Array(count);
    const savedAt = this.#blocks.some((b) => b.savedAt) ? new Float64Array(count).fill(NaN) : undefined;
    const weights = this.#blocks.some((b) => b.weights) ? new Float32Array(count).fill(1) : undefined;
    const blocks = this.#blocks.reverse();
    this.#blocks = [];
    this.#last = undefined;
    this.#used = blockLength;
    // Popped one by one, so that a block's memory can go before the next is copied.
    for (let start = 0, block = blocks.pop(); block; start += blockLength, block = blocks.pop()) {
      const length = Math.min(blockLength, count - start);
      boards.set(block.boards.subarray(0, length), start);
      pins.set(block.pins.subarray(0, length), start);
      if (block.savedAt) savedAt?.set(block.savedAt.subarray(0, length), start);
      if (block.weights) weights?.set(block.weights.subarray(0, length), start);
    }
    renumber(boards, rows.boards);
    renumber(pins, rows.pins);
    return { boards, pins, ...(savedAt && { savedAt }), ...(weights && { weights }) };
  }
}

function renumber(rows: Uint32Array, newRows: Uint32Array | undefined): void {
  if (!newRows) return;
  for (let i = 0; i < rows.length; i++) rows[i] = newRows[rows[i] as number] as number;
}
