import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { PinwalkError } from '../../../data/errors.js';
import { syntheticSaves } from '../../../data/synthetic.js';
import { buildGraph } from '../../../graph/bipartite-graph.js';
import { degree } from '../../../graph/compressed-rows.js';
import { evaluate, onThisThread } from '../../../train/evaluation/evaluate.js';
import { boardIdeas, coldPins, relatedPins } from '../../../train/evaluation/tasks.js';
import { queryResults, readQueries, writeQueries } from '../../../train/report/query-results.js';
import { boardQueries, pinQueries } from './sample.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-queries-'));
const file = path.join(folder, 'queries.parquet');

t.test('queries come back from the file as they were', async (t) => {
  const { models, ...pins } = pinQueries;
  const tasks = [boardQueries, { ...pins, models: new Map([...models].filter(([model]) => model !== 'walk')) }];
  writeQueries(file, tasks);
  t.same(await readQueries(file), tasks, 'a model that was not asked in a task is not there');
  t.notOk(existsSync(`${file}.writing`));
  const [boards] = await readQueries(file, ['walk', 'nobody']);
  t.same([...(boards?.models.keys() ?? [])], ['walk']);
  t.same(boards?.models.get('walk'), boardQueries.models.get('walk'));
});

t.test('models of earlier builds come back under their current names', async (t) => {
  const { walk, ...others } = Object.fromEntries(boardQueries.models);
  const stored = walk ? [...Object.entries(others), ['structure', walk] as const] : [];
  writeQueries(file, [{ ...boardQueries, models: new Map(stored) }]);
  const [all] = await readQueries(file);
  t.same([...(all?.models.keys() ?? [])], ['pinwalk', 'spectral']);
  t.same(all?.models.get('spectral'), walk);
  const [one] = await readQueries(file, ['spectral']);
  t.same([...(one?.models.keys() ?? [])], ['spectral']);
});

t.test('what stood in for a model comes back from the file, for the model it stood in for', async (t) => {
  const fallbacks = boardQueries.queries.map((_, q) => (q === 1 ? 'popular' : null));
  const models = new Map(boardQueries.models);
  const [model = '', results] = [...models][0] ?? [];
  if (results) models.set(model, { ...results, fallbacks });
  writeQueries(file, [{ ...boardQueries, models }]);
  t.same((await readQueries(file))[0]?.models, models);
});

t.test('queryResults names queries and answers by their ids, with degrees and hits', async (t) => {
  const { collection } = syntheticSaves({ pinCount: 30, boardCount: 20, saveCount: 120, seed: 2 });
  const { boards, pins } = collection.saves;
  const part = (isTest: boolean): { boards: Uint32Array; pins: Uint32Array } => ({
    boards: boards.filter((_, n) => (n % 4 === 0) === isTest),
    pins: pins.filter((_, n) => (n % 4 === 0) === isTest),
  });
  const known = buildGraph(part(false), { pinCount: 30, boardCount: 20 });
  const heldOut = part(true);
  const split = { known, heldOut };
  const tasks = [
    boardIdeas(split),
    relatedPins(split, { seed: 1 }),
    coldPins({ ...split, coldPins: Uint32Array.of() }),
  ];
  const scores = (rows: Uint32Array): Float32Array => Float32Array.from({ length: 30 * rows.length }, (_, n) => n % 30);
  const scorer = { name: 'rows', scoreBoards: scores, scorePins: scores };
  const evaluation = await evaluate(onThisThread([scorer], 30), tasks, { pinCount: 30 });
  const results = queryResults(evaluation, tasks, { collection, known });
  t.same(
    results.map(({ task }) => task),
    ['boardIdeas', 'relatedPins'],
    'no task without queries',
  );
  const saves = new Set(Array.from(heldOut.boards, (board, n) => `${board} ${heldOut.pins[n]}`));
  const [ideas] = results;
  let count = 0;
  ideas?.queries.forEach((id, q) => {
    const board = collection.boards.ids.indexOf(id);
    const answers = ideas.answers[q] ?? [];
    const own = ideas.models.get('rows');
    answers.forEach((answer, n) => {
      const pin = collection.pins.ids.indexOf(answer);
      t.ok(saves.has(`${board} ${pin}`));
      t.equal(ideas.degrees[q]?.[n], degree(known.boardsOfPin, pin));
      count++;
    });
    const recall = (own?.hits[q] ?? []).reduce((sum, hit) => sum + hit, 0) / answers.length;
    t.equal(recall, own?.perQuery['recall@20'][q], 'hits and recall@20 say the same');
  });
  t.equal(count, saves.size);
  writeQueries(file, results);
  t.same(await readQueries(file), results);
});

t.test('a file that is none is refused with what to do', async (t) => {
  writeFileSync(file, 'not Parquet');
  await t.rejects(readQueries(file), {
    constructor: PinwalkError,
    code: 'INPUT_INVALID',
    message: /^readQueries: .*queries\.parquet must hold the queries of a run \(got .*\); evaluate the run again$/,
  });
});

t.test('a damaged file is read within limits, as any Parquet', async (t) => {
  writeQueries(file, [boardQueries]);
  const damaged = readFileSync(file);
  damaged.fill(0xff, 7, 11); // the size that the first page unpacks to
  writeFileSync(file, damaged);
  await t.rejects(readQueries(file), { code: 'INPUT_INVALID', message: /\(got: column task, row group 1: / });
});
