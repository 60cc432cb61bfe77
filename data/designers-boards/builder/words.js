/**
 * Words of titles, tags and categories: one spelling for each, and the rules by which words, brands and variants drop out.
 */

/** Lower case; hyphens and underscores as spaces; nothing but letters, digits and `+ # & .` kept. */
export function normalize(text) {
  return text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[_-]+/g, ' ')
    .replace(/[^\p{L}\p{N}+#&. ]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** A word as it may name a board, or undefined: longer than one sign or a letter, at most 40 signs, no word of style. */
export function boardWord(word) {
  if (!/\p{L}/u.test(word) && !/\p{N}.*\p{N}/u.test(word)) return undefined;
  return word.length <= 40 && !styleWords.has(word) ? word : undefined;
}

/** They say how something is drawn, or nothing; a board of them would collect at random. */
const styleWords = new Set(
  'icon,icons,symbol,off,disabled,inactive,unavailable,none,other,others,misc,new,outline,outlined,sharp,filled,fill,solid,glyph,duotone,variant,brand,brands,logo,logos,brand logo,brand & logo,system,organization,enterprise,object,component'.split(
    ',',
  ),
);

/** Takes the plural off, where the singular stands among `known` too: `arrows` and `arrow` are one board. */
export function singular(word, known) {
  if (/[^s]s$/.test(word) && known.has(word.slice(0, -1))) return word.slice(0, -1);
  if (word.endsWith('ies') && known.has(`${word.slice(0, -3)}y`)) return `${word.slice(0, -3)}y`;
  return word;
}

/** What a drawing shows, by its title: `camera 2` and `camera alt` are drawings of the camera. */
export function conceptOf(title) {
  return normalize(title).replace(/ (alt|1|2|3)$/, '');
}

/** Strips the style off an icon's name: `heart-outline` is the heart. */
export function withoutStyle(name) {
  return name.replace(/-(outline|outlined|filled|fill|sharp|solid|variant|box-outline)$/, '');
}

const brandWords = new Set(['brand', 'brands', 'logo', 'brand & logo']);

/** Whether a drawing is a trademark: no concept, and not ours to ship. */
export function isBrand(drawing) {
  if (/^(brand|logo)-|-logo$/.test(drawing.name) || /\b(ibm|watsonx?)\b/.test(normalize(drawing.title))) return true;
  return drawing.picture.includes('/brands/') || drawing.words.some((word) => brandWords.has(normalize(word)));
}

/** Whether a drawing only repeats another of its designer: struck through, or an emoji as man and as woman. */
export function isVariant(drawing, titles) {
  const title = normalize(drawing.title);
  const struck = /^(.+) (off|slash)$/.exec(title);
  if (struck && titles.has(struck[1])) return true;
  const gendered = drawing.designer === 'Emoji' && /^(?:man|woman) ?(.+)$/.exec(title);
  return Boolean(gendered) && (titles.has(`person ${gendered[1]}`) || titles.has(gendered[1]));
}
