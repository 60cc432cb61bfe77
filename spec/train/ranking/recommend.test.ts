import t from 'tap';
import type { StoredMatrix } from '../../../data/generation/schema.js';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { boardQuery, queryOf } from '../../../train/ranking/query.js';
import { Ranker } from '../../../train/ranking/ranker.js';
import { answeredBy, answerScores, recommend } from '../../../train/ranking/recommend.js';
import { savesOf } from './random-graph.js';

// Boards 0 {0 1 2}, 1 {0 1}, 2 {3}, 3 {}. Pins 4 and 5 are on none; 4 has an embedding, 5 has nothing.
const graph = buildGraph(savesOf([[0, 1, 2], [0, 1], [3], []]), { pinCount: 6, boardCount: 4 });
const vectors = [1, 0, 1, 0.1, 0.5, 1, 0, 0, 0.2, 1, 0, 0]; // pin 3 has none
const matrix = (columns: number, values: number[]): StoredMatrix => {
  return { rows: values.length / columns, columns, values: Float32Array.from(values) };
};
const matrices = new Map([
  ['pin.query', matrix(2, vectors)],
  ['pin.target', matrix(2, vectors)],
  ['pin.bias', matrix(1, [0, 0, 0, 0, 0, 0])],
]);
const ranker = Ranker.open({ graph, matrices });
const pin = (row: number): ReturnType<typeof queryOf> => queryOf(graph, 'pins', row);
const none = (): boolean => false;

t.test('answeredBy keeps a strategy that has something to go by and names what stands in for one that has not', (t) => {
  t.same(answeredBy(ranker, pin(0), 'fused'), { scoreKind: 'fused', fallback: null });
  t.same(answeredBy(ranker, pin(0), 'embedding'), { scoreKind: 'embedding', fallback: null });
  t.same(answeredBy(ranker, pin(4), 'fused'), { scoreKind: 'embedding', fallback: 'embedding' }, 'no save');
  t.same(answeredBy(ranker, pin(4), 'walk'), { scoreKind: 'embedding', fallback: 'embedding' });
  t.same(answeredBy(ranker, pin(3), 'embedding'), { scoreKind: 'walk', fallback: 'walk' }, 'no embedding');
  t.same(answeredBy(ranker, pin(5), 'fused'), { scoreKind: 'saves', fallback: 'popular' }, 'neither');
  t.same(answeredBy(ranker, boardQuery(graph, 3), 'spectral'), { scoreKind: 'saves', fallback: 'popular' });
  const unlike = { pins: Uint32Array.of(5, 0), weights: Float32Array.of(1, -0.5) };
  t.same(answeredBy(ranker, unlike, 'walk'), { scoreKind: 'saves', fallback: 'popular' }, 'a negative says nothing');
  t.end();
});

t.test('where nothing is known the most saved pins answer, with their saves, and pins without saves do not', (t) => {
  const question = { kind: 'boards', strategy: 'fused', k: 10, isExcluded: none } as const;
  t.same(recommend(ranker, [boardQuery(graph, 3)], question), [
    {
      pins: Uint32Array.of(0, 1, 2, 3),
      scores: Float32Array.of(2, 2, 1, 1),
      scoreKind: 'saves',
      fallback: 'popular',
    },
  ]);
  t.end();
});

t.test('a walk lists what it reaches and is shorter than asked for where that is less', (t) => {
  const isExcluded = (other: number): boolean => other === 2;
  const [list, alone] = recommend(ranker, [pin(2), pin(3)], { kind: 'pins', strategy: 'walk', k: 10, isExcluded });
  t.same(list?.pins, Uint32Array.of(0, 1));
  t.same(alone?.pins, Uint32Array.of(3), 'only itself, which this caller did not exclude');
  t.end();
});

t.test('isExcluded is asked about each query by its number', (t) => {
  const queries = [pin(0), pin(5)];
  const isExcluded = (other: number, query: number): boolean => other === [0, 1][query];
  const lists = recommend(ranker, queries, { kind: 'pins', strategy: 'walk', k: 2, isExcluded });
  t.same(
    lists.map(({ pins }) => [...pins]),
    [
      [1, 2],
      [0, 2],
    ],
  );
  t.end();
});

t.test('answers of queries that different things stand in for equal those asked alone', (t) => {
  const queries = [0, 4, 3, 5, 2].map(pin);
  for (const strategy of ['fused', 'embedding', 'walk', 'filter', 'spectral'] as const) {
    const together = answerScores(ranker, queries, { kind: 'pins', strategy });
    const alone = queries.flatMap((query) => [...answerScores(ranker, [query], { kind: 'pins', strategy })]);
    t.same([...together], alone, strategy);
  }
  t.end();
});

t.test('parts that are shared between strategies are not changed by what stands in', (t) => {
  const queries = [pin(0), pin(5)];
  const walk = ranker.standardScores(queries, 'walk');
  const before = walk.slice();
  answerScores(ranker, queries, { kind: 'pins', strategy: 'walk', part: () => walk });
  t.same(walk, before);
  t.end();
});
