import t, { type Test } from 'tap';
import { loadCollection } from '../../data/load.js';
import type { ReadingOptions } from '../../data/reading-options.js';
import { formatReport } from '../../data/validation-report.js';

async function load(t: Test, files: Record<string, string>, reading: ReadingOptions = {}) {
  const { collection, report } = await loadCollection({ folder: t.testdir(files) }, { reading });
  const { pins, boards, saves } = collection;
  const pairs = Array.from(saves.boards, (board, i) => `${boards.ids[board]}>${pins.ids[saves.pins[i] ?? -1]}`);
  return { collection, pairs, text: formatReport(report), report };
}

t.test('columns are named by a person, by name or by number, and what became what is said', async (t) => {
  const header = { 'saves.csv': 'when,item_id,User ID\n2024/01/05,4,a\n1700000000,5,a\n' };
  const saves = { board: 'user id', pin: 'itemId', savedAt: 'when' };
  const named = await load(t, header, { tables: { saves } });
  t.same(named.pairs, ['a>4', 'a>5']);
  t.same([...(named.collection.saves.savedAt ?? [])], [Date.UTC(2024, 0, 5), 1.7e12]);
  t.match(named.text, 'board from "User ID", pin from "item_id", savedAt from "when"; times in text and seconds');
  const byNumber = await load(
    t,
    { 'saves.csv': '7,x,1\n8,x,2\n' },
    { tables: { saves: { board: '2', pin: '1', weight: '3' } } },
  );
  t.same(byNumber.pairs, ['x>7', 'x>8']);
  t.match(
    byNumber.text,
    'commas between columns, no header; board from column 2, pin from column 1, weight from column 3',
  );
  await t.rejects(load(t, header, { tables: { saves: { ...saves, pin: 'track' } } }), {
    message: /must have the columns "[^"]*" and "track" that were named \(got "when", "item_id", "User ID"\)/,
  });
});

t.test('titles, tags and pictures may stand beside the saves', async (t) => {
  const { collection, text } = await load(t, {
    'saves.csv':
      'board,pin,title,board title,tags,image,note\nb,p,,Board,,,x\nb,q,Queue,Board,"red, round",,\nc,p,Pea,,green,p.svg,\n',
    'p.svg': '<svg/>',
  });
  t.same(collection.pins.titles, ['Pea', 'Queue'], 'the first that is not blank');
  t.same(collection.boards.titles, ['Board', '']);
  t.same(collection.pins.attributes, [{ tags: 'green', image: 'p.svg' }, { tags: 'red, round' }]);
  t.equal(collection.pins.pictures?.filter(Boolean).length, 1);
  t.match(text, 'columns not read: note');
});

t.test('a name is a title where there is no title, and titles of blanks are none', async (t) => {
  const { collection } = await load(t, {
    'saves.csv': 'board,pin\n0,p\n',
    'boards.csv': 'pid,name\n0,Guitar board\n',
    'pins.csv': 'name,title,id\nx,"  ",p\n',
  });
  t.same(collection.boards.titles, ['Guitar board']);
  t.same(collection.pins.titles, ['']);
});

t.test('a list of pins a row is unfolded, from JSON and from a cell of CSV', async (t) => {
  const json = await load(t, {
    'saves.jsonl': '{"board":"b","pin":["p",12,1234567890123456789]}\n{"board":"c","pin":[]}\n',
  });
  t.same(json.pairs, ['b>p', 'b>12', 'b>1234567890123456789']);
  t.match(json.text, 'lists of pins, a row for each pin');
  const csv = await load(t, { 'saves.csv': 'board,pin\nb,"[""p"",""q""]"\nc,[draft]\n' });
  t.same(csv.pairs, ['b>p', 'b>q', 'c>[draft]']);
});

t.test('keys of JSON that are no board and pin are refused with their names', async (t) => {
  await t.rejects(load(t, { 'saves.jsonl': '{"user":"a","item":"b"}\n' }), {
    message:
      /must name the columns board and pin|the header must name the columns board and pin \(got "user", "item"\)/,
  });
});

t.test('ids beyond 2^53 in JSON keep their digits, half surrogates are refused', async (t) => {
  const { pairs, report } = await load(t, {
    'saves.jsonl':
      '{"board":1,"pin":1234567890123456001}\n{"board":1,"pin":1234567890123456000}\n{"board":1,"pin":"x\\ud83d"}\n',
  });
  t.same(pairs, ['1>1234567890123456001', '1>1234567890123456000']);
  t.match(report.files[0]?.firstMalformed[0]?.reason, /Unicode text without halves/);
});

t.test('attributes of JSON keep long whole numbers as text', async (t) => {
  const { collection } = await load(t, {
    'saves.csv': 'board,pin\nb,p\n',
    'pins.jsonl':
      '{"id":"p","related":[1234567890123456001],"note":"9007199254740993 \\"12345678901234567\\"","n":9007199254740993}\n',
  });
  t.same(collection.pins.attributes[0], {
    related: '["1234567890123456001"]',
    note: '9007199254740993 "12345678901234567"',
    n: '9007199254740993',
  });
});

t.test('text that is not UTF-8 is counted and read under the encoding that is named', async (t) => {
  const folder = t.testdir({ 'saves.csv': 'board,pin\nb,p\n', 'pins.csv': '' });
  const { writeFileSync } = await import('node:fs');
  writeFileSync(`${folder}/pins.csv`, Buffer.from('id,title\np,Caf\xe9\n', 'latin1'));
  const wrong = await loadCollection({ folder });
  t.match(formatReport(wrong.report), /1 text not UTF-8[^]*not UTF-8: "p": "Caf\uFFFD"/);
  await t.rejects(loadCollection({ folder }, { strict: true }), { code: 'INPUT_REJECTED' });
  const right = await loadCollection({ folder }, { reading: { encoding: 'latin1' } });
  t.same(right.collection.pins.titles, ['Café']);
  await t.rejects(loadCollection({ folder }, { reading: { encoding: 'latin-one' } }), { code: 'OPTION_OUT_OF_RANGE' });
});

t.test('ids that were written as decimals are named as a likely cause, and one option joins them', async (t) => {
  const files = { 'saves.csv': 'board,pin\n1.0,4.0\n', 'pins.csv': 'id,title\n4,Four\n' };
  t.match((await load(t, files)).text, '1 of the unknown pins are known without ".0" (4.0)');
  const { pairs, report } = await load(t, files, { integerIds: true });
  t.same(pairs, ['1>4']);
  t.equal(report.files[1]?.unknownPinCount, 0);
});

t.test('a blank before a quoted field is no part of it', async (t) => {
  t.same((await load(t, { 'saves.csv': 'board, pin\nb1, "p4, ""x"""\nb1, p5\n' })).pairs, ['b1>p4, "x"', 'b1>p5']);
});
