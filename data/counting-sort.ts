/** Counting sort: where each of many entries goes when they are grouped by a small whole number. */
import { sharedIntegers } from './shared-arrays.js';

/** Where groups begin, and where entries go. */
export interface Places {
  /** [groups + 1] group g is `offsets[g] .. offsets[g + 1]`; shared between threads. */
  readonly offsets: Uint32Array;
  /** [entries] the place of each; entries of one group keep their order. */
  readonly places: Uint32Array;
}

/**
 * @param keys  [entries] the group of each, below `groupCount`
 *
 * O(entries + groups); 4 bytes each.
 */
export function placesByKey(keys: Uint32Array, groupCount: number): Places {
  const offsets = sharedIntegers(groupCount + 1);
  for (let i = 0; i < keys.length; i++) (offsets[(keys[i] as number) + 1] as number)++;
  for (let g = 0; g < groupCount; g++) offsets[g + 1] = (offsets[g + 1] as number) + (offsets[g] as number);
  const next = offsets.slice(0, groupCount);
  const places = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as number;
    const place = next[key] as number;
    next[key] = place + 1;
    places[i] = place;
  }
  return { offsets, places };
}
