/**
 * Parses JSON without rounding: an integer beyond 2^53 becomes text, digit for digit, as if it had stood in quotes.
 */

/** Text in quotes, or a number of 16 digits and more; text is matched so that digits within it are passed over. */
const token = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Deepest nesting; what is deeper can be parsed, but not be walked by a function that calls itself. */
const mostDepth = 500;

/** @throws SyntaxError where `text` is no JSON, or nested deeper than anything that a table or a graph holds */
export function parseExactJson(text: string): unknown {
  if (isTooDeep(text)) throw new SyntaxError(`nested deeper than ${mostDepth} levels`);
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const exact = text.replace(token, (found) =>
    found.startsWith('"') || !/^-?[1-9]\d*$/.test(found) || Number.isSafeInteger(Number(found)) ? found : `"${found}"`,
  );
  return JSON.parse(exact);
}

/** Counts openings first, which is quick and enough for nearly every text. */
function isTooDeep(text: string): boolean {
  if (text.length < 2 * mostDepth || openings(text, '[') + openings(text, '{') <= mostDepth) return false;
  let depth = 0;
  let deepest = 0;
  for (const [mark] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (mark === '[' || mark === '{') deepest = Math.max(deepest, ++depth);
    else if (mark === ']' || mark === '}') depth--;
  }
  return deepest > mostDepth;
}

function openings(text: string, mark: string): number {
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) count++;
  return count;
}
