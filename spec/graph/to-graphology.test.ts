import { UndirectedGraph } from 'graphology';
import type { SerializedGraph } from 'graphology-types';
import t from 'tap';
import { findCommunities } from '../../graph/communities.js';
import { exportGraph } from '../../graph/export/export-graph.js';
import { wholeGraph } from '../../graph/export/subgraph.js';
import { fromGraphology } from '../../graph/from-graphology.js';
import type { PinBoardGraph } from '../../graph/pin-board-graph.js';
import { toGraphology } from '../../graph/to-graphology.js';
import { sampleView } from './export/sample-view.js';

/** Pins 0-4 and boards 0-2: a chain 0 -b0- 1 -b1- 2 -b2- 3, pin 0 also on board 1; pin 4 has no saves. */
function sample(): PinBoardGraph {
  const { graph, pins, boards } = sampleView(true);
  return {
    ...graph,
    pins: { ...pins, attributes: pins.ids.map((_, row) => (row === 1 ? { size: 3, kind: 'song' } : undefined)) },
    boards,
  };
}

t.test('toGraphology has the nodes, edges and attributes of the JSON export, and those of the items', (t) => {
  const view = sampleView(true);
  const { pinCommunity, boardCommunity, communityTitles: titles } = view;
  const graph = toGraphology(sample(), { communities: { pinCommunity, boardCommunity, titles } });
  const text = [...(exportGraph('json', wholeGraph(view)).files[0]?.pieces ?? [])].join('');
  const exported = UndirectedGraph.from(JSON.parse(text) as SerializedGraph);
  t.match(graph.getNodeAttributes('p1'), { 'own size': 3, kind: 'pin', 'own kind': 'song' });
  for (const name of ['own size', 'own kind']) graph.removeNodeAttribute('p1', name);
  t.strictSame(graph.export().nodes, exported.export().nodes);
  t.strictSame(
    graph.mapEdges((_edge, { weight }, source, target) => [source, target, weight as number]),
    exported.mapEdges((_edge, { weight }, source, target) => [source, target, weight as number]),
  );
  t.end();
});

t.test('fromGraphology gives the graph back that toGraphology was given', (t) => {
  const graph = sample();
  t.strictSame(fromGraphology(toGraphology(graph)), graph);
  t.strictSame(fromGraphology(toGraphology(graph, { communities: findCommunities(graph) })), graph);
  t.end();
});

t.test('toGraphology cuts out a community, or what lies near a pin', (t) => {
  const graph = sample();
  const communities = {
    pinCommunity: Uint32Array.of(0, 0, 1, 1, 9),
    boardCommunity: Uint32Array.of(0, 0, 1),
    titles: ['a', 'b'],
  };
  t.strictSame(toGraphology(graph, { communities, community: 1 }).nodes(), ['p2', 'p3', 'b2']);
  const pin = graph.pins.ids[3] ?? '';
  t.strictSame(toGraphology(graph, { near: { pin } }).nodes(), ['p2', 'p3', 'b2']);
  t.strictSame(toGraphology(graph, { near: { pin, hops: 1 } }).nodes(), ['p3', 'b2']);
  t.throws(() => toGraphology(graph, { near: { pin: 'none' } }), { code: 'NOT_FOUND', message: /got "none"/ });
  t.throws(() => toGraphology(graph, { community: 1 }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: /must have communities/,
  });
  t.throws(
    () => toGraphology(graph, { communities, community: 1, near: { pin } }),
    /must not both be given; choose one/,
  );
  t.end();
});
