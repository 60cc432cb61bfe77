import t from 'tap';
import { PinwalkError } from '../../../data/errors.js';
import { chooseDialect, type DelimitedKind } from '../../../data/readers/dialect.js';
import type { TableLayout } from '../../../data/readers/table-batch.js';
import { savesLayout } from '../../../data/saves-layout.js';

function dialectOf(lines: readonly string[], kind: DelimitedKind = 'csv') {
  const { delimiter, skippedLines, named } = chooseDialect('x', lines, { kind, layout: savesLayout({}) });
  return { delimiter, skippedLines, isHeader: named.isHeader };
}

const repeated = (line: (i: number) => string, count = 30): string[] =>
  Array.from({ length: count }, (_, i) => line(i));

t.test('tabs are found in a .csv whose names hold commas', (t) => {
  const lines = repeated((i) => `mix, vol ${i % 3}\tArtist ${i}, The`);
  t.same(dialectOf(lines), { delimiter: '\t', skippedLines: 0, isHeader: false });
  t.end();
});

t.test('a first line sep= says the delimiter and is left out', (t) => {
  t.same(dialectOf(['sep=;', 'board;pin', 'a;b']), { delimiter: ';', skippedLines: 1, isHeader: true });
  t.same(dialectOf(['sep=|', 'a,x|b,y', 'a,x|c,y']), { delimiter: '|', skippedLines: 1, isHeader: false });
  t.end();
});

t.test('a header decides between two delimiters, also where the other stands in every line', (t) => {
  t.same(dialectOf(['board;pin', ...repeated((i) => `b, ${i};p${i}`)]).delimiter, ';');
  t.same(dialectOf(['board,pin,title', 'a,b,"x;y"', 'a,c,"x;z"']).delimiter, ',');
  t.end();
});

t.test('two readings that fit equally well are refused, with both named', (t) => {
  const lines = repeated((i) => `last, ${i};first ${i}`);
  t.throws(() => dialectOf(lines), {
    code: 'INPUT_INVALID',
    message: /must be clear \(got both commas and semicolons in every line\); add a header/,
  });
  t.equal(
    dialectOf(
      repeated((i) => `a, ${i}\tb ${i}`),
      'tsv',
    ).delimiter,
    '\t',
    'a .tsv says that it has tabs',
  );
  t.end();
});

t.test('a header under other names is refused with its names, and the options that name them', (t) => {
  const cases: string[][] = [
    ['customer_id,article_id', 'a1,b1', 'a2,b2'],
    ['user,artist', 'user_1,x', 'user_2,y', 'user_3,z'],
    ['who,what', 'user_1,x', 'user_2,y', 'user_3,z'],
    ['hash,thing', ...repeated((i) => `${(i + 100).toString(16).padStart(16, 'a')},thing ${i}`)],
  ];
  for (const lines of cases) {
    const [first = ''] = lines;
    const names = first.split(',').map((name) => JSON.stringify(name));
    const error = t.throws(() => dialectOf(lines), PinwalkError, first) as Error;
    t.match(
      error.message,
      `the header must name the columns board and pin (got ${names.join(', ')}); name them with --board-column`,
    );
  }
  t.same(dialectOf(['garden,rose', 'garden,tulip', 'house,door']).isHeader, false, 'words without a form are saves');
  t.end();
});

t.test('a first row whose names stand nowhere else, while all others recur, is a header too', (t) => {
  const rows = Array.from({ length: 30 }, (_, i) => `Anna ${'abcde'[i % 5]},Vase ${'uvwxyz'[i % 6]}`);
  t.throws(() => dialectOf(['Kunde,Artikel', ...rows]), { message: /the header must name .*got "Kunde", "Artikel"/ });
  t.equal(dialectOf(rows).isHeader, false);
  t.equal(dialectOf([...rows, 'Otto,Krug']).isHeader, false);
  t.equal(dialectOf(['Otto,Krug', ...rows, 'Eva,Vase u']).isHeader, false, 'others stand once too');
  t.end();
});

t.test('names of many characters are cut in messages', (t) => {
  t.throws(() => dialectOf([`${'x'.repeat(9000)},pin`]), { message: /^.{1,600}$/ });
  t.end();
});

t.test('a headerless file whose second column runs like boards is refused as swapped', (t) => {
  t.throws(() => dialectOf(repeated((i) => `p${i % 11},b${Math.floor(i / 6)}`)), {
    message: /which column is the board must be clear .*say --board-column 2 --pin-column 1/,
  });
  t.same(dialectOf(repeated((i) => `b${Math.floor(i / 6)},p${i % 11}`)).isHeader, false);
  t.end();
});

t.test('a line of 200,000 quotes costs no more than another of its length', (t) => {
  const line = `b1,p1${'"'.repeat(200_000)}`;
  const layout: TableLayout = { columnsOf: () => ({ columns: ['board', 'pin'], isHeader: false }), wants: () => true };
  const began = performance.now();
  t.equal(chooseDialect('x.tsv', ['b0,p0', line], { kind: 'csv', layout }).delimiter, ',');
  t.ok(performance.now() - began < 5000);
  t.end();
});
