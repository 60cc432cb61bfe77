/**
 * Decimals of Parquet as they are stored, a whole number and how many of its digits stand behind the point, without rounding.
 */

/**
 * A number where it is exact to the last digit, else a bigint, or text where there are digits behind the point.
 *
 * @param cell  the whole number: a number, a bigint, or bytes in two's complement, the highest first; anything else is left as it is
 * @param scale  digits behind the point, from 0 up
 */
export function decimalOf(cell: unknown, scale: number): unknown {
  const whole = wholeOf(cell);
  if (whole === undefined) return cell;
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, '0');
  const [before, behind] = [digits.slice(0, digits.length - scale), digits.slice(digits.length - scale)];
  const fraction = scale > 0 ? behind.replace(/0+$/, '') : '';
  const sign = whole < 0n ? '-' : '';
  if (fraction === '') {
    const value = BigInt(`${sign}${before}`);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  const text = `${sign}${before}.${fraction}`;
  // 15 digits come back from a double as they were.
  return before.length + fraction.length <= 15 ? Number(text) : text;
}

function wholeOf(cell: unknown): bigint | undefined {
  if (typeof cell === 'bigint') return cell;
  if (typeof cell === 'number') return Number.isSafeInteger(cell) ? BigInt(cell) : undefined;
  if (!(cell instanceof Uint8Array) || cell.length === 0) return undefined;
  return BigInt.asIntN(cell.length * 8, BigInt(`0x${Buffer.from(cell).toString('hex')}`));
}
