/**
 * Chooses how scores are fused, on validation alone, by a rule that is fixed before test is read.
 *
 * The rule: first a start is chosen among whole recipes: the default, the default with another weight of the embedding for boards, by
 * which data sets differ most, and each score alone, all others dropped; the best, if it is better than the default by more than one
 * standard error of the paired difference. From there one weight after the other takes the
 * value of a fixed grid with the best mean, by more than one standard error again; two rounds. What comes out of these is taken only
 * if it is better than their start by more than three: of the 200 settings that are tried, one is by more than two by chance alone.
 * At last a score alone takes the place of what was chosen if it is better by more than half a standard error: a sum that is no better
 * than one of its parts has no use.
 * So a small or misleading validation part cannot move the weights far from what holds on other data sets (spec/decisions.md).
 */
import { degrees } from '../../graph/compressed-rows.js';
import type { WalkExponents } from '../../graph/exact-walk.js';
import { estimate } from '../evaluation/metrics.js';
import { slicesOf, thinOut, type Task, type TaskName } from '../evaluation/tasks.js';
import type { Progress, StageProgress } from '../progress.js';
import type { LogitScale } from '../ranking/logit-scale.js';
import type { RankerParts } from '../ranking/ranker.js';
import {
  boardScores,
  coldScores,
  fusionWeights,
  pinScores,
  rankingDefaults,
  type FusionWeights,
  type RankingSettings,
  type ScoreName,
} from '../ranking/settings.js';
import { fuse, ranksOf, type CandidatePool } from './candidate-pool.js';
import { chooseColdScale, coldScales, type BothWeights } from './cold-quota.js';
import { ScoringPool } from './scoring-pool.js';

/** What was tried and what came of it; stored with the run. */
export interface FusionChoice {
  readonly settings: RankingSettings;
  readonly trials: readonly Trial[];
}

/** A setting that won a round, and its figure on validation. */
export interface Trial {
  readonly what: 'walk' | 'boardWeights' | 'pinWeights' | 'coldWeights';
  readonly setting: Readonly<Record<string, number>>;
  /** recall@20 for boards, cold pins and walk, NDCG@20 for single pins. */
  readonly mean: number;
  /** Over the default, and the standard error of that difference over queries. */
  readonly gain: number;
  readonly standardError: number;
}

const ROUNDS = 2;
const BETTER = 1;
const SIGNIFICANT = 3;
/** By which a score alone must be better than the sum to stand in its place, in standard errors. */
const PART_BETTER = 0.5;
const MOST_QUERIES = 2000;
/** Settings of the walk each have to walk. */
const MOST_WALK_QUERIES = 600;
/** Lists are made anew for every scale. */
const MOST_COLD_QUERIES = 400;
/** Queries scored at a time. */
const BATCH = 64;

const WEIGHTS = [0, 0.1, 0.2, 0.35, 0.6, 1, 1.6, 2.5, 4, 6, 10, 16, 25, 40, 65, 100, 200] as const;

/** What the embedding may count for boards beside the default weights of the others. */
const EMBEDDING_WEIGHTS = [4, 6, 10, 16, 25, 40, 65, 100, 200] as const;

const EXPONENTS: readonly WalkExponents[] = [0.5, 0.75, 1].flatMap((board) =>
  [0.1, 0.3, 0.5].flatMap((target) => [1, 1.3, 2].map((power) => ({ query: 0.5, board, target, power }))),
);

/** A query's figure from the ranks of its right pins, 1-based. */
type QueryFigure = (ranks: readonly number[], relevantCount: number) => number;

const recallAt20: QueryFigure = (ranks, count) => ranks.filter((rank) => rank <= 20).length / count;

/** Of one right pin; smoother in the weights than a hit rate. */
const gainAt20: QueryFigure = (ranks) =>
  Math.max(0, ...ranks.map((rank) => (rank <= 20 ? 1 / Math.log2(rank + 1) : 0)));

/**
 * Chooses walk exponents, then weights for boards, for single pins, and of pins without saves, and how far these stand out.
 *
 * @param parts  graph of what is known on validation, the trained matrices and the logit scale they were trained with, titles
 * @param tasks  over the validation saves; one without queries leaves its defaults
 * @param options.leftOut  scores that are not to count, for comparison
 *
 * Cost: each score of each query once; each setting then a look at some hundred pooled pins a query.
 */
export async function chooseFusionWeights(
  { logitScale, ...parts }: Omit<RankerParts, 'settings'> & { readonly logitScale: LogitScale },
  tasks: Readonly<Record<TaskName, Task>>,
  { progress, workers, leftOut = [] }: { progress: Progress; workers: number; leftOut?: readonly ScoreName[] },
): Promise<FusionChoice> {
  const trials: Trial[] = [];
  const walkSlices = Math.ceil(Math.min(tasks.boardIdeas.queries.length, MOST_WALK_QUERIES) / BATCH);
  const walks = ScoringPool.open({ graph: parts.graph, matrices: new Map() }, workers, walkSlices);
  let walk: WalkExponents;
  try {
    const report = progress('exponents of the walk');
    walk = await chooseWalk(walks, thinOut(tasks.boardIdeas, MOST_WALK_QUERIES), { trials, report });
  } finally {
    await walks.close();
  }
  const mostQueries = Math.max(...Object.values(tasks).map(({ queries }) => queries.length));
  const poolSlices = Math.ceil(Math.min(mostQueries, MOST_QUERIES) / BATCH);
  const pool = ScoringPool.open(
    { ...parts, settings: { ...rankingDefaults, ...logitScale, walk } },
    workers,
    poolSlices,
  );
  const choose = async (
    what: Exclude<Trial['what'], 'walk'>,
    task: Task,
    { names, figure, report }: { names: readonly ScoreName[]; figure: QueryFigure; report: StageProgress },
  ): Promise<FusionWeights> => {
    const used = names.filter((name) => !leftOut.includes(name));
    const candidatePools = await inSlices(thinOut(task, MOST_QUERIES), report, (slice) =>
      pool.candidatePools(slice, used),
    );
    const defaults = without(leftOut, rankingDefaults[what]);
    return chooseWeights(what, defaults, { names: used, candidatePools, figure, trials });
  };
  try {
    const boardWeights = await choose('boardWeights', tasks.boardIdeas, {
      names: boardScores,
      figure: recallAt20,
      report: progress('weights for boards'),
    });
    const pinWeights = await choose('pinWeights', tasks.relatedPins, {
      names: pinScores,
      figure: gainAt20,
      report: progress('weights for pins'),
    });
    const coldWeights = await choose('coldWeights', tasks.coldPins, {
      names: coldScores,
      figure: recallAt20,
      report: progress('weights of pins without saves'),
    });
    const weights = { saved: boardWeights, cold: coldWeights };
    const coldScale = await placeCold(pool, thinOut(tasks.boardIdeas, MOST_COLD_QUERIES), {
      weights,
      coldPinShare: degrees(parts.graph.boardsOfPin).filter((count) => count === 0).length / parts.graph.pinCount,
      report: progress('places of pins without saves'),
    });
    return {
      settings: { ...rankingDefaults, ...logitScale, walk, boardWeights, pinWeights, coldWeights, coldScale },
      trials,
    };
  } finally {
    await pool.close();
  }
}

async function chooseWalk(
  pool: ScoringPool,
  task: Task,
  { trials, report }: { trials: Trial[]; report: StageProgress },
): Promise<WalkExponents> {
  if (task.queries.length === 0) return rankingDefaults.walk;
  const figuresOf = async (walk: WalkExponents): Promise<Float64Array> => {
    const candidatePools = await inSlices(
      task,
      () => {},
      (slice) => pool.walkCandidatePools(slice, walk),
    );
    return Float64Array.from(candidatePools, (pool) => recallAt20(ranksOf(pool, fuse(pool, [1])), pool.relevantCount));
  };
  const base = await figuresOf(rankingDefaults.walk);
  let chosen = rankingDefaults.walk;
  let best = -Infinity;
  for (const [n, setting] of EXPONENTS.entries()) {
    const trial = trialOf('walk', { ...setting }, await figuresOf(setting), base);
    report(n + 1, EXPONENTS.length);
    if (trial.gain <= SIGNIFICANT * trial.standardError || trial.mean <= best) continue;
    trials.push(trial);
    best = trial.mean;
    chosen = setting;
  }
  return chosen;
}

/** The scale of pins without saves: by how many places of lists they take. */
async function placeCold(
  pool: ScoringPool,
  task: Task,
  given: { weights: BothWeights; coldPinShare: number; report: StageProgress },
): Promise<number> {
  const { weights, coldPinShare, report } = given;
  const slices = await inSlices(task, report, async (slice) => [await pool.coldQuota(slice, weights)]);
  const taken = coldScales.map((_, n) => slices.reduce((sum, places) => sum + (places[n] as number), 0));
  return chooseColdScale(taken, { queryCount: task.queries.length, coldPinShare }) ?? rankingDefaults.coldScale;
}

/** What is found in all slices of a task, in order; the pool works on several at a time. */
async function inSlices<Found>(
  task: Task,
  report: StageProgress,
  find: (slice: Task) => Promise<readonly Found[]>,
): Promise<Found[]> {
  let done = 0;
  const parts = slicesOf(task, BATCH).map(async (slice) => {
    const found = await find(slice);
    report((done += slice.queries.length), task.queries.length);
    return found;
  });
  return (await Promise.all(parts)).flat();
}

function chooseWeights(
  what: Trial['what'],
  defaults: FusionWeights,
  {
    names,
    candidatePools,
    figure,
    trials,
  }: { names: readonly ScoreName[]; candidatePools: readonly CandidatePool[]; figure: QueryFigure; trials: Trial[] },
): FusionWeights {
  if (candidatePools.length === 0) return defaults;
  const figuresOf = (weights: FusionWeights): Float64Array => {
    const vector = names.map((name) => weights[name]);
    return Float64Array.from(candidatePools, (pool) => figure(ranksOf(pool, fuse(pool, vector)), pool.relevantCount));
  };
  /** Figures by the value of one weight beside others, whose sums are made once. */
  const figuresBeside = (weights: FusionWeights, name: ScoreName): ((value: number) => Float64Array) => {
    const others = names.map((other) => (other === name ? 0 : weights[other]));
    const sums = candidatePools.map((pool) => fuse(pool, others));
    const score = { score: names.indexOf(name), scoreCount: names.length };
    return (weight) =>
      Float64Array.from(candidatePools, (pool, q) =>
        figure(ranksOf(pool, sums[q] as Float64Array, { ...score, weight }), pool.relevantCount),
      );
  };
  const base = figuresOf(defaults);
  /** The weights if they are the best so far, and by more than chance better than `before`. */
  const better = (weights: FusionWeights, figures: Float64Array, best: Weighed, before: Float64Array): Weighed => {
    const { gain, standardError } = trialOf(what, weights, figures, before);
    const isBest = estimate(figures).mean > estimate(best.figures).mean;
    return gain > BETTER * standardError && isBest ? { weights, figures } : best;
  };
  const alone = names.map((name): Weighed => {
    const weights = fusionWeights({ [name]: 1 });
    return { weights, figures: figuresOf(weights) };
  });
  let start: Weighed = { weights: defaults, figures: base };
  if (what === 'boardWeights' && defaults.embedding > 0) {
    const figuresAt = figuresBeside(defaults, 'embedding');
    for (const embedding of EMBEDDING_WEIGHTS)
      start = better({ ...defaults, embedding }, figuresAt(embedding), start, base);
  }
  for (const { weights, figures } of alone) start = better(weights, figures, start, base);
  if (start.figures !== base) trials.push(trialOf(what, start.weights, start.figures, base));
  let current = start;
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of names) {
      const before = current.figures;
      const figuresAt = figuresBeside(current.weights, name);
      for (const value of WEIGHTS) {
        const weights = { ...current.weights, [name]: value };
        if (names.every((score) => weights[score] === 0)) continue;
        current = better(weights, figuresAt(value), current, before);
      }
      if (current.figures !== before) trials.push(trialOf(what, current.weights, current.figures, base));
    }
  }
  const { gain, standardError } = trialOf(what, current.weights, current.figures, start.figures);
  const chosen = gain > SIGNIFICANT * standardError ? current : start;
  const part = alone.reduce((best, one) => {
    const beside = trialOf(what, one.weights, one.figures, best.figures);
    return beside.gain > PART_BETTER * beside.standardError ? one : best;
  }, chosen);
  if (part !== chosen) trials.push(trialOf(what, part.weights, part.figures, base));
  return part.weights;
}

/** Weights with each query's figure under them. */
interface Weighed {
  readonly weights: FusionWeights;
  readonly figures: Float64Array;
}

function trialOf(what: Trial['what'], setting: Trial['setting'], figures: Float64Array, base: Float64Array): Trial {
  const { mean: gain, standardError } = estimate(figures.map((value, q) => value - (base[q] as number)));
  return { what, setting, mean: estimate(figures).mean, gain, standardError };
}

function without(leftOut: readonly ScoreName[], weights: FusionWeights): FusionWeights {
  return Object.freeze({ ...weights, ...Object.fromEntries(leftOut.map((name) => [name, 0])) });
}
