/** Places of a list for new pins: those that nothing but their content speaks for, since nobody has saved them yet. */
import type { RankedPins } from './score-rows.js';

/**
 * Lets new pins take at least a share of the places, spread evenly: of the first n places at least `floor(n * share)` are theirs, as
 * far as there are any.
 *
 * @param list  best first, of all pins
 * @param fresh  best first, of new pins alone
 * @param share  0 to 1
 * @returns pins with their own scores, which need not fall any more; as long as `list`, or longer where new pins go on
 *
 * The first k of it do not depend on how long the lists are, if both have at least k.
 */
export function withFreshPins(list: RankedPins, fresh: RankedPins, share: number): RankedPins {
  const length = Math.max(list.pins.length, fresh.pins.length);
  const isFresh = new Set(fresh.pins);
  const taken = new Set<number>();
  const pins: number[] = [];
  const scores: number[] = [];
  let freshCount = 0;
  const take = ({ pins: own, scores: ownScores }: RankedPins, from: number): number => {
    let n = from;
    while (n < own.length && taken.has(own[n] as number)) n++;
    if (n >= own.length) return n;
    const pin = own[n] as number;
    taken.add(pin);
    if (isFresh.has(pin)) freshCount++;
    pins.push(pin);
    scores.push(ownScores[n] as number);
    return n + 1;
  };
  for (let place = 1, next = 0, nextFresh = 0; place <= length && pins.length === place - 1; place++) {
    const isDue = freshCount < Math.floor(place * share + 1e-9) && nextFresh < fresh.pins.length;
    if (isDue) nextFresh = take(fresh, nextFresh);
    if (pins.length < place) next = take(list, next);
    if (pins.length < place) nextFresh = take(fresh, nextFresh);
  }
  return { pins: Uint32Array.from(pins), scores: Float32Array.from(scores) };
}
