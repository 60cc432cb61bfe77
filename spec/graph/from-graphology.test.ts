import { MultiDirectedGraph, UndirectedGraph } from 'graphology';
import t from 'tap';
import { entriesOf } from '../../graph/compressed-rows.js';
import { fromGraphology } from '../../graph/from-graphology.js';
import type { PinBoardGraph } from '../../graph/pin-board-graph.js';

/** Songs and playlists: rock {a, b}, pop {b, c}; d is on no list. */
function music(): UndirectedGraph {
  const graph = new UndirectedGraph();
  for (const song of ['a', 'b', 'c', 'd']) graph.addNode(song, { type: 'song', label: `Song ${song}`, bpm: 120 });
  for (const list of ['rock', 'pop']) graph.addNode(list, { type: 'list', title: list.toUpperCase() });
  graph.addEdge('rock', 'a', { weight: 2 });
  graph.addEdge('b', 'rock');
  graph.addEdge('pop', 'b', { plays: 7 });
  graph.addEdge('pop', 'c');
  return graph;
}
const isSong = (_node: string, { type }: Record<string, unknown>): boolean => type === 'song';

/** Ids on each board, with weights. */
function boardsOf(graph: PinBoardGraph): Record<string, string[]> {
  const { weights } = graph.pinsOfBoard;
  return Object.fromEntries(
    graph.boards.ids.map((id, board) => {
      const from = graph.pinsOfBoard.offsets[board] ?? 0;
      const pins = Array.from(entriesOf(graph.pinsOfBoard, board));
      return [id, pins.map((pin, n) => `${graph.pins.ids[pin]} ${weights?.[from + n] ?? 1}`)];
    }),
  );
}

t.test('fromGraphology reads ids, titles, attributes and weights in the order of the nodes', (t) => {
  const graph = fromGraphology(music(), { isPin: isSong });
  t.strictSame(graph.pins.ids, ['a', 'b', 'c', 'd']);
  t.strictSame(graph.pins.titles, ['Song a', 'Song b', 'Song c', 'Song d']);
  t.strictSame(graph.pins.attributes[0], { type: 'song', bpm: 120 });
  t.strictSame(graph.boards.ids, ['rock', 'pop']);
  t.strictSame(graph.boards.titles, ['ROCK', 'POP']);
  t.strictSame(boardsOf(graph), { rock: ['a 2', 'b 1'], pop: ['b 1', 'c 1'] });
  t.strictSame([graph.pinCount, graph.boardCount, graph.saveCount], [4, 2, 4]);
  t.end();
});

t.test('fromGraphology takes weights from another attribute, a function, or not at all', (t) => {
  const read = (getEdgeWeight: Parameters<typeof fromGraphology>[1] & object): unknown =>
    boardsOf(fromGraphology(music(), { isPin: isSong, ...getEdgeWeight }));
  t.match(read({ getEdgeWeight: 'plays' }), { rock: ['a 1', 'b 1'], pop: ['b 7', 'c 1'] });
  t.match(read({ getEdgeWeight: null }), { rock: ['a 1', 'b 1'], pop: ['b 1', 'c 1'] });
  t.match(read({ getEdgeWeight: (_edge, { plays }) => (plays ? 3 : 0.5) }), { pop: ['b 3', 'c 0.5'] });
  t.end();
});

t.test('edges of either direction and parallel ones are one save, their weights added', (t) => {
  const graph = new MultiDirectedGraph();
  graph.addNode('p', { kind: 'pin' });
  graph.addNode('b', { kind: 'board' });
  graph.addEdge('p', 'b', { weight: 2 });
  graph.addEdge('p', 'b');
  graph.addEdge('b', 'p', { weight: 0.5 });
  const read = fromGraphology(graph);
  t.equal(read.saveCount, 1);
  t.strictSame(boardsOf(read), { b: ['p 3.5'] });
  t.end();
});

t.test('nodes that are told to be neither get the side that their neighbors leave them', (t) => {
  const graph = new UndirectedGraph();
  graph.addNode('start', { kind: 'pin' });
  for (const [a, b] of [
    ['start', 'x'],
    ['x', 'y'],
    ['y', 'z'],
    ['z', 'start'],
  ] as const) {
    graph.mergeNode(a);
    graph.mergeNode(b);
    graph.addEdge(a, b);
  }
  const read = fromGraphology(graph);
  t.strictSame(
    [read.pins.ids, read.boards.ids],
    [
      ['start', 'y'],
      ['x', 'z'],
    ],
  );
  t.end();
});

t.test('fromGraphology names what it cannot read', (t) => {
  const refusals: [(graph: UndirectedGraph) => void, Parameters<typeof fromGraphology>[1] & object, RegExp][] = [
    [
      (graph) => graph.addEdge('a', 'b'),
      { isPin: isSong },
      /every edge must join a pin and a board \(got "a" - "b", two pins\); /,
    ],
    [(graph) => graph.addEdge('rock', 'pop'), { isPin: isSong }, /got "rock" - "pop", two boards\)/],
    [
      (graph) => graph.addEdge('a', 'c'),
      { isPin: (node) => (node === 'a' ? true : undefined) },
      /two (pins|boards) as their neighbors have it\)/,
    ],
    [() => {}, {}, /every node must be a pin or a board \(it cannot be told of "a", and 5 more: .* attribute kind/],
    [() => {}, { isPin: (node) => (node === 'a' ? true : undefined) }, /it cannot be told of "d", and 0 more/],
    [
      (graph) => graph.setEdgeAttribute('rock', 'a', 'weight', 0),
      { isPin: isSong },
      /weight must be a number from 1e-15 to 1e15 \(got 0 for "rock" - "a"\)/,
    ],
    [(graph) => graph.setEdgeAttribute('rock', 'a', 'weight', 3e38), { isPin: isSong }, /got 3e\+38 for/],
    [(graph) => graph.setEdgeAttribute('rock', 'a', 'weight', 'much'), { isPin: isSong }, /got "much" for/],
    [
      (graph) => graph.setNodeAttribute('a', 'externalId', 'b'),
      { isPin: isSong },
      /a pin's id must be unique \(got "b" for "a" and "b"\)/,
    ],
    [(graph) => graph.clearEdges(), { isPin: isSong }, /must have at least one edge \(got none\)/],
  ];
  for (const [change, options, message] of refusals) {
    const graph = music();
    change(graph);
    t.throws(() => fromGraphology(graph, options), { code: 'INPUT_INVALID', message });
  }
  const loop = music();
  loop.addEdge('a', 'a');
  t.throws(() => fromGraphology(loop, { isPin: isSong }), /"a" - "a", two pins/);
  t.end();
});

t.test('an id beyond 2^53 is refused, since its digits were lost', (t) => {
  const graph = new UndirectedGraph();
  graph.addNode('a', { kind: 'pin', externalId: Number('1234567890123456001') });
  graph.addNode('b', { kind: 'board' });
  graph.addEdge('a', 'b');
  t.throws(() => fromGraphology(graph), { code: 'INPUT_INVALID', message: /whole number below 2\^53/ });
  t.end();
});
