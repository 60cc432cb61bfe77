import path from 'node:path';
import t from 'tap';
import { loadCollection } from '../../data/load.js';
import { listOf, pinSeparatorOf } from '../../data/pin-lists.js';

/** One row a board, as many as there are cells. */
function boardsOf(cells: readonly string[]): [string, string][] {
  return cells.map((cell, i) => [`b${i}`, cell]);
}

t.test('cells of one row a board are lists where they hold ids in different numbers', (t) => {
  for (const [separator, cells] of [
    [',', ['p1,p2', 'p3', 'p4, p5,p6']],
    ['|', ['p1|p2', 'p3', 'p4|p5|p6']],
    [';', ['p1;p2', 'p3', 'p4;p5;p6;']],
    [' ', ['12 13', '14', '15 16 17']],
    [',', ['Red Oak, Ash', 'Ash, Red Oak, Elm', 'Elm, Ash', 'Red Oak, Elm, Ash']],
  ] as const) {
    t.same(pinSeparatorOf(boardsOf(cells)), { separator, isSure: true }, cells.join(' / '));
  }
  t.end();
});

t.test('cells that may be one pin or several are not sure, names and addresses are one', (t) => {
  t.match(pinSeparatorOf(boardsOf(['Paris, FR', 'Rome, IT', 'Oslo, NO'])), { isSure: false }, 'as many in each');
  const paths = Array.from({ length: 20 }, (_, i): [string, string] => {
    return [
      `b${i % 3}`,
      ['Home', `Room${i % 4}`, `Shelf${i % 5}`, 'Jar'].slice(0, 2 + (i % 3)).join('|') + `|${i % 7}`,
    ];
  });
  t.match(pinSeparatorOf(paths), { isSure: false }, 'boards that stand several times, parts that recur');
  for (const cells of [
    ['The Beatles', 'The Who', 'Queen', 'Guns N Roses'],
    ['Earth, Wind & Fire', 'Air', 'Moby', 'Muse'],
    ['https://x.test/a,b', 'https://x.test/c', 'https://x.test/d'],
    ['p1,p2', 'p3'],
  ]) {
    t.equal(pinSeparatorOf(boardsOf(cells)), undefined, cells.join(' / '));
  }
  const saves = ['Crosby, Stills', 'Simon, Garfunkel', 'Hall, Oates'].flatMap((pin) => boardsOf([pin, pin, pin]));
  t.equal(pinSeparatorOf(saves), undefined, 'pins with commas on several boards');
  t.end();
});

t.test('a cell is parted where a separator is known; parts that are blank are none', (t) => {
  t.same(listOf('p1,p2,', ','), ['p1', 'p2']);
  t.same(listOf('["a,b"]', ','), ['a,b']);
  t.equal(listOf('p1', ','), undefined);
  t.equal(listOf('p1,p2'), undefined);
  t.same(listOf(',', ','), ['']);
  t.end();
});

t.test('a file of lists in cells is read, and said; --pin-separator says otherwise, or what is not sure', async (t) => {
  const folder = t.testdir({
    'lists.csv': 'board,pin\nb1,"p1,p2"\nb2,p3\nb3,"p1, p2, p3"\n',
    'cities.csv': 'board,pin\nb1,"Paris, FR"\nb2,"Rome, IT"\nb3,"Oslo, NO"\n',
  });
  const load = (name: string, pinSeparator?: string) =>
    loadCollection(
      { savesFile: path.join(folder, name) },
      { reading: pinSeparator === undefined ? {} : { tables: { saves: { pinSeparator } } } },
    );
  const { collection, report } = await load('lists.csv');
  t.same(collection.pins.ids, ['p1', 'p2', 'p3']);
  t.equal(collection.saves.boards.length, 6);
  t.match(report.files[0]?.readAs, [/commas/, /board from/, /cells of several pins, parted by ","/]);
  t.same((await load('lists.csv', 'none')).collection.pins.ids, ['p1,p2', 'p3', 'p1, p2, p3']);
  await t.rejects(load('cities.csv'), {
    code: 'INPUT_INVALID',
    message: /must be clear \(got "," in most, as in "Paris, FR"\); say --pin-separator "," .* or --pin-separator none/,
  });
  t.equal((await load('cities.csv', 'none')).collection.pins.ids.length, 3);
  t.same((await load('cities.csv', ',')).collection.pins.ids, ['Paris', 'FR', 'Rome', 'IT', 'Oslo', 'NO']);
});
