/**
 * Chooses the few parameters of baselines on validation, so that a comparison with them is fair.
 *
 * The same task and metric that the model's own weights are chosen by; of equal settings the first. What is tried is a fixed list, cut
 * so that the largest fit of `als` costs at most {@link MOST_ALS_PRODUCTS} and has no more factors than the saves have rank: the choice
 * does not depend on how fast a machine is.
 */
import type { Saves } from '../../data/collection.js';
import { buildGraph, type BipartiteGraph } from '../../graph/bipartite-graph.js';
import { degrees, entriesOf, type CompressedRows } from '../../graph/compressed-rows.js';
import { evaluate, onThisThread } from '../evaluation/evaluate.js';
import type { Scorer } from '../evaluation/scorer.js';
import { boardIdeas, thinOut, type Task } from '../evaluation/tasks.js';
import { als, alsDefaults, alsFactors, type AlsSettings } from './als.js';
import { ease, easeDefaults, easeWeights, type EaseSettings } from './ease.js';
import { neighborDefaults, neighborTrials, neighborWeightings, type NeighborSettings } from './item-neighbors.js';

/** Settings by baseline. */
export interface TunedBaselines {
  readonly als: AlsSettings;
  readonly ease: EaseSettings;
  readonly cosineNeighbors: NeighborSettings;
  readonly tfIdfNeighbors: NeighborSettings;
  readonly bm25Neighbors: NeighborSettings;
}

/** Where nothing was validated. */
export const untuned: TunedBaselines = Object.freeze({
  als: alsDefaults,
  ease: easeDefaults,
  cosineNeighbors: neighborDefaults,
  tfIdfNeighbors: neighborDefaults,
  bm25Neighbors: neighborDefaults,
});

/** What a trial asks at most. */
const MOST_QUERIES = 1000;
/** Rows times dimension squared: a fit of half a minute. */
export const MOST_ALS_PRODUCTS = 2e9;

/** EASE is tuned on the most saved pins alone: its time grows with their cube. */
const EASE_PINS = 4000;
const REGULARIZATIONS = [5, 10, 20, 50, 100, 200, 400, 800] as const;

const DIMENSIONS = [64, 128, 256] as const;
/** Beside the default, at the dimension that was best. */
const ALS_TRIALS: readonly Omit<AlsSettings, 'dimension'>[] = [
  { unsavedWeight: 0.1, regularization: 0.005 },
  { unsavedWeight: 0.005, regularization: 0.005 },
  { unsavedWeight: 0.02, regularization: 0.02 },
  { unsavedWeight: 0.02, regularization: 0.001 },
];

/**
 * Tunes the baselines named.
 *
 * @param options.graph  what is known on validation
 * @param options.task  boards with what is withheld from them; without queries all settings stay as they are
 *
 * Cost: on designers' boards 5 fits of als at 256 dimensions and 3 of fewer, and 10 sets of neighbor lists of a thousand boards' pins.
 */
export async function tuneBaselines(
  names: readonly string[],
  options: { readonly graph: BipartiteGraph; readonly task: Task; readonly seed: number },
): Promise<TunedBaselines> {
  const { graph, seed } = options;
  const task = thinOut(options.task, MOST_QUERIES);
  if (task.queries.length === 0) return untuned;
  const figureOf = async (scorer: Scorer, asked: Asked): Promise<number> => {
    const { pinCount } = asked.graph;
    const results = await evaluate(onThisThread([scorer], pinCount), [asked.task], { pinCount });
    return results[scorer.name]?.boardIdeas?.metrics['recall@20'].mean ?? 0;
  };
  const bestOf = async <Settings>(
    trials: readonly Trial<Settings>[],
    start?: Found<Settings>,
    asked: Asked = { graph, task },
  ): Promise<Found<Settings>> => {
    let best = start;
    for (const { settings, scorer } of trials) {
      const figure = await figureOf(scorer(), asked);
      if (!best || figure > best.figure) best = { settings, figure };
    }
    if (!best) throw new Error('tuneBaselines: there must be something to try');
    return best;
  };
  const tuned: { -readonly [name in keyof TunedBaselines]: TunedBaselines[name] } = { ...untuned };
  for (const name of neighborWeightings)
    if (names.includes(name)) tuned[name] = (await bestOf(neighborTrials(name, graph, task))).settings;
  if (names.includes('als')) {
    const trial = (settings: AlsSettings): Trial<AlsSettings> => ({
      settings,
      scorer: () => als(graph, alsFactors(graph, seed, settings), settings),
    });
    const rows = graph.pinCount + graph.boardCount;
    const rank = Math.min(graph.pinCount, graph.boardCount);
    const fits = (dimension: number): boolean => dimension <= rank && rows * dimension ** 2 <= MOST_ALS_PRODUCTS;
    const fitting = DIMENSIONS.filter((dimension, n) => n === 0 || fits(dimension));
    const byDimension = await bestOf(fitting.map((dimension) => trial({ ...alsDefaults, dimension })));
    const { dimension } = byDimension.settings;
    tuned.als = (
      await bestOf(
        ALS_TRIALS.map((settings) => trial({ ...settings, dimension })),
        byDimension,
      )
    ).settings;
  }
  if (names.includes('ease')) {
    const few = mostSaved(graph, task, EASE_PINS);
    const trials = REGULARIZATIONS.map((regularization) => ({
      settings: { regularization },
      scorer: () => ease(few.graph, easeWeights(few.graph, { regularization })),
    }));
    if (few.task.queries.length > 0) tuned.ease = (await bestOf(trials, undefined, few)).settings;
  }
  return tuned;
}

/** The graph of the most saved pins, under rows of their own, and what a task asks of them. */
function mostSaved(graph: BipartiteGraph, task: Task, count: number): { graph: BipartiteGraph; task: Task } {
  const degree = degrees(graph.boardsOfPin);
  const order = Uint32Array.from(degree.keys()).sort((a, b) => (degree[b] as number) - (degree[a] as number) || a - b);
  const rowOf = new Int32Array(graph.pinCount).fill(-1);
  order.slice(0, count).forEach((pin, row) => (rowOf[pin] = row));
  const size = { pinCount: Math.min(count, graph.pinCount), boardCount: graph.boardCount };
  const savesAmong = (rows: CompressedRows, boards: ArrayLike<number>): Saves => {
    const saves: { boards: number[]; pins: number[] } = { boards: [], pins: [] };
    for (let n = 0; n < boards.length; n++) {
      for (const pin of entriesOf(rows, n)) {
        if ((rowOf[pin] as number) < 0) continue;
        saves.boards.push(boards[n] as number);
        saves.pins.push(rowOf[pin] as number);
      }
    }
    return { boards: Uint32Array.from(saves.boards), pins: Uint32Array.from(saves.pins) };
  };
  const known = buildGraph(savesAmong(graph.pinsOfBoard, [...Array(graph.boardCount).keys()]), size);
  return { graph: known, task: boardIdeas({ known, heldOut: savesAmong(task.relevant, task.queries) }) };
}

interface Asked {
  readonly graph: BipartiteGraph;
  readonly task: Task;
}

interface Trial<Settings> {
  readonly settings: Settings;
  readonly scorer: () => Scorer;
}

interface Found<Settings> {
  readonly settings: Settings;
  readonly figure: number;
}
