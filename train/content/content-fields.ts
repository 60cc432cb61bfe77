/**
 * Which columns of the user's own say what a pin is about, and what they say.
 *
 * Tags are taken as they stand, texts word by word, links as ids of other pins. A link is read both ways and every pin with a
 * link links to itself: so pins meet that link to each other, that link to the same, and that the same links to.
 */
import type { Collection, ItemTable } from '../../data/collection.js';
import { contentColumnNames, plainName } from '../../data/column-roles.js';
import { parseExactJson } from '../../data/readers/exact-json.js';
import { rarityOf, weigh, type TermField } from './term-index.js';
import { wordsOf, type Titles } from './title-index.js';

/** Columns of each kind: `auto` by their names, `none`, or names with commas between. */
export interface ContentColumns {
  readonly tagColumns: string;
  readonly textColumns: string;
  readonly linkColumns: string;
}

type Kind = 'tags' | 'text' | 'links';

/** What `auto` takes for each kind; case, blanks, `_` and `-` in a column's name do not count. */
export const columnNames: Readonly<Record<Kind, readonly string[]>> = contentColumnNames;

/** What a cosine counts; links less, chosen on citeulike's cold validation pins (spec/decisions.md). */
const fieldWeights: Readonly<Record<Kind, number>> = { tags: 1, text: 1, links: 0.7 };

/** Terms of a pin with their counts. */
type Terms = Map<string, number>;

/**
 * Reads the fields of pins; columns of one kind are one field.
 *
 * @returns fields that any pin has, links with ids that are no pin's too: pins may meet there
 *
 * Time and memory O(characters).
 */
export function contentFields(
  pins: Pick<ItemTable, 'ids' | 'attributes'>,
  { tagColumns = 'auto', textColumns = 'auto', linkColumns = 'auto' }: Partial<ContentColumns> = {},
): TermField[] {
  const wanted: Readonly<Record<Kind, string>> = { tags: tagColumns, text: textColumns, links: linkColumns };
  return (Object.keys(wanted) as Kind[]).flatMap((kind) => {
    const isWanted = columnTest(wanted[kind], columnNames[kind]);
    const cells = pins.attributes.map((attributes) =>
      Object.entries(attributes ?? {}).flatMap(([column, value]) => (isWanted(column) ? [exactText(value)] : [])),
    );
    if (cells.every((own) => own.length === 0)) return [];
    const terms = kind === 'links' ? linkTerms(pins.ids, cells) : termsOf(kind, cells);
    return [fieldOf(kind, terms)];
  });
}

/** A field's size in words, for the log. */
export function describeField({ name, rows, termCount }: TermField): string {
  let filled = 0;
  for (let pin = 0; pin + 1 < rows.offsets.length; pin++)
    if ((rows.offsets[pin + 1] as number) > (rows.offsets[pin] as number)) filled++;
  return `content: ${name} of ${filled} of ${rows.offsets.length - 1} pins, ${termCount} different`;
}

/**
 * The values in a cell: a JSON list, else what stands between `|` or `;`, else one value.
 *
 * Of objects in a list, as sites' APIs give tags, the value is their name; what has none and nothings are no values. Blanks
 * around a value do not count, nor do empty values. An object in the place of the list is a map (`objectValues`).
 */
export function valuesOf(cell: string): string[] {
  const values = jsonValues(cell) ?? cell.split(/[|;]/);
  return values.map((value) => value.trim()).filter((value) => value !== '');
}

function jsonValues(cell: string): string[] | undefined {
  if (!/^\s*[[{]/.test(cell)) return undefined;
  try {
    const value: unknown = parseExactJson(cell);
    if (Array.isArray(value)) return value.flatMap(textsOf);
    return typeof value === 'object' && value !== null ? objectValues(value) : undefined;
  } catch {
    return undefined; // a value that begins with a bracket
  }
}

/** Keys under which an object of a list has the text that it stands for. */
const nameKeys = ['name', 'title', 'label', 'tag', 'text', 'value', 'id'];

/** The text that an element of a list stands for; none for nothings and for objects without a name. */
function textsOf(element: unknown): string[] {
  if (typeof element === 'string' || typeof element === 'number' || typeof element === 'boolean')
    return [exactText(element)];
  if (Array.isArray(element)) return element.flatMap(textsOf);
  if (typeof element !== 'object' || element === null) return [];
  const name = nameKeys.map((key) => (element as Record<string, unknown>)[key]).find((value) => isText(value));
  return isText(name) ? [String(name)] : [];
}

/** An object in the place of a list: its name, else of `{"red": 3}` the key and of `{"color": "red"}` the text. */
function objectValues(object: object): string[] {
  const named = textsOf(object);
  if (named.length > 0) return named;
  return Object.entries(object).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === 'string') return [value];
    return value === true || (typeof value === 'number' && value !== 0) ? [key] : [];
  });
}

/** A number beyond 2^53 has lost digits: written so that it is no id of a pin. */
function exactText(value: string | number | boolean): string {
  const hasLostDigits = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return hasLostDigits ? value.toExponential() : String(value);
}

function isText(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** Tags: values in lower case, also those with a comma and a blank between; a single one word by word. */
function termsOf(kind: 'tags' | 'text', cells: readonly (readonly string[])[]): Terms[] {
  if (kind === 'text') return cells.map((own) => counted(own.flatMap(wordsOf)));
  const comma = areParted(cells.flat()) ? ',' : ', ';
  return cells.map((own) =>
    counted(
      own.flatMap((cell) => {
        const given = valuesOf(cell);
        const isOne = given.length === 1 && !/^\s*\[/.test(cell);
        const values = isOne ? cell.split(comma).map((value) => value.trim()) : given;
        return values.length > 1 ? values.map((value) => value.toLowerCase()) : wordsOf(values[0] ?? '');
      }),
    ),
  );
}

/** Whether commas without a blank behind part tags: most of what they part stands in more than one cell. */
function areParted(cells: readonly string[]): boolean {
  const parted = cells.filter((cell) => /,\S/.test(cell) && !/[|;[{]/.test(cell)).map((cell) => cell.split(','));
  const cellCounts = counted(parted.flatMap((parts) => [...new Set(parts.map((part) => part.trim()))]));
  const parts = [...cellCounts.values()];
  const total = parts.reduce((sum, count) => sum + count, 0);
  return parted.length > 1 && parts.reduce((sum, count) => sum + (count > 1 ? count : 0), 0) * 2 >= total;
}

/** Ids a pin names, ids of pins that name it, and its own; a cell with blanks or commas that is no pin's id is several. */
function linkTerms(ids: readonly string[], cells: readonly (readonly string[])[]): Terms[] {
  const pinOf = new Map(ids.map((id, pin) => [id, pin]));
  const linked = ids.map(() => new Set<string>());
  cells.forEach((own, pin) => {
    const values = own.flatMap(valuesOf);
    const [only] = values;
    const isOne = values.length !== 1 || only === undefined || pinOf.has(only);
    for (const id of isOne ? values : only.split(/[\s,]+/)) {
      const self = ids[pin] as string;
      linked[pin]?.add(id).add(self);
      const other = pinOf.get(id);
      if (other !== undefined) linked[other]?.add(self).add(id);
    }
  });
  return linked.map((terms) => counted([...terms]));
}

function counted(values: readonly string[]): Terms {
  const terms: Terms = new Map();
  for (const value of values) terms.set(value, (terms.get(value) ?? 0) + 1);
  return terms;
}

function fieldOf(kind: Kind, rows: readonly Terms[]): TermField {
  const vocabulary = new Map<string, number>();
  const numbered = rows.map((terms) => {
    const row = new Map<number, number>();
    for (const [term, count] of terms) {
      const number = vocabulary.get(term) ?? vocabulary.size;
      vocabulary.set(term, number);
      row.set(number, count);
    }
    return row;
  });
  const termCount = vocabulary.size;
  return {
    name: kind,
    weight: fieldWeights[kind],
    isWeighedByCoSaves: kind !== 'links',
    rows: weigh(numbered, rarityOf(numbered, termCount)),
    termCount,
  };
}

function columnTest(wanted: string, known: readonly string[]): (column: string) => boolean {
  if (wanted === 'none') return () => false;
  const names = wanted === 'auto' ? known : wanted.split(',').map(plainName);
  return (column) => names.includes(plainName(column));
}

/** What a ranker may know of titles and other columns. */
export function titlesOf({ pins, boards }: Collection, columns: ContentColumns): Titles {
  return { pins: pins.titles, boards: boards.titles, fields: contentFields(pins, columns) };
}
