/**
 * Chooses how scores are fused, on validation alone, by a rule that is fixed before test is read.
 *
 * The rule: from the defaults, one weight after the other takes the value of a fixed grid with the best mean, if that is better
 * than before by more than one standard error of the paired difference; two rounds. What comes out replaces the defaults only if
 * it is better than them by more than two. So a small or misleading validation part cannot move the weights far from what holds
 * on other data sets (spec/decisions.md).
 */
import type { BipartiteGraph } from '../graph/bipartite-graph.js';
import { TopPins } from '../graph/top-pins.js';
import { rowsOf } from './neighborhood-rows.js';
import { estimate } from './evaluation/metrics.js';
import type { Task } from './evaluation/tasks.js';
import type { Progress, StageProgress } from './progress.js';
import { Ranker, type RankerParts } from './ranking/ranker.js';
import { RankerPool, scoreTask, type RankTask } from './ranking/ranker-pool.js';
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

/** A setting that won a round, and its figure on validation. */
export interface Trial {
  readonly what: 'walk' | 'boardWeights' | 'pinWeights';
  readonly setting: Readonly<Record<string, number>>;
  /** recall@20 for boards and walk, NDCG@20 for single pins. */
  readonly mean: number;
  /** Over the default, and the standard error of that difference over queries. */
  readonly gain: number;
  readonly standardError: number;
}

const ROUNDS = 2;
const BETTER = 1;
const SIGNIFICANT = 2;
const MOST_QUERIES = 2000;
/** Settings of the walk each have to walk. */
const MOST_WALK_QUERIES = 600;
/** Queries scored at a time. */
const BATCH = 64;
/** A pin that no score has among its best so many is not going to be among the best 20 of their sum. */
const POOLED_PER_SCORE = 100;

const WEIGHTS = [0, 0.1, 0.2, 0.35, 0.6, 1, 1.6, 2.5, 4] as const;

const EXPONENTS: readonly WalkExponents[] = [0.5, 0.75, 1].flatMap((board) =>
  [0.1, 0.3, 0.5].flatMap((target) => [1, 1.3, 2].map((power) => ({ query: 0.5, board, target, power }))),
);

/** One query's contest: scores of pooled pins, and which of them are right. */
interface Contest {
  /** [pooled pins, scores] spread-normalized. */
  readonly values: Float32Array;
  /** Rows of `values` of right pins. */
  readonly relevant: readonly number[];
  /** Right pins, those no score can reach included. */
  readonly relevantCount: number;
}

/** A query's figure from the ranks of its right pins, 1-based. */
type Figure = (ranks: readonly number[], relevantCount: number) => number;

const recallAt20: Figure = (ranks, count) => ranks.filter((rank) => rank <= 20).length / count;

/** Of one right pin; smoother in the weights than a hit rate. */
const gainAt20: Figure = (ranks) => Math.max(0, ...ranks.map((rank) => (rank <= 20 ? 1 / Math.log2(rank + 1) : 0)));

/**
 * Chooses walk exponents, then weights for boards, then weights for single pins.
 *
 * @param parts  graph of what is known on validation, the trained matrices and the temperature they were trained with, titles
 * @param tasks  boardIdeas and relatedPins over the validation saves; one without queries leaves its defaults
 *
 * Cost: each score of each query once; each setting then a look at some hundred pooled pins a query.
 */
export async function calibrate(
  { temperature, ...parts }: Omit<RankerParts, 'settings'> & { readonly temperature: number },
  tasks: { boardIdeas: Task; relatedPins: Task },
  { progress, workers }: { progress: Progress; workers: number },
): Promise<Calibration> {
  const { graph } = parts;
  const trials: Trial[] = [];
  const walk = await chooseWalk(graph, sample(tasks.boardIdeas, MOST_WALK_QUERIES), { trials, progress });
  const rankers = RankerPool.open({ ...parts, settings: { ...rankingDefaults, temperature, walk } }, workers);
  const contests = (task: Task, report: StageProgress): Promise<Contest[]> =>
    contestsOf((part) => rankers.score(part), sample(task, MOST_QUERIES), { report, pinCount: graph.pinCount });
  try {
    const boards = await contests(tasks.boardIdeas, progress('weights for boards'));
    const boardWeights = chooseWeights('boardWeights', rankingDefaults.boardWeights, {
      contests: boards,
      figure: recallAt20,
      trials,
    });
    const pins = await contests(tasks.relatedPins, progress('weights for pins'));
    const pinWeights = chooseWeights('pinWeights', rankingDefaults.pinWeights, {
      contests: pins,
      figure: gainAt20,
      trials,
    });
    return { settings: { temperature, walk, boardWeights, pinWeights }, trials };
  } finally {
    await rankers.close();
  }
}

async function chooseWalk(
  graph: BipartiteGraph,
  task: Task,
  { trials, progress }: { trials: Trial[]; progress: Progress },
): Promise<WalkExponents> {
  if (task.queries.length === 0) return rankingDefaults.walk;
  const report = progress('exponents of the walk');
  const figuresOf = async (walk: WalkExponents): Promise<Float64Array> => {
    const ranker = Ranker.open({ graph, matrices: new Map(), settings: { ...rankingDefaults, walk } });
    const contests = await contestsOf((part) => Promise.resolve(scoreTask(ranker, part)), task, {
      report: () => {},
      pinCount: graph.pinCount,
      names: ['walk'],
    });
    return Float64Array.from(contests, (contest) => recallAt20(ranksOf(contest, [1]), contest.relevantCount));
  };
  const base = await figuresOf(rankingDefaults.walk);
  let chosen = rankingDefaults.walk;
  let best = -Infinity;
  for (const [n, setting] of EXPONENTS.entries()) {
    const trial = judge('walk', { ...setting }, await figuresOf(setting), base);
    report(n + 1, EXPONENTS.length);
    if (trial.gain <= SIGNIFICANT * trial.standardError || trial.mean <= best) continue;
    trials.push(trial);
    best = trial.mean;
    chosen = setting;
  }
  return chosen;
}

function chooseWeights(
  what: Trial['what'],
  defaults: FusionWeights,
  { contests, figure, trials }: { contests: readonly Contest[]; figure: Figure; trials: Trial[] },
): FusionWeights {
  if (contests.length === 0) return defaults;
  const figuresOf = (weights: FusionWeights): Float64Array => {
    const vector = scoreNames.map((name) => weights[name]);
    return Float64Array.from(contests, (contest) => figure(ranksOf(contest, vector), contest.relevantCount));
  };
  const base = figuresOf(defaults);
  let current = { weights: defaults, figures: base };
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of scoreNames) {
      const before = current.figures;
      for (const value of WEIGHTS) {
        const weights = { ...current.weights, [name]: value };
        if (scoreNames.every((score) => weights[score] === 0)) continue;
        const figures = figuresOf(weights);
        const { gain, standardError } = judge(what, weights, figures, before);
        const isBest = estimate(figures).mean > estimate(current.figures).mean;
        if (gain > BETTER * standardError && isBest) current = { weights, figures };
      }
      if (current.figures !== before) trials.push(judge(what, current.weights, current.figures, base));
    }
  }
  const { gain, standardError } = judge(what, current.weights, current.figures, base);
  return gain > SIGNIFICANT * standardError ? current.weights : defaults;
}

function judge(what: Trial['what'], setting: Trial['setting'], figures: Float64Array, base: Float64Array): Trial {
  const { mean: gain, standardError } = estimate(figures.map((value, q) => value - (base[q] as number)));
  return { what, setting, mean: estimate(figures).mean, gain, standardError };
}

/** Scores a task's queries and pools, for each, the best pins of every score and the right ones. */
async function contestsOf(
  score: (task: RankTask) => Promise<Float32Array>,
  task: Task,
  options: { report: StageProgress; pinCount: number; names?: readonly ScoreName[] },
): Promise<Contest[]> {
  const { report, pinCount, names = scoreNames } = options;
  const contests: Contest[] = [];
  const excluded = new Uint8Array(pinCount);
  for (let from = 0; from < task.queries.length; from += BATCH) {
    const rows = task.queries.slice(from, from + BATCH);
    const scores = await Promise.all(names.map((part) => score({ kind: task.kind, rows, part })));
    for (let n = 0; n < rows.length; n++) {
      const known = entriesOf(task.known, from + n);
      for (const pin of known) excluded[pin] = 1;
      const row = scores.map((values) => values.subarray(n * pinCount, (n + 1) * pinCount));
      contests.push(poolOf(row, entriesOf(task.relevant, from + n), excluded));
      for (const pin of known) excluded[pin] = 0;
    }
    report(Math.min(from + BATCH, task.queries.length), task.queries.length);
    await new Promise((resolve) => setImmediate(resolve)); // lets a signal in
  }
  return contests;
}

function poolOf(scores: readonly Float32Array[], relevant: Uint32Array, excluded: Uint8Array): Contest {
  const pooled = new Set<number>();
  for (const values of scores) {
    const best = new TopPins(POOLED_PER_SCORE);
    let floor = 0; // pins a score does not reach are not its best
    for (let pin = 0; pin < values.length; pin++) {
      const value = values[pin] as number;
      if (value <= floor || excluded[pin] === 1) continue;
      best.offer(pin, value);
      if (best.length === POOLED_PER_SCORE) floor = best.scores[POOLED_PER_SCORE - 1] as number;
    }
    for (const pin of best.pins.subarray(0, best.length)) pooled.add(pin);
  }
  for (const pin of relevant) if (excluded[pin] === 0) pooled.add(pin);
  const pins = [...pooled];
  const values = new Float32Array(pins.length * scores.length);
  pins.forEach((pin, row) => scores.forEach((score, s) => (values[row * scores.length + s] = score[pin] as number)));
  const right = new Set(relevant);
  return {
    values,
    relevant: [...pins.keys()].filter((row) => right.has(pins[row] as number)),
    relevantCount: relevant.length,
  };
}

/** Ranks of the right pins under some weights, 1-based; of equal scores the right pin comes last. */
function ranksOf({ values, relevant }: Contest, weights: readonly number[]): number[] {
  const fused = new Float64Array(values.length / weights.length);
  for (let row = 0, at = 0; row < fused.length; row++) {
    let sum = 0;
    for (let s = 0; s < weights.length; s++, at++) sum += (weights[s] as number) * (values[at] as number);
    fused[row] = sum;
  }
  return relevant.map((row) => {
    const own = fused[row] as number;
    let rank = 0;
    for (let other = 0; other < fused.length; other++) if ((fused[other] as number) >= own) rank++;
    return rank;
  });
}

function entriesOf({ offsets, neighbors }: Task['known'], row: number): Uint32Array {
  return neighbors.subarray(offsets[row], offsets[row + 1]);
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
