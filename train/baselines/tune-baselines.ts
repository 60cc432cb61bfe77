/**
 * Chooses the few parameters of baselines on validation, so that a comparison with them is fair.
 *
 * The same task and metric that the model's own weights are chosen by; of equal settings the first. What is tried is a fixed list, cut
 * so that the largest fit of `als` costs at most {@link MOST_ALS_PRODUCTS}: the choice does not depend on how fast a machine is.
 */
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { evaluate, onThisThread } from '../evaluation/evaluate.js';
import type { Scorer } from '../evaluation/scorer.js';
import { thinOut, type Task } from '../evaluation/tasks.js';
import { als, alsDefaults, alsFactors, type AlsSettings } from './als.js';
import { neighborDefaults, neighborTrials, neighborWeightings, type NeighborSettings } from './item-neighbors.js';

/** Settings by baseline. */
export interface TunedBaselines {
  readonly als: AlsSettings;
  readonly cosineNeighbors: NeighborSettings;
  readonly tfIdfNeighbors: NeighborSettings;
  readonly bm25Neighbors: NeighborSettings;
}

/** Where nothing was validated. */
export const untuned: TunedBaselines = Object.freeze({
  als: alsDefaults,
  cosineNeighbors: neighborDefaults,
  tfIdfNeighbors: neighborDefaults,
  bm25Neighbors: neighborDefaults,
});

/** What a trial asks at most. */
const MOST_QUERIES = 1000;
/** Rows times dimension squared: a fit of half a minute. */
export const MOST_ALS_PRODUCTS = 2e9;

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
  const figureOf = async (scorer: Scorer): Promise<number> => {
    const { pinCount } = graph;
    const results = await evaluate(onThisThread([scorer], pinCount), [task], { pinCount });
    return results[scorer.name]?.boardIdeas?.metrics['recall@20'].mean ?? 0;
  };
  const bestOf = async <Settings>(
    trials: readonly Trial<Settings>[],
    start?: Found<Settings>,
  ): Promise<Found<Settings>> => {
    let best = start;
    for (const { settings, scorer } of trials) {
      const figure = await figureOf(scorer());
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
    const fitting = DIMENSIONS.filter((dimension, n) => n === 0 || rows * dimension ** 2 <= MOST_ALS_PRODUCTS);
    const byDimension = await bestOf(fitting.map((dimension) => trial({ ...alsDefaults, dimension })));
    const { dimension } = byDimension.settings;
    tuned.als = (
      await bestOf(
        ALS_TRIALS.map((settings) => trial({ ...settings, dimension })),
        byDimension,
      )
    ).settings;
  }
  return tuned;
}

interface Trial<Settings> {
  readonly settings: Settings;
  readonly scorer: () => Scorer;
}

interface Found<Settings> {
  readonly settings: Settings;
  readonly figure: number;
}
