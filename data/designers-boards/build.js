/**
 * Builds the designers' boards, the data set Pinwalk ships: a pin is a pictured concept (umbrella, guitar, rocket), a board
 * is one icon designer's own tag or category ("Tabler: rain"), a save says that the designer filed the concept there.
 *
 *   node data/designers-boards/build.js [--packages FOLDER] [--out FOLDER]
 *
 * Installs the packages of builder/packages.js at their exact versions into a temporary folder (0.6 GB; or takes FOLDER,
 * where an earlier build left them) and writes pins, boards, saves and pictures. Same packages, same rows: the build draws
 * nothing at random. The feature vectors are written afterwards by train/features/write-vectors.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { collect } from './builder/boards.js';
import { readEmoji } from './builder/emoji.js';
import { readIconSets } from './builder/icon-sets.js';
import { installPackages, PackageFolder, pictureSources } from './builder/packages.js';
import { openPictures } from './builder/pictures.js';
import { sourcesPage } from './builder/sources-page.js';

const { values: options } = parseArgs({
  options: {
    packages: { type: 'string' },
    out: { type: 'string', default: path.dirname(fileURLToPath(import.meta.url)) },
  },
});

const folder = options.packages ?? mkdtempSync(path.join(os.tmpdir(), 'designers-boards-'));
if (options.packages === undefined) installPackages(folder);
const packages = new PackageFolder(folder);

const result = collect([...(await readIconSets(packages)), ...(await readEmoji(packages))]);
const sourceOf = new Map(pictureSources.map((source) => [source.designer, source]));
const pictureOf = await openPictures(packages);

mkdirSync(options.out, { recursive: true });
writeTable(
  'pins',
  ['id', 'title', 'source', 'license'],
  result.pins.map((pin) => [pin.id, pin.title, pin.designer, sourceOf.get(pin.designer).license]),
);
writeTable(
  'boards',
  ['id', 'title', 'designer'],
  result.boards.map((board) => [board.id, board.title, board.designer]),
);
writeTable('saves', ['board', 'pin'], result.saves);
writeTable(
  'pictures',
  ['pin', 'svg'],
  result.pins.map((pin) => [pin.id, pictureOf(pin.picture)]),
);
writeFileSync(path.join(options.out, 'SOURCES.md'), sourcesPage(result));
if (options.packages === undefined) rmSync(folder, { recursive: true });

function writeTable(name, header, rows) {
  const text = [header, ...rows].map((row) => `${row.join('\t')}\n`).join('');
  const bytes = gzipSync(text, { level: 9 });
  writeFileSync(path.join(options.out, `${name}.tsv.gz`), bytes);
  console.log(
    `${name.padEnd(9)} ${String(rows.length).padStart(7)} rows ${(bytes.length / 1e6).toFixed(2).padStart(6)} MB`,
  );
}
