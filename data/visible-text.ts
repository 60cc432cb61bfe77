/**
 * Text of others for a terminal: nothing in it moves the cursor, colors, ends a line or turns the direction of reading.
 */

/** Control characters, line and paragraph ends, marks of direction, and halves of surrogate pairs. */
const hidden = /[\p{Cc}\p{Cs}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** `text` with what cannot be seen made visible: `␛` for escape, `␊` for a line feed, `\u{202e}` for the rest. */
export function visibleText(text: string): string {
  return text.replace(hidden, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : `\\u{${code.toString(16)}}`;
  });
}

/** `text`, or what fits of it in `most` characters with three dots behind; a surrogate pair is never cut in two. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const isPairCut = /[\uD800-\uDBFF]/.test(text.charAt(most - 1));
  return `${text.slice(0, isPairCut ? most - 1 : most)}...`;
}

/** Longest name that is shown, in characters: a title may be a whole text. */
const longestName = 200;

/** What an item is called: its title, or its id where that is blank; the beginning where it is long. */
export function nameOf({ id, title }: { readonly id: string; readonly title: string }): string {
  const name = title.trim() === '' ? id : title;
  if (name.length <= longestName) return visibleText(name);
  // A character takes two units at most.
  const beginning = [...name.slice(0, 2 * longestName)].slice(0, longestName - 1);
  return `${visibleText(beginning.join(''))}\u2026`;
}
