/**
 * Text as the index of titles holds it: scripts that write no blanks between words are cut into their letters.
 *
 * FTS5's unicode61 takes a run of such letters for one word, so that only its beginning could be found. Cut into letters, a
 * phrase of them is found wherever it stands. Marks stay with their letter (the index keeps them, see `schema.ts`).
 */

/** A letter of Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese or Tibetan with its marks. */
const letter =
  /(?=\p{L})[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}\p{scx=Tibt}]\p{M}*/gu;

/** What is indexed of an item: its title, or its id where it has none. */
export function indexedText(title: string, id: string): string {
  return cutLetters(title.trim() === '' ? id : title);
}

/** `text` with a blank after and before every letter of such a script. */
export function cutLetters(text: string): string {
  return text.replace(letter, ' $& ');
}
