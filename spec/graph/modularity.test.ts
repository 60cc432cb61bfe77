import t from 'tap';
import { syntheticSaves } from '../../data/synthetic.js';
import { buildGraph } from '../../graph/bipartite-graph.js';
import { findCommunities } from '../../graph/communities.js';
import { modularityOf } from '../../graph/modularity.js';

t.test('modularityOf is what Louvain says of the communities it found, with weights and without', (t) => {
  for (const isWeighted of [false, true]) {
    const { saves } = syntheticSaves({ pinCount: 80, boardCount: 50, saveCount: 400, seed: 5 }).collection;
    const weights = Float32Array.from(saves.pins, (_, n) => 1 + (n % 4));
    const graph = buildGraph(isWeighted ? { ...saves, weights } : saves, { pinCount: 80, boardCount: 50 });
    const found = findCommunities(graph, { seed: 2 });
    t.ok(found.modularity > 0.1);
    t.ok(Math.abs(modularityOf(graph, found) - found.modularity) < 1e-9, `${modularityOf(graph, found)}`);
  }
  t.end();
});

t.test('modularityOf is 1/2 for two boards of two pins each, by hand, and 0 for one community or no saves', (t) => {
  const graph = buildGraph(
    { boards: Uint32Array.of(0, 0, 1, 1), pins: Uint32Array.of(0, 1, 2, 3) },
    { pinCount: 4, boardCount: 2 },
  );
  const two = { pinCommunity: Uint32Array.of(0, 0, 1, 1), boardCommunity: Uint32Array.of(0, 1) };
  t.equal(modularityOf(graph, two), 1 - 2 * (1 / 2) ** 2);
  t.equal(modularityOf(graph, { pinCommunity: new Uint32Array(4), boardCommunity: new Uint32Array(2) }), 0);
  const empty = buildGraph({ boards: new Uint32Array(0), pins: new Uint32Array(0) }, { pinCount: 1, boardCount: 1 });
  t.equal(modularityOf(empty, { pinCommunity: new Uint32Array(1), boardCommunity: new Uint32Array(1) }), 0);
  t.end();
});
