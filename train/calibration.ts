/**
 * Chooses how scores are fused, on validation alone, by a rule that is fixed before test is read.
 *
 * The rule: the defaults stay unless some other setting is better by more than two standard errors of the paired difference;
 * among those the best mean wins. So a small or misleading validation part cannot move the weights far from what holds on
 * other data sets (spec/decisions.md).
 */
import type { BipartiteGraph } from '../graph/bipartite-graph.js';
import { rowsOf } from './batches.js';
import { evaluate } from './evaluation/evaluate.js';
import { estimate, type QueryMetric } from './evaluation/metrics.js';
import type { Scorer } from './evaluation/scorer.js';
import type { Task } from './evaluation/tasks.js';
import type { Progress } from './progress.js';
import { addScaled, boardQuery, type Query, Ranker, type StoredMatrix } from './ranking/ranker.js';
import {
  rankingDefaults,
  scoreNames,
  type FusionWeights,
  type RankingSettings,
  type ScoreName,
} from './ranking/settings.js';
import type { WalkExponents } from './ranking/walk-scores.js';

/** What was tried and what came of it; stored with the run. */
export interface Calibration {
  readonly settings: RankingSettings;
  readonly trials: readonly Trial[];
}

/** One setting's figure on validation. */
export interface Trial {
  readonly what: 'walk' | 'boardWeights' | 'pinWeights';
  readonly setting: Readonly<Record<string, number>>;
  readonly mean: number;
  /** Over the default, and the standard error of that difference over queries. */
  readonly gain: number;
  readonly standardError: number;
}

const SIGNIFICANT = 2;
const MOST_QUERIES = 1500;
/** The grid of walks is larger, and each has to walk. */
const MOST_WALK_QUERIES = 600;
/** Queries at a time: every setting holds its scores of them. */
const BATCH = 32;

const walkGrid: readonly WalkExponents[] = [0.3, 0.5].flatMap((query) =>
  [0.5, 1, 1.5].flatMap((board) =>
    [0.1, 0.3, 0.5].flatMap((target) => [1, 1.3, 2].map((power) => ({ query, board, target, power }))),
  ),
);

const boardGrid: readonly FusionWeights[] = [0, 1].flatMap((walk) =>
  [0, 0.3, 0.7].flatMap((structure) =>
    [0, 0.3, 0.7, 1, 2, 3, 5].map((embedding) => ({ walk, structure, embedding, likeness: 0 })),
  ),
);

const pinGrid: readonly FusionWeights[] = [0, 0.3, 1].flatMap((walk) =>
  [0, 0.5].flatMap((embedding) => [0, 1, 2].map((likeness) => ({ walk, structure: 0, embedding, likeness }))),
);

/**
 * Chooses walk exponents, then weights for boards, then weights for single pins.
 *
 * @param parts  graph of what is known on validation, and the trained matrices
 * @param tasks  boardIdeas and relatedPins over the validation saves; one without queries leaves its defaults
 *
 * Cost: each score of each query once, each setting a pass over their sum; at most 1,500 queries a task.
 */
export async function calibrate(
  parts: { graph: BipartiteGraph; matrices: ReadonlyMap<string, StoredMatrix> },
  tasks: { boardIdeas: Task; relatedPins: Task },
  progress: Progress,
): Promise<Calibration> {
  const { graph } = parts;
  const trials: Trial[] = [];
  const context = { trials, progress, graph };

  const walk = await choose(
    { what: 'walk', metric: 'recall@20', task: sample(tasks.boardIdeas, MOST_WALK_QUERIES) },
    { fallback: rankingDefaults.walk, grid: walkGrid },
    (exponents) => {
      const walker = Ranker.open({ graph, matrices: new Map(), settings: { ...rankingDefaults, walk: exponents } });
      return (queries) => walker.scoreAlone(queries, 'walk');
    },
    context,
  );
  const ranker = Ranker.open({ ...parts, settings: { ...rankingDefaults, walk } });
  const remembered = rememberScores(ranker);
  const fuse = (weights: FusionWeights) => (queries: readonly Query[]) => {
    const fused = new Float32Array(queries.length * graph.pinCount);
    for (const name of scoreNames) if (weights[name] !== 0) addScaled(fused, remembered(queries, name), weights[name]);
    return fused;
  };
  const boardWeights = await choose(
    { what: 'boardWeights', metric: 'recall@20', task: sample(tasks.boardIdeas, MOST_QUERIES) },
    { fallback: rankingDefaults.boardWeights, grid: boardGrid.filter(isSomething) },
    fuse,
    context,
  );
  const pinWeights = await choose(
    { what: 'pinWeights', metric: 'hitRate@10', task: sample(tasks.relatedPins, MOST_QUERIES) },
    { fallback: rankingDefaults.pinWeights, grid: pinGrid.filter(isSomething) },
    fuse,
    context,
  );
  return { settings: { ...rankingDefaults, walk, boardWeights, pinWeights }, trials };
}

/** Tries every setting of a grid on a task and applies the rule. */
async function choose<Setting extends object>(
  { what, metric, task }: { what: Trial['what']; metric: QueryMetric; task: Task },
  { fallback, grid }: { fallback: Setting; grid: readonly Setting[] },
  scorerOf: (setting: Setting) => (queries: readonly Query[]) => Float32Array,
  { trials, progress, graph }: { trials: Trial[]; progress: Progress; graph: BipartiteGraph },
): Promise<Setting> {
  if (task.queries.length === 0) return fallback;
  const scorers = [fallback, ...grid].map((setting, n): Scorer => {
    const score = scorerOf(setting);
    return {
      name: String(n),
      scoreBoards: (boards) => score(Array.from(boards, (board) => boardQuery(graph, board))),
      scorePins: (pins) => score(Array.from(pins, (pin) => ({ pins: Uint32Array.of(pin) }))),
    };
  });
  const results = await evaluate(scorers, [task], {
    pinCount: graph.pinCount,
    batchSize: BATCH,
    onProgress: progress(`choosing weights (${what})`),
  });
  const figures = (n: number): Float64Array => results[n]?.[task.name]?.perQuery[metric] ?? new Float64Array(0);
  const base = figures(0);
  let chosen = fallback;
  let best = -Infinity;
  grid.forEach((setting, n) => {
    const figure = figures(n + 1);
    const { mean: gain, standardError } = estimate(figure.map((value, q) => value - (base[q] as number)));
    const { mean } = estimate(figure);
    trials.push({ what, setting: { ...setting } as Record<string, number>, mean, gain, standardError });
    if (gain > SIGNIFICANT * standardError && mean > best) {
      best = mean;
      chosen = setting;
    }
  });
  return chosen;
}

/** All settings ask for the same scores of the same queries one after the other: each is computed once. */
function rememberScores(ranker: Ranker): (queries: readonly Query[], name: ScoreName) => Float32Array {
  let asked = '';
  const scores = new Map<ScoreName, Float32Array>();
  return (queries, name) => {
    const key = queries.map(({ pins, ownBoard }) => `${ownBoard ?? ''}:${pins.join()}`).join(';');
    if (key !== asked) scores.clear();
    asked = key;
    const known = scores.get(name) ?? ranker.spreadScores(queries, name);
    scores.set(name, known);
    return known;
  };
}

function isSomething(weights: FusionWeights): boolean {
  return scoreNames.some((name) => weights[name] !== 0);
}

/** Evenly spaced queries of a task. */
function sample(task: Task, most: number): Task {
  if (task.queries.length <= most) return task;
  const stride = task.queries.length / most;
  const picked = Uint32Array.from({ length: most }, (_, n) => Math.floor(n * stride));
  return {
    ...task,
    queries: picked.map((q) => task.queries[q] as number),
    relevant: rowsOf(task.relevant, picked),
    known: rowsOf(task.known, picked),
  };
}
