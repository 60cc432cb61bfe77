/**
 * Draws from rows of weights in constant time.
 *
 * Source: Walker 1977; Vose 1991, the linear-time construction. Differs: chances are kept as 32-bit thresholds, so a draw's chance is
 * off by up to 2^-32.
 */
import { sharedIntegers } from '../data/shared-arrays.js';
import type { CompressedRows } from './compressed-rows.js';

/**
 * Builds the table of every row.
 *
 * @param rows  with weights, each above 0 and finite
 * @returns parallel to `neighbors`, on shared memory: draw entry i of a row evenly, keep its neighbor if 32 random bits lie below
 *   `kept[i]` as an unsigned number, else take the neighbor `alias[i]`
 *
 * Time O(entries), memory 8 bytes an entry and 12 an entry of the largest row.
 */
export function aliasTable({ offsets, neighbors, weights }: CompressedRows): { kept: Int32Array; alias: Int32Array } {
  const kept = sharedIntegers(neighbors.length);
  const alias = sharedIntegers(neighbors.length);
  const table = { kept: new Int32Array(kept.buffer), alias: new Int32Array(alias.buffer) };
  for (let row = 0; row + 1 < offsets.length; row++) {
    writeAliases({ neighbors, weights, ...table }, offsets[row] as number, offsets[row + 1] as number);
  }
  return table;
}

/** Columns of entries, and of the table over them. */
interface AliasedEntries {
  readonly neighbors: Uint32Array;
  readonly weights?: Float32Array | undefined;
  readonly kept: Int32Array;
  readonly alias: Int32Array;
}

/** Writes the table of one row, the entries `from` to `to`; O(entries). */
export function writeAliases({ neighbors, weights, kept, alias }: AliasedEntries, from: number, to: number): void {
  const small: number[] = [];
  const large: number[] = [];
  let sum = 0;
  for (let i = from; i < to; i++) sum += weights ? (weights[i] as number) : 1;
  const shares = new Float64Array(to - from); // of an even draw: 1 on average
  for (let i = from; i < to; i++) {
    const share = ((weights ? (weights[i] as number) : 1) * (to - from)) / sum;
    shares[i - from] = share;
    (share < 1 ? small : large).push(i);
  }
  while (small.length > 0 && large.length > 0) {
    const less = small.pop() as number;
    const more = large[large.length - 1] as number;
    const share = shares[less - from] as number;
    kept[less] = threshold(share);
    alias[less] = neighbors[more] as number;
    shares[more - from] = (shares[more - from] as number) - (1 - share);
    if ((shares[more - from] as number) < 1) small.push(large.pop() as number);
  }
  // What rounding leaves over has a share of 1.
  for (const i of [...small, ...large]) {
    kept[i] = threshold(1);
    alias[i] = neighbors[i] as number;
  }
}

function threshold(share: number): number {
  return Math.min(2 ** 32 - 1, Math.round(share * 2 ** 32));
}
