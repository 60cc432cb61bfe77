/**
 * One truth: over small random worlds, the list that is evaluated, served page by page, printed by `related`, exported and given by
 * the recommender is the same list, for every strategy and task.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import type { Board } from '../data/collection.js';
import { openGeneration } from '../data/generation/read.js';
import type { StoredMatrix } from '../data/generation/schema.js';
import { writeGeneration } from '../data/generation/write.js';
import { buildGraph, type BipartiteGraph } from '../graph/bipartite-graph.js';
import { degree, entriesOf } from '../graph/compressed-rows.js';
import type { App } from '../serve/app.js';
import { listLines } from '../serve/commands/lists.js';
import { related } from '../serve/commands/related.js';
import { buildServer } from '../serve/http.js';
import { openSnapshot, type Snapshot } from '../serve/snapshot.js';
import { evaluate, onThisThread } from '../train/evaluation/evaluate.js';
import { rankedScorers } from '../train/evaluation/ranked-scorer.js';
import { boardIdeas, coldPins, type Task } from '../train/evaluation/tasks.js';
import { Ranker } from '../train/ranking/ranker.js';
import { fusionWeights, rankingDefaults, strategies, type Strategy } from '../train/ranking/settings.js';

/** Longer than any world has pins, and as long as evaluated lists are. */
const K = 20;

interface World {
  /** Pins of each board; boards may be empty, pins on none. */
  readonly boards: readonly (readonly number[])[];
  readonly titles: readonly string[];
  /** Two numbers a pin, or none at all; both 0 where nothing was embedded. */
  readonly vectors: readonly (readonly [number, number])[] | undefined;
  /** The same for spectral factors. */
  readonly factors: readonly (readonly [number, number])[] | undefined;
}

const pinCounts = fc.integer({ min: 2, max: 11 });
const worlds: fc.Arbitrary<World> = pinCounts.chain((pinCount) => {
  const perPin = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> =>
    fc.array(value, { minLength: pinCount, maxLength: pinCount });
  const pair = fc.tuple(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -2, max: 2 }));
  return fc.record({
    boards: fc.array(fc.uniqueArray(fc.nat(pinCount - 1), { maxLength: 4 }), { minLength: 2, maxLength: 7 }),
    titles: fc.oneof(
      fc.constant(Array<string>(pinCount).fill('')),
      perPin(fc.constantFrom('', 'red sun', 'red', 'rain')),
    ),
    vectors: fc.option(perPin(pair), { nil: undefined }),
    factors: fc.option(perPin(pair), { nil: undefined }),
  });
});

t.test('every way to ask for a list gives the same list', async (t) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-truth-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  let count = 0;
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      await checkWorld(world, path.join(folder, `${count++}.sqlite`));
    }),
    { seed: 16, numRuns: 14, interruptAfterTimeLimit: 40_000 },
  );
  t.ok(count >= 5, `${count} worlds`);
});

async function checkWorld(world: World, file: string): Promise<void> {
  const graph = write(world, file);
  const snapshot = openSnapshot(file);
  const app = await buildServer({ snapshot, pageFolder: '/no/page' });
  try {
    const boards = world.boards.map((_, board) => `b${board}`);
    const pins = world.titles.map((_, pin) => `p${pin}`);
    const isCold = (id: string): boolean => degree(graph.boardsOfPin, Number(id.slice(1))) === 0;
    const evaluateBy = evaluator(world, graph);
    for (const strategy of strategies) {
      const evaluated = {
        boardIdeas: await evaluateBy(strategy, everyBoard(graph)),
        coldPins: await evaluateBy(strategy, everyBoardCold(graph)),
        relatedPins: await evaluateBy(strategy, everyPin(graph)),
      };
      for (const task of ['boardIdeas', 'coldPins', 'relatedPins'] as const) {
        const exported = exportedLists(file, task, strategy);
        const asking = task === 'relatedPins' ? pins : boards;
        equal([...exported.keys()], asking, `${strategy} ${task}: a line for each`);
        for (const [row, id] of asking.entries()) {
          const where = `${strategy} ${task} ${id}`;
          const given = await givenList(snapshot, task, id, strategy);
          if (task !== 'coldPins') equal(await servedList(app, task, id, strategy), given, `${where}: served`);
          const list = task === 'coldPins' ? given.pins.filter(isCold) : given.pins;
          equal(exported.get(id), list, `${where}: exported`);
          if (evaluated[task]) {
            equal(evaluated[task].lists[row], list, `${where}: evaluated`);
            equal(evaluated[task].fallbacks[row], given.fallback, `${where}: what stood in`);
          }
          checkRules(graph, { task, row, strategy }, given);
        }
      }
    }
    for (const [pin, id] of pins.entries()) {
      const strategy = strategies[pin % strategies.length] ?? 'fused';
      const given = await givenList(snapshot, 'relatedPins', id, strategy);
      equal(await printedList(file, id, strategy), given, `${strategy} ${id}: printed`);
    }
  } finally {
    await app.close();
  }
}

/** What must hold whatever the scores are, said by the graph alone. */
function checkRules(
  graph: BipartiteGraph,
  { task, row, strategy }: { task: Task['name']; row: number; strategy: Strategy },
  { pins, fallback, scoreKind }: List,
): void {
  const isPin = task === 'relatedPins';
  const own = isPin ? [row] : [...entriesOf(graph.pinsOfBoard, row)];
  const listed = pins.map((id) => Number(id.slice(1)));
  equal(
    listed.filter((pin) => own.includes(pin)),
    [],
    'what asks is not answered',
  );
  if (own.length === 0) equal(fallback, 'popular', 'a board without saves');
  if (fallback === 'popular') {
    const saves = (pin: number): number => degree(graph.boardsOfPin, pin);
    const saved = [...Array(graph.pinCount).keys()].filter((pin) => saves(pin) > 0 && !own.includes(pin));
    equal(listed, saved.sort((a, b) => saves(b) - saves(a) || a - b).slice(0, K), 'most saved first, unsaved never');
  }
  equal(scoreKind, fallback === 'popular' ? 'saves' : (fallback ?? strategy));
  if (scoreKind !== 'walk') return;
  const boards = own.flatMap((pin) => [...entriesOf(graph.boardsOfPin, pin)]).filter((board) => isPin || board !== row);
  const reached = boards.flatMap((board) => [...entriesOf(graph.pinsOfBoard, board)]);
  equal(
    listed.filter((pin) => !reached.includes(pin)),
    [],
    'no path leads to it',
  );
}

interface List {
  readonly pins: readonly string[];
  readonly scores: readonly number[];
  readonly scoreKind: string;
  readonly fallback: string | null;
}

async function givenList({ recommender }: Snapshot, task: Task['name'], id: string, strategy: Strategy): Promise<List> {
  const { pins, scores, scoreKind, fallback } =
    task === 'relatedPins'
      ? await recommender.similarPins(id, K, { strategy })
      : await recommender.recommendForBoard(id, K, { strategy });
  return { pins: Array.from(pins, (pin) => `p${pin}`), scores: [...scores], scoreKind, fallback };
}

/** Three pins at a time. */
async function servedList(app: App, task: Task['name'], id: string, strategy: Strategy): Promise<List> {
  const url = task === 'relatedPins' ? `/v1/pins/${id}/related` : `/v1/boards/${id}/ideas`;
  const items: { pinId: string; score: number }[] = [];
  for (let cursor: string | null = ''; ;) {
    const response = await app.inject(`${url}?strategy=${strategy}&limit=3${cursor ? `&cursor=${cursor}` : ''}`);
    equal(response.statusCode, 200, response.body);
    const page: Served = response.json();
    items.push(...page.items);
    cursor = page.nextCursor;
    if (cursor !== null) continue;
    const { scoreKind, fallback } = page;
    return { pins: items.map(({ pinId }) => pinId), scores: items.map(({ score }) => score), scoreKind, fallback };
  }
}

interface Served extends Omit<List, 'pins' | 'scores'> {
  readonly items: readonly { readonly pinId: string; readonly score: number }[];
  readonly nextCursor: string | null;
}

async function printedList(file: string, pin: string, strategy: Strategy): Promise<List> {
  let text = '';
  const output = { out: (part: string) => void (text += part), err: () => {} };
  await related(pin, { generation: file, k: K, strategy, json: true }, output);
  const { items, scoreKind, fallback } = JSON.parse(text) as Served;
  return { pins: items.map(({ pinId }) => pinId), scores: items.map(({ score }) => score), scoreKind, fallback };
}

function exportedLists(file: string, task: Task['name'], strategy: Strategy): Map<string, string[]> {
  const generation = openGeneration(file);
  try {
    const counts = { lists: 0, entries: 0, nothingKnown: 0 };
    const lines = [...listLines(generation, { task, k: K, strategy, counts })];
    return new Map(
      lines.map((line) => {
        const [id = '', ...pins] = line.trimEnd().split('\t');
        return [id, pins.filter(Boolean)] as const;
      }),
    );
  } finally {
    generation.close();
  }
}

type Evaluator = (
  strategy: Strategy,
  task: Task,
) => Promise<{ lists: string[][]; fallbacks: readonly (string | null)[] } | undefined>;

function evaluator(world: World, graph: BipartiteGraph): Evaluator {
  const ranker = Ranker.open({ graph, matrices: matricesOf(world), titles: titlesOf(world), settings });
  const { pinCount } = graph;
  return async (strategy, task) => {
    const models = onThisThread(rankedScorers(ranker, { model: strategy }), pinCount);
    const result = (await evaluate(models, [task], { pinCount, batchSize: 3 }))['model']?.[task.name];
    if (!result) return undefined;
    const lists = Array.from(task.queries, (_, q) => Array.from(entriesOf(result.lists, q), (pin) => `p${pin}`));
    return { lists, fallbacks: result.fallbacks };
  };
}

/** Every board asks; which pin would be right is of no matter here. */
function everyBoard(graph: BipartiteGraph): Task {
  const boards = Uint32Array.from({ length: graph.boardCount }, (_, board) => board);
  return boardIdeas({ known: graph, heldOut: { boards, pins: boards.map((board) => board % graph.pinCount) } });
}

/** The same about pins without saves; no board asks where there are none. */
function everyBoardCold(graph: BipartiteGraph): Task {
  const cold = [...Array(graph.pinCount).keys()].filter((pin) => degree(graph.boardsOfPin, pin) === 0);
  const boards = Uint32Array.from({ length: cold.length > 0 ? graph.boardCount : 0 }, (_, board) => board);
  return coldPins({ known: graph, heldOut: { boards, pins: boards.map(() => cold[0] ?? 0) } });
}

/** Every pin asks, those without saves too. */
function everyPin({ pinCount }: BipartiteGraph): Task {
  const queries = Uint32Array.from({ length: pinCount }, (_, pin) => pin);
  const offsets = Uint32Array.from({ length: pinCount + 1 }, (_, pin) => pin);
  return {
    name: 'relatedPins',
    kind: 'pins',
    queries,
    relevant: { offsets, neighbors: queries.map((pin) => (pin + 1) % pinCount) },
    known: { offsets, neighbors: queries },
  };
}

/** Every score counts something. */
const settings = {
  ...rankingDefaults,
  boardWeights: fusionWeights({ walk: 1, filter: 1, spectral: 0.5, embedding: 2, pinTitle: 0.5, boardTitle: 0.5 }),
  pinWeights: fusionWeights({ walk: 1, spectral: 1, factorCosine: 0.5, embedding: 1, targetCosine: 2, content: 0.5 }),
};

function write(world: World, file: string): BipartiteGraph {
  const { boards, titles } = world;
  const saves = {
    boards: Uint32Array.from(boards.flatMap((pins, board) => pins.map(() => board as Board))),
    pins: Uint32Array.from(boards.flat()),
  };
  const graph = buildGraph(saves, { pinCount: titles.length, boardCount: boards.length });
  const none = <Row>(rows: readonly Row[]): undefined[] => rows.map(() => undefined);
  writeGeneration(file, {
    meta: { name: 'truth', ranking: settings },
    pins: { ids: titles.map((_, pin) => `p${pin}`), titles, attributes: none(titles) },
    boards: { ids: boards.map((_, board) => `b${board}`), titles: titlesOf(world).boards, attributes: none(boards) },
    graph,
    matrices: matricesOf(world),
  });
  return graph;
}

function titlesOf({ boards, titles }: World): { pins: readonly string[]; boards: string[]; fields: [] } {
  return {
    pins: titles,
    boards: boards.map((_, board) => (titles[0] === '' || board % 2 === 0 ? '' : 'sun')),
    fields: [],
  };
}

function matricesOf({ vectors, factors }: World): Map<string, StoredMatrix> {
  const matrix = (rows: readonly (readonly number[])[]): StoredMatrix => {
    const columns = rows[0]?.length ?? 0;
    return { rows: rows.length, columns, values: Float32Array.from(rows.flat()) };
  };
  const unit = (row: readonly number[]): number[] => row.map((value) => value / (Math.hypot(...row) || 1));
  return new Map([
    ...(vectors
      ? [
          ['pin.query', matrix(vectors)] as const,
          ['pin.target', matrix(vectors.map(unit))] as const,
          ['pin.bias', matrix(vectors.map(([x]) => [x / 4]))] as const,
        ]
      : []),
    ...(factors
      ? [['pin.structure', matrix(factors)] as const, ['structure.values', matrix([[0.9], [0.4]])] as const]
      : []),
  ]);
}

function equal(got: unknown, wanted: unknown, what = 'equal'): void {
  const [is, must] = [got, wanted].map((value) => JSON.stringify(value));
  if (is !== must) throw new Error(`${what}: must be ${must} (got ${is})`);
}
