import { pathToFileURL } from 'node:url';
import t from 'tap';
import { fromRoot } from '../../tools/paths.js';

interface Drawing {
  readonly designer: string;
  readonly name: string;
  readonly title: string;
  readonly words: readonly string[];
  readonly picture: string;
}

interface Item {
  readonly id: string;
  readonly title: string;
  readonly designer: string;
}

const builder = (module: string): string => pathToFileURL(fromRoot(`data/designers-boards/builder/${module}`)).href;

// Plain JavaScript, run by hand and never shipped in dist; the shapes are stated here.
const words = (await import(builder('words.js'))) as {
  normalize: (text: string) => string;
  boardWord: (word: string) => string | undefined;
  singular: (word: string, known: ReadonlySet<string>) => string;
  conceptOf: (title: string) => string;
  isBrand: (drawing: Drawing) => boolean;
  isVariant: (drawing: Drawing, titles: ReadonlySet<string>) => boolean;
};
const { collect } = (await import(builder('boards.js'))) as {
  collect: (drawings: readonly Drawing[]) => {
    pins: (Item & { picture: string })[];
    boards: Item[];
    saves: [string, string][];
    brandCount: number;
    variantCount: number;
  };
};

function draw(designer: string, title: string, words: readonly string[]): Drawing {
  return { designer, name: title.replaceAll(' ', '-'), title, words, picture: `${designer}/${title}.svg` };
}

t.test('one spelling a word', (t) => {
  t.equal(words.normalize('  Food_&-Drink (New!) '), 'food & drink new');
  t.equal(words.normalize('Cafe\u0301'), 'café');
  t.equal(words.singular('arrows', new Set(['arrow'])), 'arrow');
  t.equal(words.singular('batteries', new Set(['battery'])), 'battery');
  t.equal(words.singular('glass', new Set(['glas'])), 'glass', 'a double s is no plural');
  t.equal(words.singular('maths', new Set()), 'maths', 'nobody says math');
  t.equal(words.conceptOf('Camera 2'), 'camera');
  t.equal(words.conceptOf('camera alt'), 'camera');
  t.equal(words.conceptOf('Apollo 11'), 'apollo 11');
  t.equal(words.boardWord('outline'), undefined);
  t.equal(words.boardWord('7'), undefined);
  t.equal(words.boardWord('...'), undefined);
  t.equal(words.boardWord('24'), '24');
  t.end();
});

t.test('brands and reference kernels are told by name, words and folder', (t) => {
  t.ok(words.isBrand(draw('Tabler', 'brand github', ['code'])));
  t.ok(words.isBrand(draw('Carbon', 'IBM Cloud', ['cloud'])));
  t.ok(words.isBrand(draw('Phosphor', 'apple', ['Brands'])));
  t.notOk(words.isBrand(draw('Tabler', 'umbrella', ['rain'])));
  t.ok(words.isVariant(draw('Tabler', 'camera off', []), new Set(['camera', 'camera off'])));
  t.notOk(words.isVariant(draw('Tabler', 'day off', []), new Set(['day off'])), 'nothing is struck out');
  t.ok(words.isVariant(draw('Emoji', 'woman: running', []), new Set(['person running'])));
  t.notOk(words.isVariant(draw('Tabler', 'woman running', []), new Set(['person running'])));
  t.end();
});

t.test('collect joins equal concepts of several designers and drops what holds one', (t) => {
  const result = collect([
    draw('Tabler', 'umbrella', ['Rain', 'weather', 'lonely', 'outline']),
    draw('Tabler', 'cloud', ['rain', 'weather']),
    draw('Phosphor', 'umbrella', ['rains']),
    draw('Phosphor', 'cloud', ['rain']),
    draw('Phosphor', 'guitar', ['rain']), // on one board only
    draw('Phosphor', 'umbrella off', ['rain', 'weather']),
    draw('Tabler', 'brand rain', ['rain', 'weather']),
  ]);
  t.same(
    result.pins.map(({ id, designer }) => [id, designer]),
    [
      ['cloud', 'Phosphor'],
      ['umbrella', 'Phosphor'],
    ],
  );
  t.same(
    result.boards.map(({ id, title }) => [id, title]),
    [
      ['phosphor:rain', 'Phosphor: rain'],
      ['tabler:rain', 'Tabler: rain'],
      ['tabler:weather', 'Tabler: weather'],
    ],
  );
  t.same(result.saves, [
    ['phosphor:rain', 'cloud'],
    ['phosphor:rain', 'umbrella'],
    ['tabler:rain', 'cloud'],
    ['tabler:rain', 'umbrella'],
    ['tabler:weather', 'cloud'],
    ['tabler:weather', 'umbrella'],
  ]);
  t.same([result.brandCount, result.variantCount], [1, 1]);
  t.end();
});
