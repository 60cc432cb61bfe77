import t from 'tap';
import { buildGraph } from '../../graph/bipartite-graph.js';
import { shared, sharedFloats, sharedGraph, sharedIntegers } from '../../data/shared-arrays.js';

t.test('arrays are copied into shared memory once, and keep their kind', (t) => {
  for (const values of [Float32Array.of(1.5, -2), Uint32Array.of(3, 4_000_000_000)]) {
    const copy = shared(values);
    t.same([...copy], [...values]);
    t.equal(copy.constructor, values.constructor);
    t.ok(copy.buffer instanceof SharedArrayBuffer);
    t.ok(shared(copy) === copy, 'shared already');
  }
  t.same([...sharedFloats(2), ...sharedIntegers(2)], [0, 0, 0, 0]);
  t.end();
});

t.test('a shared graph is the graph', (t) => {
  const saves = { boards: Uint32Array.of(0, 0, 1), pins: Uint32Array.of(0, 2, 1) };
  const graph = buildGraph(saves, { pinCount: 3, boardCount: 2 });
  const copy = sharedGraph(graph);
  t.same([copy.pinCount, copy.boardCount, copy.saveCount], [3, 2, 3]);
  for (const name of ['boardsOfPin', 'pinsOfBoard'] as const) {
    t.same([...copy[name].offsets], [...graph[name].offsets], name);
    t.same([...copy[name].neighbors], [...graph[name].neighbors], name);
    t.ok(copy[name].neighbors.buffer instanceof SharedArrayBuffer);
  }
  t.end();
});
