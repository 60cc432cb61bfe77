import t from 'tap';
import type { Saves } from '../../../data/collection.js';
import type { StoredMatrix } from '../../../data/generation/schema.js';
import { randomInteger, randomNormal, randomStream } from '../../../data/random.js';
import { type BipartiteGraph, buildGraph } from '../../../graph/bipartite-graph.js';
import { chooseFusionWeights } from '../../../train/fusion/fusion-weights.js';
import { evaluate, onThisThread } from '../../../train/evaluation/evaluate.js';
import type { Scorer } from '../../../train/evaluation/scorer.js';
import {
  boardIdeas,
  coldPins,
  relatedPins,
  thinOut,
  type HeldOut,
  type Task,
  type TaskName,
} from '../../../train/evaluation/tasks.js';
import { silent } from '../../../train/progress.js';
import { contentFields } from '../../../train/content/content-fields.js';
import { boardQuery } from '../../../train/ranking/query.js';
import { Ranker } from '../../../train/ranking/ranker.js';
import { fusionWeights, rankingDefaults } from '../../../train/ranking/settings.js';

const pinCount = 120;
const boardCount = 150;
const groupCount = 12;

/**
 * Boards hold pins of one group, each board few of them: the walk says little of what is withheld, the target vectors (a
 * direction a group) say it all, but biases drown the embedding that the defaults trust. Or what is withheld are pins without saves
 * and vectors, of which nothing is known.
 */
function world(withheld: 'pins of the group' | 'cold pins'): {
  graph: BipartiteGraph;
  matrices: Map<string, StoredMatrix>;
  tasks: Record<TaskName, Task>;
} {
  const random = randomStream(1, 'spec');
  const warmCount = pinCount - groupCount; // one pin of each group is cold
  const [known, heldOut] = [[], []] as [[number, number][], [number, number][]];
  for (let board = 0; board < boardCount; board++) {
    const group = board % groupCount;
    const inGroup = (): number => group + groupCount * randomInteger(random, warmCount / groupCount);
    const cold = warmCount + group;
    const pins = [group, ...new Set([inGroup(), inGroup(), inGroup()].filter((pin) => pin !== group))];
    if (pins.length === 1) pins.push(group + groupCount);
    for (const pin of pins.slice(0, -1)) known.push([board, pin]);
    for (const pin of withheld === 'cold pins' ? [cold] : pins.slice(-1)) heldOut.push([board, pin]);
  }
  const graph = buildGraph(savesOf(known), { pinCount, boardCount });
  const direction = new Float32Array(pinCount * groupCount);
  for (let pin = 0; pin < warmCount; pin++) direction[pin * groupCount + (pin % groupCount)] = 1;
  const vectors: StoredMatrix = { rows: pinCount, columns: groupCount, values: direction };
  const bias = Float32Array.from({ length: pinCount }, () => 30 * randomNormal(random));
  bias.fill(withheld === 'cold pins' ? -1000 : -1, warmCount);
  const matrices = new Map([
    ['pin.query', vectors],
    ['pin.target', vectors],
    ['pin.bias', { rows: pinCount, columns: 1, values: bias }],
  ]);
  const saves = { known: graph, heldOut: savesOf(heldOut) };
  return { graph, matrices, tasks: tasksOf(saves) };
}

function tasksOf(saves: HeldOut): Record<TaskName, Task> {
  return { boardIdeas: boardIdeas(saves), relatedPins: relatedPins(saves, { seed: 1 }), coldPins: coldPins(saves) };
}

function savesOf(pairs: readonly (readonly [number, number])[]): Saves {
  return { boards: Uint32Array.from(pairs, ([board]) => board), pins: Uint32Array.from(pairs, ([, pin]) => pin) };
}

t.test('without validation queries the defaults stay, with the logitScale of training', async (t) => {
  const { graph, matrices } = world('pins of the group');
  const nothing = { known: graph, heldOut: { boards: new Uint32Array(0), pins: new Uint32Array(0) } };
  const tasks = tasksOf(nothing);
  const { settings, trials } = await chooseFusionWeights(
    { graph, matrices, logitScale: { temperature: 0.25, querySizePower: 0.4 } },
    tasks,
    {
      progress: silent,
      workers: 1,
    },
  );
  t.same(settings, { ...rankingDefaults, temperature: 0.25, querySizePower: 0.4 });
  t.same(trials, []);
});

t.test('where no score reaches what is withheld the defaults stay', async (t) => {
  const { graph, matrices, tasks } = world('cold pins');
  t.equal(tasks.boardIdeas.queries.length, boardCount);
  const { settings } = await chooseFusionWeights({ graph, matrices, logitScale: rankingDefaults }, tasks, {
    progress: silent,
    workers: 1,
  });
  t.same(settings, rankingDefaults);
});

t.test(
  'what is chosen is better than the defaults by more than three standard errors, as a full ranking says',
  async (t) => {
    const { tasks, ...parts } = world('pins of the group');
    const told: string[] = [];
    const logitScale = { temperature: 0.5, querySizePower: 0.4 };
    const { settings, trials } = await chooseFusionWeights({ ...parts, logitScale }, tasks, {
      progress: (stage) => {
        told.push(stage);
        return () => {};
      },
      workers: 1,
    });
    t.same(told, [
      'exponents of the walk',
      'weights for boards',
      'weights for pins',
      'weights of pins without saves',
      'places of pins without saves',
    ]);
    t.match(settings, logitScale);
    for (const trial of trials) {
      t.ok(['walk', 'boardWeights', 'pinWeights', 'coldWeights'].includes(trial.what));
      t.ok(Number.isFinite(trial.mean) && Number.isFinite(trial.gain) && Number.isFinite(trial.standardError));
    }
    const recallOf = async (which: typeof settings): Promise<number> => {
      const ranker = Ranker.open({ ...parts, settings: which });
      const fused: Scorer = {
        name: 'fused',
        scoreBoards: (boards) => ranker.scoreBoards(Array.from(boards, (board) => boardQuery(parts.graph, board))),
        scorePins: (pins) => ranker.scorePins(pins),
      };
      const results = await evaluate(onThisThread([fused], pinCount), [tasks.boardIdeas], { pinCount });
      return results['fused']?.boardIdeas?.metrics['recall@20'].mean ?? NaN;
    };
    const { walk } = settings;
    const chosen = await recallOf(settings);
    const base = await recallOf({ ...rankingDefaults, ...logitScale, walk });
    const chosenText = JSON.stringify(settings.boardWeights);
    const last = trials.find(({ what, setting }) => what === 'boardWeights' && JSON.stringify(setting) === chosenText);
    t.ok(last, 'what was chosen is a setting that won a round');
    t.same(
      settings.boardWeights,
      fusionWeights({ walk: 1 }),
      'the walk alone: biases drown the embedding, so it is dropped',
    );
    t.ok(Number(last?.gain) > 3 * Number(last?.standardError));
    t.ok(Math.abs(chosen - Number(last?.mean)) < 0.02, `${chosen} by full ranking, ${last?.mean} by pooled pins`);
    t.ok(base < 0.8 && chosen > 0.85, `${base} to ${chosen}`);
  },
);

t.test('chooseFusionWeights is the same each time', async (t) => {
  const { tasks, ...parts } = world('pins of the group');
  const [first, second] = [0, 1].map(() =>
    chooseFusionWeights({ ...parts, logitScale: rankingDefaults }, tasks, { progress: silent, workers: 1 }),
  );
  t.same(await first, await second);
});

t.test('a bias that lowers every pin alike, as a binary loss learns it, changes nothing that is chosen', async (t) => {
  const { tasks, matrices, ...parts } = world('pins of the group');
  const bias = matrices.get('pin.bias') as StoredMatrix;
  const lowered = { ...bias, values: bias.values.map((value) => value - 1000) };
  const options = { progress: silent, workers: 1 };
  const logitScale = rankingDefaults;
  const high = await chooseFusionWeights({ ...parts, matrices, logitScale }, tasks, options);
  const low = await chooseFusionWeights(
    { ...parts, matrices: new Map([...matrices, ['pin.bias', lowered]]), logitScale },
    tasks,
    options,
  );
  t.same(low.settings.boardWeights, high.settings.boardWeights);
  const meansOf = ({ trials }: typeof low): number[] => trials.map(({ mean }) => mean);
  t.same(meansOf(low), meansOf(high));
});

t.test('what saved pins are about counts for boards and for pins, where it says what is withheld', async (t) => {
  const random = randomStream(2, 'spec');
  const pairs = Array.from({ length: boardCount }, (_, board) => {
    const [first, step] = [randomInteger(random, 10), 1 + randomInteger(random, 9)]; // two of the ten pins of a group
    return {
      board,
      known: (board % groupCount) + groupCount * first,
      withheld: (board % groupCount) + groupCount * ((first + step) % 10),
    };
  });
  const savesBy = (name: 'known' | 'withheld'): Saves => savesOf(pairs.map(({ board, [name]: pin }) => [board, pin]));
  const graph = buildGraph(savesBy('known'), { pinCount, boardCount }); // of a pin a board: no walk leads anywhere
  const tasks = tasksOf({ known: graph, heldOut: savesBy('withheld') });
  const pins = Array.from({ length: pinCount }, (_, pin) => pin);
  const attributes = pins.map((pin) => ({ tags: `all|group${pin % groupCount}` }));
  const fields = contentFields({ ids: pins.map(String), attributes });
  const titles = { pins: pins.map(() => ''), boards: new Array<string>(boardCount).fill(''), fields };
  const parts = { graph, matrices: new Map(), titles, logitScale: rankingDefaults };
  const { settings, trials } = await chooseFusionWeights(parts, tasks, { progress: silent, workers: 1 });
  for (const what of ['boardWeights', 'pinWeights'] as const) {
    const first = trials.find((trial) => trial.what === what && Number(trial.setting['content']) > 0);
    t.ok(settings[what].content > 0, `${what}: content ${settings[what].content}`);
    t.ok(Number(first?.gain) > 3 * Number(first?.standardError));
  }
});

t.test('one standard error moves the weight of the embedding, other weights take three', async (t) => {
  const { tasks, ...parts } = world('pins of the group');
  const few = { ...tasks, boardIdeas: thinOut(tasks.boardIdeas, 10) };
  const options = { progress: silent, workers: 1 };
  const { settings, trials } = await chooseFusionWeights({ ...parts, logitScale: rankingDefaults }, few, options);
  const [first, last] = trials.filter(({ what }) => what === 'boardWeights');
  t.same(settings.boardWeights, { ...rankingDefaults.boardWeights, embedding: 4 });
  t.same(first?.setting, settings.boardWeights);
  t.ok(Number(first?.gain) > Number(first?.standardError) && Number(first?.gain) < 3 * Number(first?.standardError));
  t.ok(last?.setting['walk'] === 10 && last.mean > Number(first?.mean), 'a better one that is not sure');
});
