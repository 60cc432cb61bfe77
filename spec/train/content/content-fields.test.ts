import t from 'tap';
import type { Attributes } from '../../../data/collection.js';
import type { CompressedRows } from '../../../graph/compressed-rows.js';
import {
  columnNames,
  contentFields,
  describeField,
  valuesOf,
  type ContentColumns,
} from '../../../train/content/content-fields.js';
import type { TermField } from '../../../train/content/term-index.js';

function fieldsOf(attributes: (Attributes | undefined)[], columns: Partial<ContentColumns> = {}): TermField[] {
  const ids = attributes.map((_, pin) => `p${pin}`);
  return contentFields({ ids, attributes }, columns);
}

function cosine({ offsets, neighbors, weights }: CompressedRows, a: number, b: number): number {
  let sum = 0;
  for (let i = offsets[a] ?? 0; i < (offsets[a + 1] ?? 0); i++)
    for (let j = offsets[b] ?? 0; j < (offsets[b + 1] ?? 0); j++)
      if (neighbors[i] === neighbors[j]) sum += (weights?.[i] ?? NaN) * (weights?.[j] ?? NaN);
  return sum;
}

t.test('a cell holds what stands between | or ;, a JSON list, or one value', (t) => {
  t.same(valuesOf('red | dark blue;green'), ['red', 'dark blue', 'green']);
  t.same(valuesOf('["a|b", 3, ""]'), ['a|b', '3']);
  t.same(valuesOf('[draft] | new'), ['[draft]', 'new'], 'a bracket begins no list by itself');
  t.same(valuesOf('one, two'), ['one, two']);
  t.same(valuesOf(' | ;'), []);
  t.same(valuesOf('[{"name":"red"},{"label":"dark blue"},null,{"n":1},[true,12345678901234567891]]'), [
    'red',
    'dark blue',
    'true',
    '12345678901234567891',
  ]);
  t.same(valuesOf('{"name":"red"}'), ['red']);
  t.same(valuesOf('{"red":3,"round":true,"blue":0,"old":false,"none":null}'), ['red', 'round'], 'a map: its keys');
  t.same(valuesOf('{"color":"red","form":"round"}'), ['red', 'round'], 'a map of texts: these');
  t.same(valuesOf('{red'), ['{red'], 'a brace begins no object by itself');
  t.end();
});

t.test('tags with a comma and a blank between are several, none is read word by word', (t) => {
  const [field] = fieldsOf([
    { tags: 'old wood, music' },
    { tags: '["old wood"]' },
    { tags: 'music' },
    { tags: '[null]' },
  ]);
  t.equal(field?.termCount, 4, 'old wood, music, and of the lists of one tag its words');
  t.ok(cosine(field?.rows as CompressedRows, 0, 2) > 0);
  t.end();
});

t.test('commas without a blank part tags where the parts stand in other cells too', (t) => {
  const [field] = fieldsOf([{ tags: 'old wood,music' }, { tags: 'music,red,old wood' }, { tags: 'red,music' }]);
  t.equal(field?.termCount, 3, 'old wood, music, red');
  const [names] = fieldsOf([{ tags: 'Doe,Jane' }, { tags: 'Roe,Max' }, { tags: 'Poe,Ann' }]);
  t.equal(names?.termCount, 6, 'one value a cell, read word by word');
  t.end();
});

t.test('columns count by their names, case, blanks, _ and - aside; others do not', (t) => {
  for (const [kind, names] of Object.entries(columnNames))
    for (const name of names) t.same(fieldsOf([{ [name]: 'x|y' }])[0]?.name, kind, name);
  t.same(fieldsOf([{ Key_Words: 'x' }])[0]?.name, 'tags');
  t.same(fieldsOf([{ link: 'https://example.org', license: 'MIT' }, undefined]), []);
  t.end();
});

t.test('columns can be named, or left out', (t) => {
  const pins = [{ mood: 'calm|slow', tags: 'x|y' }];
  t.equal(fieldsOf(pins, { tagColumns: 'none' }).length, 0);
  t.equal(fieldsOf(pins, { tagColumns: 'Mood' })[0]?.termCount, 2);
  t.equal(fieldsOf(pins, { tagColumns: 'mood,tags' })[0]?.termCount, 4, 'two columns, one field');
  t.end();
});

t.test('tags are whole values in lower case, a single one and a text are words', (t) => {
  const [whole] = fieldsOf([{ tags: 'Deep Sea|fish' }, { tags: 'deep sea|x' }, { tags: 'sea|y' }]);
  t.ok(whole && cosine(whole.rows, 0, 1) > 0 && cosine(whole.rows, 0, 2) === 0);
  const [single] = fieldsOf([{ tags: 'Deep Sea' }, { tags: 'sea, shore' }]);
  t.ok(single && cosine(single.rows, 0, 1) > 0);
  const [text] = fieldsOf([{ description: 'Deep; the sea' }, { description: 'SEA!' }, undefined]);
  t.ok(text && cosine(text.rows, 0, 1) > 0 && cosine(text.rows, 0, 2) === 0);
  t.end();
});

t.test('weights are tf-idf at unit length', (t) => {
  const [tags] = fieldsOf([{ tags: 'a|a|b' }, { tags: 'b|c' }, { tags: 'b|d' }]);
  const [a, b] = [2 * Math.log(4 / 1), Math.log(4 / 3)]; // 4 is pins + 1
  const c = Math.log(4 / 1);
  const expected = (b * b) / Math.hypot(a, b) / Math.hypot(b, c);
  t.ok(tags && Math.abs(cosine(tags.rows, 0, 1) - expected) < 1e-6);
  t.ok(tags && Math.abs(cosine(tags.rows, 0, 0) - 1) < 1e-6);
  t.end();
});

t.test('links are read both ways: pins meet where one links to the other, and where both meet a third', (t) => {
  const [links] = fieldsOf([{ cites: 'p1|p9' }, undefined, { cites: 'p9' }, undefined, { cites: 'p0, p3' }]);
  t.equal(links?.name, 'links');
  if (!links) throw new Error('links must be a field');
  t.ok(cosine(links.rows, 0, 1) > 0, 'p0 links to p1');
  t.ok(cosine(links.rows, 0, 2) > 0, 'both link to p9, which is no pin');
  t.ok(cosine(links.rows, 4, 3) > 0, 'a cell with blanks or commas is several ids');
  t.ok(cosine(links.rows, 1, 4) > 0, 'p4 links to p0, and p0 to p1');
  t.equal(cosine(links.rows, 2, 3), 0);
  t.equal(describeField(links), `content: links of 5 of 5 pins, ${links.termCount} different`);
  t.end();
});
