/** The decimal that a 32-bit float was read from: 0.1, not 0.10000000149011612. */

/** The number with the fewest digits that rounds to the 32-bit float `value`; nine always do. */
export function shortestFloat32(value: number): number {
  if (Number.isInteger(value)) return value;
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}
