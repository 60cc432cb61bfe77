/**
 * Parses JSON without rounding: an integer beyond 2^53 becomes text, digit for digit, as if it had stood in quotes.
 */

/** Text in quotes, or a number of 16 digits and more; text is matched so that digits within it are passed over. */
const token = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** @throws SyntaxError where `text` is no JSON */
export function parseExactJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const exact = text.replace(token, (found) =>
    found.startsWith('"') || !/^-?[1-9]\d*$/.test(found) || Number.isSafeInteger(Number(found)) ? found : `"${found}"`,
  );
  return JSON.parse(exact);
}
