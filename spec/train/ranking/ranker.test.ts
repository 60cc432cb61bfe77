import t from 'tap';
import type { Board } from '../../../data/collection.js';
import type { StoredMatrix } from '../../../data/generation/schema.js';
import { randomInteger, randomNormal, randomStream } from '../../../data/random.js';
import type { BipartiteGraph } from '../../../graph/bipartite-graph.js';
import { degree } from '../../../graph/compressed-rows.js';
import { addScaled, Ranker, topPins, type RankerParts } from '../../../train/ranking/ranker.js';
import { contentFields } from '../../../train/content/content-fields.js';
import { boardQuery, type Query } from '../../../train/ranking/query.js';
import {
  fusionWeights,
  rankingDefaults,
  scoreNames,
  storedSettings,
  strategies,
  type RankingSettings,
  type FusionWeights,
} from '../../../train/ranking/settings.js';
import { foldFilter } from '../../../train/ranking/spectral-filter.js';
import { weighByLift } from '../../../train/content/term-lift.js';
import { ExactWalk, walkFactors } from '../../../graph/exact-walk.js';
import { farthest, hex } from '../small-world.js';
import { holds, randomGraph, sixPins } from './random-graph.js';

const size = { pinCount: 50, boardCount: 30, saveCount: 220 };

function matrix(rows: number, columns: number, value: (i: number) => number): StoredMatrix {
  return { rows, columns, values: Float32Array.from({ length: rows * columns }, (_, i) => value(i)) };
}

/** Every matrix at random, target rows at unit length; the last two pins have no vectors. */
function partsOf(graph: BipartiteGraph, seed = 1): RankerParts & { matrices: Map<string, StoredMatrix> } {
  const random = randomStream(seed, 'spec');
  const { pinCount } = graph;
  const draw = (columns: number): StoredMatrix =>
    matrix(pinCount, columns, (i) => (i < columns * (pinCount - 2) ? randomNormal(random) : 0));
  const target = draw(4);
  for (let pin = 0; pin < pinCount; pin++) {
    const row = target.values.subarray(4 * pin, 4 * pin + 4);
    const length = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0)) || 1;
    row.forEach((x, d) => (row[d] = x / length));
  }
  const matrices = new Map([
    ['pin.structure', draw(6)],
    ['structure.values', matrix(6, 1, (i) => 1 / (1 + i))],
    ['pin.query', draw(4)],
    ['pin.target', target],
    ['pin.bias', matrix(pinCount, 1, () => randomNormal(random))],
  ]);
  const words = ['guitar', 'kettle', 'rocket', 'umbrella', 'lamp'];
  const title = (row: number): string => `${words[row % 5]} ${words[(row * 7 + 2) % 5]}`;
  const titles = {
    pins: Array.from({ length: pinCount }, (_, pin) => title(pin)),
    boards: Array.from({ length: graph.boardCount }, (_, board) => title(board)),
  };
  return { graph, matrices, titles };
}

/** Queries of every kind: boards, several pins with weights, negatives, a pin without saves or vectors. */
function queriesOf(graph: BipartiteGraph): Query[] {
  return [
    boardQuery(graph, 0),
    boardQuery(graph, 7),
    { pins: Uint32Array.of(3, 9, 11), weights: Float32Array.of(1, 0.5, 2) },
    { pins: Uint32Array.of(3, 9), weights: Float32Array.of(1, -0.5) },
    { pins: Uint32Array.of(graph.pinCount - 1) },
    { pins: Uint32Array.of(4) },
  ];
}

function row(values: Float32Array, n: number, columns: number): Float32Array {
  return values.subarray(n * columns, (n + 1) * columns);
}

function deviationOf(values: ArrayLike<number>): number {
  const list = Array.from(values);
  const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
  return Math.sqrt(list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / list.length);
}

t.test('each score agrees with its formula, pin by pin', (t) => {
  const graph = randomGraph(5, size);
  const parts = partsOf(graph);
  const { temperature, querySizePower } = { temperature: 0.1, querySizePower: 0.3 };
  const ranker = Ranker.open({ ...parts, settings: { ...rankingDefaults, temperature, querySizePower } });
  const of = (name: string): StoredMatrix => parts.matrices.get(name) ?? matrix(0, 0, () => 0);
  const vector = (name: string, pin: number): number[] => [...row(of(name).values, pin, of(name).columns)];
  const product = (a: number[], b: number[]): number => a.reduce((sum, x, d) => sum + x * (b[d] ?? NaN), 0);
  const unit = (x: number[]): number[] => x.map((value) => value / (Math.sqrt(product(x, x)) || 1));
  const root = (pin: number): number => Math.sqrt(degree(graph.boardsOfPin, pin));
  const weighed = ({ pins, weights }: Query, vectorOf: (pin: number) => number[]): number[] =>
    [...pins].reduce<number[]>(
      (sum, pin, n) => vectorOf(pin).map((x, d) => (sum[d] ?? 0) + (weights?.[n] ?? 1) * x),
      [],
    );
  const { hop, factors } = foldFilter(Float32Array.from({ length: 6 }, (_, d) => 1 / (1 + d)));
  const power = (pin: number): number => degree(graph.boardsOfPin, pin) ** 0.4;
  /** One hop by the normalized save matrix, and the factors by their gains; the query's own board is no way. */
  const filtered = ({ pins, weights, ownBoard }: Query, i: number): number =>
    [...pins].reduce((sum, j, n) => {
      const weight = weights?.[n] ?? 1;
      if (power(j) === 0 || power(i) === 0) return sum;
      let paths = 0;
      for (let v = 0; v < graph.boardCount; v++) {
        if (v === ownBoard || weight < 0 || !holds(graph, v, i) || !holds(graph, v, j)) continue;
        paths += 1 / degree(graph.pinsOfBoard, v) / root(i) / root(j);
      }
      const low = vector('pin.structure', i).reduce(
        (total, x, d) => total + x * (factors[d] ?? NaN) * (vector('pin.structure', j)[d] ?? NaN),
        0,
      );
      return sum + (weight * (hop * paths + low) * power(i)) / power(j);
    }, 0);
  const kin = (pin: number): number[] => unit(vector('pin.structure', pin).map((x, d) => x / (1 + d)));
  for (const query of queriesOf(graph)) {
    const isCold = [...query.pins].every((pin) => pin >= graph.pinCount - 2);
    const asked = weighed(query, (pin) => vector('pin.query', pin));
    const liked = query.pins.filter((_, n) => (query.weights?.[n] ?? 1) > 0);
    const logitScale = (liked.length / 8) ** querySizePower / temperature;
    const smoothed = weighed(query, (pin) => vector('pin.structure', pin).map((x) => (root(pin) ? x / root(pin) : 0)));
    const alike = weighed(query, (pin) => vector('pin.target', pin));
    const akin = weighed(query, kin);
    const expected = {
      embedding: (pin: number) =>
        isCold ? 0 : product(unit(asked), vector('pin.target', pin)) * logitScale + (of('pin.bias').values[pin] ?? NaN),
      filter: (pin: number) => filtered(query, pin),
      spectral: (pin: number) => product(smoothed, vector('pin.structure', pin)) * root(pin),
      targetCosine: (pin: number) => product(alike, vector('pin.target', pin)),
      factorCosine: (pin: number) => product(akin, kin(pin)),
    };
    for (const name of ['embedding', 'filter', 'spectral', 'targetCosine', 'factorCosine'] as const) {
      const naive = Array.from({ length: graph.pinCount }, (_, pin) => expected[name](pin));
      t.ok(farthest(ranker.scoreAlone([query], name), naive) < 2e-5, `${name} of ${query.pins.join()}`);
    }
  }
  t.end();
});

t.test('content sums cosines of every field and block, saved pins less; carry takes scores to like pins', (t) => {
  const graph = randomGraph(6, { ...size, pinCount: 70 });
  const { pinCount } = graph;
  const random = randomStream(4, 'spec');
  const content = matrix(pinCount, 3, () => randomNormal(random));
  const ids = Array.from({ length: pinCount }, (_, pin) => String(pin));
  const attributes = ids.map((_, pin) => ({ tags: `t${pin % 7}|t${pin % 5}`, links: String((pin * 3) % 70) }));
  const fields = contentFields({ ids, attributes });
  t.same(
    fields.map(({ name, weight }) => [name, weight]),
    [
      ['tags', 1],
      ['links', 0.7],
    ],
  );
  const titles = { pins: ids.map(() => ''), boards: [], fields };
  const ranker = Ranker.open({ graph, matrices: new Map([['pin.content', content]]), titles });
  // With pins without saves about, tags count by what they tell of saving (term-lift.test.ts).
  const weighed = fields.map((field) => (field.name === 'tags' ? weighByLift(field, graph) : field));
  const cosine = (a: number, b: number): number => {
    const dense = row(content.values, a, 3).reduce((sum, x, d) => sum + x * (row(content.values, b, 3)[d] ?? NaN), 0);
    return weighed.reduce((sum, { weight, rows: { offsets, neighbors, weights } }) => {
      for (let i = offsets[a] ?? 0; i < (offsets[a + 1] ?? 0); i++)
        for (let j = offsets[b] ?? 0; j < (offsets[b + 1] ?? 0); j++)
          if (neighbors[i] === neighbors[j]) sum += weight * (weights?.[i] ?? NaN) * (weights?.[j] ?? NaN);
      return sum;
    }, dense);
  };
  const degreeOf = (pin: number): number => degree(graph.boardsOfPin, pin);
  for (const query of queriesOf(graph)) {
    const { pins, weights } = query;
    const naive = ids.map((_, i) =>
      [...pins].reduce((sum, j, n) => sum + ((weights?.[n] ?? 1) * cosine(j, i)) / Math.max(degreeOf(j), 1) ** 0.25, 0),
    );
    t.ok(farthest(ranker.scoreAlone([query], 'content'), naive) < 2e-5, `content of ${pins.join()}`);
    const saved = ranker.scoreAlone([query], 'filter');
    const passed = ids.map((_, i) => {
      const likes = ids.map((_, j) => (degreeOf(j) > 0 ? Math.max(cosine(i, j), 0) ** 2 : 0)); // fewer than 80 pins
      const total = likes.reduce((sum, like) => sum + like, 0);
      return degreeOf(i) > 0 ? 0 : likes.reduce((sum, like, j) => sum + (like / total) * (saved[j] ?? NaN), 0);
    });
    t.ok(farthest(ranker.scoreAlone([query], 'contentNeighbors'), passed) < 2e-4, `contentNeighbors of ${pins.join()}`);
  }
  t.end();
});

t.test('the walk is the exact walk, not through the own board, from liked pins only', (t) => {
  const graph = randomGraph(5, size);
  const ranker = Ranker.open({ graph, matrices: new Map() });
  const walk = new ExactWalk(graph, walkFactors(graph, ranker.settings.walk));
  const expected = new Float32Array(graph.pinCount);
  walk.scoreInto(boardQuery(graph, 7), expected);
  t.same(ranker.scoreAlone([boardQuery(graph, 7)], 'walk'), expected);
  const query = { pins: Uint32Array.of(3, 9, 2), weights: Float32Array.of(1.5, -0.5, 0), ownBoard: 4 as Board };
  walk.scoreInto({ pins: Uint32Array.of(3), weights: Float32Array.of(1.5), ownBoard: 4 as Board }, expected);
  t.same(ranker.scoreAlone([query], 'walk'), expected);
  t.end();
});

t.test('titles: `pinTitle` finds pins titled like the pins, `boardTitle` pins titled like the board', (t) => {
  const graph = sixPins();
  const titles = {
    pins: ['red kettle', 'kettle', 'piano', 'small piano', 'lamp', 'kettles'],
    boards: ['', 'things with a kettle', 'pianos', 'lamps'],
  };
  const ranker = Ranker.open({ graph, matrices: new Map(), titles });
  const text = ranker.scoreAlone([{ pins: Uint32Array.of(1) }], 'pinTitle');
  t.ok(Math.abs((text[1] ?? NaN) - 1) < 1e-6, 'a title is at cosine 1 from itself');
  t.ok((text[0] ?? 0) > (text[5] ?? 0) && (text[5] ?? 0) > 0, 'whole words before parts of words');
  t.same([text[2], text[3], text[4]], [0, 0, 0]);
  const title = ranker.scoreAlone([boardQuery(graph, 2), boardQuery(graph, 0)], 'boardTitle');
  t.ok((title[2] ?? 0) > 0 && title[1] === 0);
  t.ok(
    row(title, 1, 6).every((score) => score === 0),
    'a board without a title says nothing',
  );
  const apart = ranker.scoreAlone([{ pins: Uint32Array.of(1), weights: Float32Array.of(-1) }], 'pinTitle');
  t.ok(Math.abs((apart[1] ?? NaN) + 1) < 1e-6, 'not like this');
  t.end();
});

/** The weighted sum of some pins' scores, each divided by its standard deviation over `among`. */
function naiveSum(
  ranker: Ranker,
  query: Query,
  { weights, pins, among }: { weights: FusionWeights; pins: readonly number[]; among: readonly number[] },
): number[] {
  const sum = pins.map(() => 0);
  for (const name of scoreNames) {
    const alone = ranker.scoreAlone([query], name);
    const deviation = deviationOf(among.map((pin) => alone[pin] ?? NaN));
    if (deviation > 0)
      pins.forEach((pin, n) => (sum[n] = (sum[n] ?? 0) + (weights[name] * (alone[pin] ?? NaN)) / deviation));
  }
  return sum;
}

t.test(
  'fused equals the hand sum of scores; pins without saves have weights, standard deviations and a place of their own',
  (t) => {
    const graph = randomGraph(6, { ...size, pinCount: 70 });
    const weights = fusionWeights(Object.fromEntries(scoreNames.map((name, n) => [name, 0.3 + n])));
    const coldWeights = fusionWeights({ content: 1, contentNeighbors: 0.7, boardTitle: 0.4 });
    const settings = { ...rankingDefaults, boardWeights: weights, pinWeights: weights, coldWeights, coldScale: 0.6 };
    const ranker = Ranker.open({ ...partsOf(graph), settings });
    const all = Array.from({ length: graph.pinCount }, (_, pin) => pin);
    const [saved, cold] = [true, false].map((has) => all.filter((pin) => degree(graph.boardsOfPin, pin) > 0 === has));
    t.ok((cold?.length ?? 0) > 3);
    const queries = queriesOf(graph);
    const fused = ranker.scoreBoards(queries);
    const mean = (list: readonly number[]): number => list.reduce((sum, x) => sum + x, 0) / list.length;
    queries.forEach((query, n) => {
      const expected = naiveSum(ranker, query, { weights, pins: all, among: all });
      const warm = (saved ?? []).map((pin) => expected[pin] ?? NaN);
      const own = naiveSum(ranker, query, { weights: coldWeights, pins: cold ?? [], among: cold ?? [] });
      const scale = (0.6 * deviationOf(warm)) / deviationOf(own);
      if (deviationOf(own) > 0)
        cold?.forEach((pin, c) => (expected[pin] = mean(warm) + scale * ((own[c] ?? NaN) - mean(own))));
      t.ok(farthest(row(fused, n, graph.pinCount), expected) < 2e-3, `query ${n}`);
    });
    const both = { saved: weights, cold: coldWeights };
    t.same(ranker.scorePins(Uint32Array.of(4)), ranker.score([{ pins: Uint32Array.of(4) }], both));
    t.end();
  },
);

t.test('a weight of 0 leaves a score out, and a strategy is one score alone', (t) => {
  const graph = randomGraph(6, size);
  const ranker = Ranker.open(partsOf(graph));
  const queries = queriesOf(graph);
  t.ok(ranker.score(queries, { saved: fusionWeights({}) }).every((score) => score === 0));
  for (const strategy of strategies) {
    if (strategy === 'fused') continue;
    t.same(ranker.scoreBoards(queries, strategy), ranker.standardScores(queries, strategy));
    const pins = Uint32Array.of(4, 8);
    const alone = ranker.standardScores(
      [{ pins: Uint32Array.of(4) }, { pins: Uint32Array.of(8) }],
      strategy === 'embedding' ? 'targetCosine' : strategy,
    );
    t.same(ranker.scorePins(pins, strategy), alone, `${strategy} of pins`);
  }
  t.end();
});

t.test('a batch equals single calls to the bit', (t) => {
  for (const seed of [1, 2]) {
    const graph = randomGraph(seed, { pinCount: 130, boardCount: 40, saveCount: 600 });
    const ranker = Ranker.open(partsOf(graph, seed));
    const random = randomStream(seed, 'queries');
    const queries = [
      ...queriesOf(graph),
      ...Array.from({ length: 37 }, () => ({ pins: Uint32Array.of(randomInteger(random, 130)) })),
    ];
    for (const name of scoreNames) {
      const together = ranker.scoreAlone(queries, name);
      const alone = queries.map((query) => hex(ranker.scoreAlone([query], name)));
      t.same(
        queries.map((_, n) => hex(row(together, n, 130))),
        alone,
        name,
      );
    }
    const pins = Uint32Array.from({ length: 130 }, (_, pin) => pin);
    const all = ranker.scorePins(pins);
    t.equal(hex(row(all, 77, 130)), hex(ranker.scorePins(Uint32Array.of(77))));
    t.equal(ranker.scoreBoards([]).length, 0, 'no queries, no scores');
  }
  t.end();
});

t.test('a score that says nothing about a query is left out of its sum', (t) => {
  const graph = sixPins(); // pin 5 has no saves
  const parts = partsOf(graph);
  const cold: Query = { pins: Uint32Array.of(5) };
  const ranker = Ranker.open(parts);
  const silent = ['walk', 'spectral', 'factorCosine', 'embedding', 'targetCosine'] as const;
  for (const name of silent) {
    t.ok(
      ranker.scoreAlone([cold], name).every((score) => score === 0),
      `${name} knows nothing of pin 5`,
    );
  }
  // Given a query vector, it is found by the embedding alone.
  const query = matrix(6, 4, (i) => (i >= 20 ? 1 : 0));
  const seen = Ranker.open({ graph, matrices: new Map([...parts.matrices, ['pin.query', query]]) });
  const weights = fusionWeights({ walk: 1, spectral: 1, embedding: 2 });
  const expected = new Float32Array(6);
  addScaled(expected, seen.standardScores([cold], 'embedding'), 2);
  t.same(seen.score([cold], { saved: weights }), expected);
  t.ok(expected.some((score) => score !== 0));
  t.end();
});

t.test('equal scores have no deviation, whatever their size', (t) => {
  const graph = sixPins();
  const matrices = new Map([
    ['pin.query', matrix(6, 2, () => 1)],
    ['pin.target', matrix(6, 2, () => Math.SQRT1_2)],
    ['pin.bias', matrix(6, 1, () => 3.3)],
  ]);
  const ranker = Ranker.open({ graph, matrices });
  t.ok(ranker.scoreAlone([boardQuery(graph, 0)], 'embedding').every((score) => score > 13));
  t.same(ranker.standardScores([boardQuery(graph, 0)], 'embedding'), new Float32Array(6));
  t.end();
});

t.test('a graph alone can be ranked, by the walk and the filter', (t) => {
  const graph = sixPins();
  const ranker = Ranker.open({ graph, matrices: new Map() });
  for (const name of scoreNames) {
    const scores = ranker.scoreAlone([boardQuery(graph, 1)], name);
    t.equal(scores.length, 6);
    if (name !== 'walk' && name !== 'filter')
      t.ok(
        scores.every((score) => score === 0),
        name,
      );
  }
  const fused = ranker.scoreBoards([boardQuery(graph, 1)]);
  const listed = topPins(fused, 6, (pin) => pin !== 0 && pin !== 4 && pin !== 5).pins;
  t.same([...listed].sort(), [0, 4], 'the pin without saves is not reached');
  t.end();
});

t.test('boardQuery takes the pins of a board and leaves its own board out of the walk', (t) => {
  const query = boardQuery(sixPins(), 1);
  t.same(query.pins, Uint32Array.of(1, 2, 3));
  t.equal(query.ownBoard, 1);
  t.end();
});

t.test('topPins lists the best first, equal scores lower row first, never an excluded pin, never padded', (t) => {
  const scores = Float32Array.of(1, 3, 2, 3, -Infinity, 3, 0, NaN, -1);
  const list = topPins(scores, 3, () => false);
  t.same(list.pins, Uint32Array.of(1, 3, 5));
  t.same(list.scores, Float32Array.of(3, 3, 3));
  t.same(topPins(scores, 2, (pin) => pin === 1).pins, Uint32Array.of(3, 5));
  t.same(
    topPins(scores, 100, (pin) => pin % 2 === 1).pins,
    Uint32Array.of(2, 0, 8),
    'what is not reached is in no list',
  );
  t.same(topPins(scores, 0, () => false).pins, new Uint32Array(0));
  t.same(topPins(scores, 3, () => true).pins, new Uint32Array(0));
  t.end();
});

t.test('topPins agrees with sorting everything', (t) => {
  const random = randomStream(3, 'spec');
  const scores = Float32Array.from({ length: 500 }, () => randomInteger(random, 40));
  const reached = [...scores.keys()].filter((pin) => scores[pin] !== 0);
  const order = reached.sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  for (const k of [1, 7, 100, 500]) {
    t.same(topPins(scores, k, () => false).pins, Uint32Array.from(order.slice(0, k)));
    const odd = order.filter((pin) => pin % 2 === 1);
    t.same(topPins(scores, k, (pin) => pin % 2 === 0).pins, Uint32Array.from(odd.slice(0, k)));
  }
  t.end();
});

t.test('open refuses matrices that do not fit', (t) => {
  const graph = sixPins();
  const { matrices } = partsOf(graph);
  t.throws(() => Ranker.open({ graph, matrices: new Map([['pin.structure', matrix(5, 2, () => 0)]]) }), {
    code: 'GENERATION_INVALID',
    message: 'Ranker: pin.structure must have one row a pin (got 5 rows for 6 pins)',
  });
  matrices.delete('pin.target');
  t.throws(() => Ranker.open({ graph, matrices }), {
    code: 'GENERATION_INVALID',
    message: 'Ranker: pin.query, pin.target and pin.bias go together (got only pin.query, pin.bias)',
  });
  t.end();
});

t.test('settings of an older generation rank as they did: scores it did not know count nothing', (t) => {
  const { spectral, walk, embedding } = { spectral: 0.7, walk: 1, embedding: 3 };
  const boardWeights = { walk, spectral, embedding } as RankingSettings['boardWeights'];
  const { temperature, walk: exponents } = rankingDefaults;
  const settings = storedSettings({ temperature, walk: exponents, boardWeights });
  t.same(settings.boardWeights, fusionWeights({ walk, spectral, embedding }));
  t.same(settings.coldWeights, rankingDefaults.coldWeights);
  t.equal(settings.querySizePower, 0);
  const graph = randomGraph(5, size);
  const scores = Ranker.open({ ...partsOf(graph), settings }).scoreBoards([boardQuery(graph, 0)]);
  t.ok(scores.every(Number.isFinite));
  t.end();
});
