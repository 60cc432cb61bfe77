/**
 * Fields and lines of comma-separated text.
 *
 * Source: RFC 4180. Differs: lines end by LF.
 */

/** A line of fields, each quoted where a comma, a quote, a line end or a space at either end asks for it. */
export function csvLine(fields: readonly (string | number)[]): string {
  return `${fields.map(csvField).join(',')}\n`;
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\n\r]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
