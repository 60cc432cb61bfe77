import t from 'tap';
import { type BipartiteGraph, buildGraph } from '../../graph/bipartite-graph.js';
import { noCommunity } from '../../data/collection.js';
import { findCommunities } from '../../graph/communities.js';
import { nameCommunities } from '../../graph/community-names.js';

/** Three groups of pins, 8, 6 and 4, each on boards of its own; one save ties the first two; the last pin and board have none. */
const groups = [8, 6, 4];
const themes = ['rain', 'bread', 'guitar'];

function threeGroups(weights = false): { graph: BipartiteGraph; titles: { pins: string[]; boards: string[] } } {
  const boards: number[] = [];
  const pins: number[] = [];
  const titles = { pins: [] as string[], boards: [] as string[] };
  for (const [group, size] of groups.entries()) {
    const first = titles.pins.length;
    for (let i = 0; i < size; i++) titles.pins.push(`my ${themes[group]} ${i}`);
    for (let board = 0; board < 5; board++) {
      for (let i = 0; i < size; i++) {
        if ((i + board) % 4 === 0) continue;
        boards.push(titles.boards.length);
        pins.push(first + i);
      }
      titles.boards.push(`my board of ${themes[group]}`);
    }
  }
  boards.push(0);
  pins.push(8);
  titles.pins.push('alone');
  titles.boards.push('empty');
  const saves = {
    boards: Uint32Array.from(boards),
    pins: Uint32Array.from(pins),
    ...(weights && { weights: new Float32Array(pins.length).fill(2) }),
  };
  return { graph: buildGraph(saves, { pinCount: titles.pins.length, boardCount: titles.boards.length }), titles };
}

t.test('findCommunities finds three groups, largest first, and names them by their words', (t) => {
  for (const weighted of [false, true]) {
    const { graph, titles } = threeGroups(weighted);
    const found = findCommunities(graph, { titles, seed: 1 });
    t.strictSame([...found.sizes], groups);
    t.strictSame(
      [...found.pinCommunity],
      [...groups.flatMap((size, g) => new Array<number>(size).fill(g)), noCommunity],
    );
    t.strictSame([...found.boardCommunity], [...[0, 1, 2].flatMap((g) => new Array<number>(5).fill(g)), noCommunity]);
    t.strictSame(found.titles, themes);
    t.equal(found.sampledSaveCount, graph.saveCount);
    t.ok(found.modularity > 0.5);
  }
  t.end();
});

t.test('findCommunities above maxSaves sees a sample and still places every row that has saves', (t) => {
  const { graph, titles } = threeGroups();
  const found = findCommunities(graph, { titles, seed: 2, maxSaves: 40 });
  t.ok(found.sampledSaveCount < graph.saveCount && found.sampledSaveCount > 20, `saw ${found.sampledSaveCount}`);
  t.equal(found.pinCommunity.filter((community) => community === noCommunity).length, 1);
  t.equal(found.boardCommunity.filter((community) => community === noCommunity).length, 1);
  t.equal(
    found.sizes.reduce((sum, size) => sum + size, 0),
    18,
  );
  t.end();
});

t.test('findCommunities repeats with the same seed', (t) => {
  const { graph, titles } = threeGroups();
  const run = () => findCommunities(graph, { titles, seed: 5, maxSaves: 50 });
  t.strictSame(run(), run());
  t.end();
});

t.test('findCommunities of a graph without saves finds none', (t) => {
  const graph = buildGraph({ boards: new Uint32Array(), pins: new Uint32Array() }, { pinCount: 2, boardCount: 1 });
  const found = findCommunities(graph, { titles: { pins: ['a', 'b'], boards: ['c'] } });
  t.strictSame([...found.pinCommunity, ...found.boardCommunity], [noCommunity, noCommunity, noCommunity]);
  t.strictSame([found.titles, found.sizes.length, found.modularity], [[], 0, 0]);
  t.end();
});

t.test('findCommunities refuses maxSaves out of range', (t) => {
  const { graph, titles } = threeGroups();
  t.throws(() => findCommunities(graph, { titles, seed: 1, maxSaves: 0 }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: 'findCommunities: maxSaves must be an integer from 1 to 16777216 (got 0)',
  });
  t.end();
});

t.test('nameCommunities prefers frequent words of one community over words of all', (t) => {
  const titles = ['blue Sky', 'blue sky, cloud', 'blue sea', 'blue sea wave', 'nowhere'];
  const communities = Uint32Array.of(0, 0, 1, 1, noCommunity);
  t.strictSame(nameCommunities(2, [{ titles, communities }]), ['sky, cloud', 'sea, wave']);
  t.end();
});

t.test('nameCommunities reads words in any script and falls back to a number', (t) => {
  const titles = ['Über-Größe', '雨の日 7', '42', ''];
  t.strictSame(nameCommunities(3, [{ titles, communities: Uint32Array.of(0, 1, 2, 2) }]), [
    'größe, über',
    '雨の日',
    'community 3',
  ]);
  t.strictSame(nameCommunities(1, [{ titles: ['rain rain', 'rain cloud'], communities: Uint32Array.of(0, 0) }]), [
    'rain, cloud',
  ]);
  t.strictSame(nameCommunities(1, []), ['community 1']);
  t.end();
});
