/**
 * Joins drawings into pins and designers' words into boards, and drops what would hold one member only.
 */
import { boardWord, conceptOf, isBrand, isVariant, normalize, singular } from './words.js';

/** Whose drawing is the picture of a pin that several designers drew: coloured and detailed ones first. */
const pictureOrder = [
  'Emoji',
  'Phosphor',
  'Carbon Pictograms',
  'Font Awesome',
  'Material Design Icons',
  'Tabler',
  'Lucide',
  'Ionicons',
  'Carbon',
  'Octicons',
];

/** The fewest boards of a pin, and the fewest pins of a board. */
const fewest = 2;

/**
 * @param drawings  every drawing of every designer
 * @returns pins `{id, title, designer, picture}`, boards `{id, title, designer}` and saves `[board id, pin id]`, each
 *   sorted by id; and how many drawings were left out as brands and as variants
 */
export function collect(drawings) {
  const { kept, brandCount, variantCount } = withoutBrandsAndVariants(joinNames(drawings));
  const known = new Set(kept.flatMap((drawing) => drawing.words.map(normalize)));
  const pins = new Map();
  const boards = new Map();
  const saves = new Map();
  for (const drawing of kept) {
    const title = conceptOf(drawing.title);
    const id = title.replaceAll(' ', '-');
    const standing = pins.get(id);
    if (!standing || rank(drawing) < rank(standing)) {
      pins.set(id, { id, title, designer: drawing.designer, picture: drawing.picture });
    }
    for (const word of drawing.words) {
      const name = boardWord(singular(normalize(word), known));
      if (name === undefined) continue;
      const board = `${shortName(drawing.designer)}:${name.replaceAll(' ', '-')}`;
      boards.set(board, { id: board, title: `${drawing.designer}: ${name}`, designer: drawing.designer });
      saves.set(`${board}\t${id}`, [board, id]);
    }
  }
  const remaining = prune([...saves.values()]);
  const boardIds = new Set(remaining.map(([board]) => board));
  const pinIds = new Set(remaining.map(([, pin]) => pin));
  return {
    pins: [...pinIds].sort().map((id) => pins.get(id)),
    boards: [...boardIds].sort().map((id) => boards.get(id)),
    saves: remaining.sort(([b1, p1], [b2, p2]) => (b1 === b2 ? compare(p1, p2) : compare(b1, b2))),
    drawingCount: drawings.length,
    brandCount,
    variantCount,
  };
}

/** A designer's name as board ids start with it. */
export function shortName(designer) {
  return designer === 'Material Design Icons' ? 'mdi' : designer.toLowerCase().replaceAll(' ', '-');
}

/** One drawing a name and designer, with the words of all; the first one's title and picture stand. */
function joinNames(drawings) {
  const byName = new Map();
  for (const drawing of drawings) {
    const key = `${drawing.designer}\t${drawing.name}`;
    const standing = byName.get(key);
    if (standing) standing.words.push(...drawing.words);
    else byName.set(key, { ...drawing, words: [...drawing.words] });
  }
  return [...byName.values()];
}

function withoutBrandsAndVariants(drawings) {
  const titlesOf = new Map();
  for (const { designer, title } of drawings) {
    if (!titlesOf.has(designer)) titlesOf.set(designer, new Set());
    titlesOf.get(designer).add(normalize(title));
  }
  const named = drawings.filter((drawing) => !isBrand(drawing));
  const kept = named.filter((drawing) => !isVariant(drawing, titlesOf.get(drawing.designer)));
  return { kept, brandCount: drawings.length - named.length, variantCount: named.length - kept.length };
}

/** Drops saves until every pin and every board that is left has at least `fewest`. */
function prune(saves) {
  for (;;) {
    const counts = new Map();
    for (const save of saves) save.forEach((id, side) => count(counts, `${side}${id}`));
    const left = saves.filter((save) => save.every((id, side) => counts.get(`${side}${id}`) >= fewest));
    if (left.length === saves.length) return left;
    saves = left;
  }
}

function count(counts, key) {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function rank(drawing) {
  return pictureOrder.indexOf(drawing.designer);
}

function compare(a, b) {
  return a < b ? -1 : Number(a > b);
}
