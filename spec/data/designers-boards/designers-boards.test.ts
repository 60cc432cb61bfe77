import { readFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { loadCollection } from '../../../data/load.js';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { degrees } from '../../../graph/compressed-rows.js';
import { fromRoot, root } from '../../tools/paths.js';

const folder = fromRoot('data/designers-boards');
const { collection, report } = await loadCollection({ folder }, { strict: true });
const { pins, boards, saves, vectors } = collection;
const counts = { pinCount: pins.ids.length, boardCount: boards.ids.length };
const graph = buildGraph(saves, counts);

t.test('the shipped data reads strictly, without a row to spare', (t) => {
  t.same(counts, { pinCount: 12_960, boardCount: 13_574 });
  t.equal(graph.saveCount, 117_918);
  t.equal(saves.pins.length, graph.saveCount, 'no save stands twice');
  t.equal(report.testSaveCount, 0);
  t.end();
});

t.test('every pin is on two boards at least, every board holds two pins, and nearly all are connected', (t) => {
  t.ok(degrees(graph.boardsOfPin).every((degree) => degree >= 2));
  t.ok(degrees(graph.pinsOfBoard).every((degree) => degree >= 2));
  const seen = new Uint8Array(counts.pinCount);
  const reached = [pins.ids.indexOf('umbrella')];
  for (const pin of reached) {
    const { boardsOfPin, pinsOfBoard } = graph;
    for (const board of boardsOfPin.neighbors.subarray(boardsOfPin.offsets[pin], boardsOfPin.offsets[pin + 1])) {
      for (const other of pinsOfBoard.neighbors.subarray(pinsOfBoard.offsets[board], pinsOfBoard.offsets[board + 1])) {
        if (seen[other]) continue;
        seen[other] = 1;
        reached.push(other);
      }
    }
  }
  t.ok(seen.reduce((sum, x) => sum + x, 0) / counts.pinCount > 0.999);
  t.end();
});

t.test("a pin's text is its title only: tags are boards and would give the answers away", (t) => {
  const keys = new Set(pins.attributes.flatMap((attributes) => Object.keys(attributes ?? {})));
  t.same([...keys].sort(), ['license', 'source']);
  t.ok(pins.titles.every((title) => title !== '' && title.length <= 80));
  t.equal(boards.titles[boards.ids.indexOf('tabler:rain')], 'Tabler: rain');
  t.end();
});

t.test('no brand, no struck-out reference kernel and no word of style is left', (t) => {
  t.same(
    pins.titles.filter((title) => /\b(ibm|watsonx?|logo)\b/.test(title)),
    pins.titles.filter((title) => title === 'logo design'),
  );
  t.notOk(pins.ids.includes('camera-off') && pins.ids.includes('camera-slash'));
  t.same(
    boards.titles.filter((title) => /: (outline|filled|solid|brands?|logos?|icons?)$/.test(title)),
    [],
  );
  t.end();
});

t.test('every pin has a picture on one line that holds nothing but shapes', (t) => {
  const texts = pins.ids.map((_, pin) => new TextDecoder().decode(pins.pictures?.[pin]));
  t.same(
    texts.filter((text) => !/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg".*<\/svg>$/.test(text)),
    [],
  );
  const active = /<script|<style|<image|<foreignObject|\son\w+=|href="(?!#)|url\((?!#)|\n/;
  t.same(
    texts.filter((text) => active.test(text)),
    [],
  );
  t.end();
});

t.test('sources and licences are named: per pin, in SOURCES.md, in NOTICE', (t) => {
  const sources = readFileSync(path.join(folder, 'SOURCES.md'), 'utf8');
  const notice = readFileSync(path.join(root, 'NOTICE'), 'utf8');
  const pictureCounts = new Map<string, number>();
  for (const attributes of pins.attributes) {
    const key = `${attributes?.['source']}\t${attributes?.['license']}`;
    pictureCounts.set(key, (pictureCounts.get(key) ?? 0) + 1);
  }
  t.equal(pictureCounts.size, 10);
  for (const [key, count] of pictureCounts) {
    const [source = '', license = ''] = key.split('\t');
    const row = sources.split('\n').find((line) => line.startsWith(`| ${source} |`)) ?? '';
    const cells = row.split('|').map((cell) => cell.trim());
    t.same([cells[4], cells[5]], [license, String(count)], source);
    t.ok(notice.includes(source.split(' ')[0] ?? ''), `NOTICE names ${source}`);
  }
  t.match(sources, new RegExp(`\\| ${counts.pinCount} \\| ${counts.boardCount} \\| ${graph.saveCount} \\|`));
  t.match(readFileSync(path.join(root, 'LICENSE'), 'utf8'), /Apache License\s+Version 2\.0/);
  t.end();
});

t.test('title and picture vectors come along for every pin', (t) => {
  t.same([...vectors.keys()].sort(), ['picture', 'title']);
  for (const [name, dimension] of [
    ['title', 512],
    ['picture', 216],
  ] as const) {
    const block = vectors.get(name);
    t.equal(block?.dimension, dimension);
    t.ok(block?.present.every((present) => present === 1));
  }
  const cosine = (a: string, b: string): number => {
    const rowOf = (id: string) =>
      vectors
        .get('title')
        ?.values.subarray(pins.ids.indexOf(id) * 512)
        .subarray(0, 512);
    return rowOf(a)?.reduce((sum, x, d) => sum + x * (rowOf(b)?.[d] ?? 0), 0) ?? 0;
  };
  t.ok(cosine('cat', 'dog') > cosine('cat', 'database'), 'cats are nearer to dogs than to databases');
  t.end();
});
