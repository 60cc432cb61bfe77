/**
 * Moments as tables write them: ISO 8601 and its relatives, days, and numbers since 1970 whose size says their unit.
 */

/** How a time was written, for the report on a file. */
export type TimeForm =
  | 'text'
  | 'days as YYYYMMDD'
  | 'digits as YYYYMMDDhhmmss'
  | 'seconds'
  | 'milliseconds'
  | 'microseconds'
  | 'nanoseconds';

/** A moment in milliseconds since 1970, and how it was written. */
export interface Moment {
  readonly time: number;
  readonly form: TimeForm;
}

/**
 * A number since 1970, or eight, twelve or fourteen digits that are a day of 1900 to 2099 with its hour, minute and second.
 *
 * Below 1e11 it is seconds (until the year 5138), below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds: each
 * begins where the smaller unit would lie before March 1973. As seconds, eight digits of a day would lie in August 1970; as
 * milliseconds, twelve would in 1976 and fourteen in the 27th century.
 */
export function momentOfNumber(number: number): Moment {
  const size = Math.abs(number);
  if (Number.isInteger(number) && number >= 19000101 && number <= 20991231) {
    const digits = String(number);
    const time = timeOfText(`${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`);
    if (!Number.isNaN(time)) return { time, form: 'days as YYYYMMDD' };
  }
  const clock =
    Number.isInteger(number) && size >= 190001010000 && size <= 20991231235959
      ? /^((?:19|20)\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?$/.exec(String(number))
      : null;
  if (clock) {
    const [, year, month, day, hour, minute, second = '00'] = clock;
    const time = timeOfText(`${year}-${month}-${day} ${hour}:${minute}:${second}`);
    if (!Number.isNaN(time)) return { time, form: 'digits as YYYYMMDDhhmmss' };
  }
  if (size < 1e11) return { time: number * 1000, form: 'seconds' };
  if (size < 1e14) return { time: number, form: 'milliseconds' };
  if (size < 1e17) return { time: number / 1e3, form: 'microseconds' };
  return { time: number / 1e6, form: 'nanoseconds' };
}

/**
 * Text as milliseconds since 1970, UTC where no zone is given: `2024-02-29`, `2024/02/29`, `2024-02-29T12:30Z`,
 * `2024-02-29 12:30:00.123456 UTC`; NaN for anything else.
 *
 * Stricter than Date.parse, which reads a time without zone as local and turns 30 February into 1 March.
 */
export function timeOfText(text: string): number {
  const match =
    /^(\d{4})([-/])(\d\d?)\2(\d\d?)(?:[T ](\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?) ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?)?$/i.exec(
      text,
    );
  if (!match) return NaN;
  const [, year, separator, month = '', day = '', clock = '00:00', zone = 'Z'] = match;
  // Only with slashes do people leave zeros out.
  if (separator === '-' && (month.length < 2 || day.length < 2)) return NaN;
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  if (Number(day) < 1 || Number(day) > lastDay) return NaN;
  const offset = /^[a-z]/i.test(zone) ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return Date.parse(`${date}T${clock.replace(',', '.')}${offset}`);
}
