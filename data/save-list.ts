/**
 * A list of saves that grows while a file streams by: blocks of typed arrays, repeats merged whenever it has doubled.
 *
 * So memory follows the distinct saves, not the rows of the file: 8 bytes a save; times (8) only from the block on in
 * which the first one comes, weights (4) only when the file has them.
 */
import type { Saves } from './collection.js';
import { PinwalkError } from './errors.js';
import { type MergedSaves, mergeDuplicates } from './saves.js';

const blockLength = 1 << 18;

interface Block {
  readonly boards: Uint32Array;
  readonly pins: Uint32Array;
  savedAt?: Float64Array;
  weights?: Float32Array;
}

/** How many rows of pins and boards there are so far. */
export interface RowCounts {
  readonly pinCount: number;
  readonly boardCount: number;
}

/** Saves being collected. Build with `add`, end with `finish`. */
export class SaveList {
  /** Distinct saves of earlier blocks, in the order in which each came first. */
  #merged: Saves = { boards: new Uint32Array(0), pins: new Uint32Array(0) };
  #blocks: Block[] = [];
  #last: Block | undefined;
  #used = blockLength; // entries of the last block
  #duplicateCount = 0;
  #firstDuplicates: MergedSaves['firstDuplicates'] = [];
  #overflow: MergedSaves['overflow'];
  #hasWeights = false;
  readonly #leastToMerge: number;

  readonly #mostSaves: number;

  /**
   * @param leastToMerge  saves below which `mergeIfLarge` does nothing; smaller only in specs
   * @param mostSaves  that compressed rows can count; smaller only in specs
   */
  constructor(leastToMerge = 1 << 22, mostSaves = 2 ** 32 - 1) {
    this.#leastToMerge = leastToMerge;
    this.#mostSaves = mostSaves;
  }

  /** Saves held, of repeats those not merged yet. */
  get count(): number {
    const inBlocks = this.#blocks.length === 0 ? 0 : (this.#blocks.length - 1) * blockLength + this.#used;
    return this.#merged.boards.length + inBlocks;
  }

  /** From now on weights count: those of repeats are added up. To be called before the first save that has one. */
  keepWeights(): void {
    if (this.#hasWeights) return;
    this.#hasWeights = true;
    for (const block of this.#blocks) block.weights = new Float32Array(blockLength).fill(1);
    this.#merged = { ...this.#merged, weights: new Float32Array(this.#merged.boards.length).fill(1) };
  }

  /** Adds one save; `savedAt` is NaN where it has no time; `weight` counts after `keepWeights`. */
  add(board: number, pin: number, { savedAt, weight }: { savedAt: number; weight: number }): void {
    let block = this.#last;
    if (this.#used === blockLength || !block) {
      block = { boards: new Uint32Array(blockLength), pins: new Uint32Array(blockLength) };
      if (this.#hasWeights) block.weights = new Float32Array(blockLength);
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
  }

  /** Merges repeats when there are twice as many saves as after the last time; amortized O(1) a save. */
  mergeIfLarge(counts: RowCounts): void {
    if (this.count >= Math.max(this.#leastToMerge, 2 * this.#merged.boards.length)) this.#merge(counts);
  }

  /**
   * Merges what is left, and empties the list.
   *
   * @returns distinct saves in the order in which each came first, and the repeats since the list was made;
   *   no times where no save has one, no weights where all are 1
   */
  finish(counts: RowCounts): MergedSaves {
    this.#merge(counts);
    const { weights, ...unweighted } = this.#merged;
    const saves = weights?.some((weight) => weight !== 1) ? { ...unweighted, weights } : unweighted;
    this.#merged = { boards: new Uint32Array(0), pins: new Uint32Array(0) };
    const [duplicateCount, firstDuplicates, overflow] = [this.#duplicateCount, this.#firstDuplicates, this.#overflow];
    return { saves, duplicateCount, firstDuplicates, overflow };
  }

  /** @throws PinwalkError `INPUT_INVALID` for more saves than 32 bits can count */
  #merge(counts: RowCounts): void {
    if (this.count > this.#mostSaves) {
      const message = `saves: there must be at most ${this.#mostSaves} (got ${this.count} and more); leave old ones out`;
      throw new PinwalkError('INPUT_INVALID', message);
    }
    const { saves, duplicateCount, firstDuplicates, overflow } = mergeDuplicates(this.#join(), counts);
    this.#overflow ??= overflow;
    this.#merged = saves;
    this.#duplicateCount += duplicateCount;
    if (this.#firstDuplicates.length === 0) this.#firstDuplicates = firstDuplicates;
  }

  /** Everything in one array a column; the blocks are emptied. */
  #join(): Saves {
    const count = this.count;
    const parts: Block[] = [this.#merged, ...this.#blocks];
    const ownLength = blockLength * (this.#blocks.length - 1) + this.#used;
    const boards = new Uint32Array(count);
    const pins = new Uint32Array(count);
    const savedAt = parts.some((part) => part.savedAt) ? new Float64Array(count).fill(NaN) : undefined;
    const weights = this.#hasWeights ? new Float32Array(count) : undefined;
    let start = 0;
    for (const [i, part] of parts.entries()) {
      const length = i === 0 ? part.boards.length : Math.min(blockLength, ownLength - (i - 1) * blockLength);
      boards.set(part.boards.subarray(0, length), start);
      pins.set(part.pins.subarray(0, length), start);
      if (part.savedAt) savedAt?.set(part.savedAt.subarray(0, length), start);
      if (part.weights) weights?.set(part.weights.subarray(0, length), start);
      start += length;
    }
    this.#blocks = [];
    this.#last = undefined;
    this.#used = blockLength;
    return { boards, pins, ...(savedAt && { savedAt }), ...(weights && { weights }) };
  }
}
