/** Numbers as people read them. */

const format = new Intl.NumberFormat('en');

/** `1,234`. */
export const number = (value: number): string => format.format(value);

/** `1 save`, `1,234 saves`. */
export const counted = (count: number, noun: string): string => `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
