/**
 * Whether a caller has an answer already: `If-None-Match` (RFC 9110, 13.1.2).
 */

/**
 * @param header  one tag, a list of them, or `*`; weak tags (`W/"a"`) count like strong ones, as the RFC has it for reading
 * @param tag  the answer's own, with its quotes
 *
 * Time linear in the header.
 */
export function isKnownTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false;
  if (header.trim() === '*') return true;
  return Array.from(header.matchAll(/"[^"]*"/g), ([own]) => own).includes(tag);
}
