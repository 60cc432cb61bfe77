/**
 * Hyper-parameter search by successive halving, on validation alone: test is never read.
 */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { PinwalkError } from '../../data/errors.js';
import { checkConfig, type Config } from '../config.js';
import { shapeOf } from '../model/training-loop.js';
import { prepare, type PreparationOptions } from '../prepare.js';
import { within } from '../progress.js';
import { trainRun } from '../run.js';
import { RunFolder } from '../run-folder.js';
import { drawTrial, searched } from './search-space.js';
import { byFigure, planRungs, promoted, type Rung } from './successive-halving.js';
import { TrialStore, type StoredTrial } from './trial-store.js';

export interface SearchOptions extends PreparationOptions {
  /** Holds trials.sqlite and best.json. */
  readonly folder: RunFolder;
  /** On the first rung, the config itself among them. */
  readonly trialCount: number;
  /** Options that the user named: they are not drawn. */
  readonly named: readonly string[];
  /** Told each trial as it ends, and how many epochs are done of those that there were to do. */
  readonly onTrial?: (trial: StoredTrial, at: { plan: readonly Rung[]; done: number; total: number }) => void;
  readonly signal?: AbortSignal;
}

/** A search as far as it is. */
export interface Search {
  readonly plan: readonly Rung[];
  /** By rung, best first. */
  readonly rungs: readonly (readonly StoredTrial[])[];
  /** The best of the last rung; undefined where the signal stopped it. */
  readonly best: { readonly trial: StoredTrial; readonly config: Partial<Config> } | undefined;
}

const BEST_FILE = 'best.json';
/** Options that say where and how fast to train, not what. */
const ofTheMachine: readonly string[] = ['workers', 'backend', 'checkpointEvery'];

/**
 * Searches on from where the folder's trials.sqlite ends; the finished search writes best.json, which `train --config` takes.
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` when the search was begun otherwise, or validation has no boards; `TRAINING_DIVERGED`
 *   when every trial of a rung failed; what preparing and training throw
 *
 * Cost: the trainings of the plan, a third of the trials with three times the epochs on each rung. A trial that was stopped
 * goes on from its checkpoint. Same seed, backend and workers, same search.
 */
export async function search(options: SearchOptions): Promise<Search> {
  const { folder, config, collection, trialCount, named, signal } = options;
  if (config.validationBoards === 0) {
    const must = 'tune: validationBoards must be above 0 (got 0)';
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `${must}; trials are compared on validation`);
  }
  const { inputs, validation } = await prepare(forTrials(options));
  if (validation.boardIdeas.queries.length === 0) {
    const must = 'tune: the split must withhold saves to validate trials by (got none)';
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `${must}; bring more saves, or take another --split`);
  }
  const { layers, learnIds, termCount } = shapeOf(config, inputs);
  const axes = searched({ network: layers > 0, rows: learnIds, terms: termCount > 0 }, named);
  const plan = planRungs(trialCount, config.epochs);
  const store = TrialStore.open(path.join(folder.folder, 'trials.sqlite'), {
    trials: trialCount,
    fingerprint: collection.fingerprint,
    searched: axes.map(({ name }) => name),
    config: what(config),
  });
  let done = 0;
  const total =
    sum(plan.map(({ trialCount: count, epochs }) => count * epochs)) - sum(store.all().map(({ epochs }) => epochs));
  try {
    let trials = Array.from({ length: trialCount }, (_, trial) => trial);
    for (const [rung, { epochs, trialCount: count }] of plan.entries()) {
      const before = store.all().filter((trial) => trial.rung === rung - 1);
      if (rung > 0) trials = promoted(before, count);
      if (trials.length === 0) throw noneFinished(before);
      for (const trial of trials) {
        if (store.all().some((stored) => stored.rung === rung && stored.trial === trial)) continue;
        const drawn = drawTrial(axes, config.seed, trial);
        const result = signal?.aborted === true ? undefined : await runTrial({ rung, trial, epochs, drawn }, options);
        if (!result) return { plan, rungs: byRung(plan, store), best: undefined };
        store.add(result);
        done += epochs;
        options.onTrial?.(result, { plan, done, total });
      }
    }
    const rungs = byRung(plan, store);
    const [trial] = rungs.at(-1) ?? [];
    if (trial?.figure === undefined) throw noneFinished(rungs.at(-1) ?? []);
    const best = what(checkConfig({ ...config, ...trial.options }));
    folder.writeJson(BEST_FILE, best);
    return { plan, rungs, best: { trial, config: best } };
  } finally {
    store.close();
  }
}

function noneFinished(trials: readonly StoredTrial[]): PinwalkError {
  const first = trials.find(({ failure }) => failure !== undefined)?.failure ?? 'no trial';
  return new PinwalkError('TRAINING_DIVERGED', `tune: at least one trial must finish (got: ${first})`);
}

/** Trains one trial up to its figure on validation; undefined when the signal stopped it. */
async function runTrial(
  task: { rung: number; trial: number; epochs: number; drawn: Partial<Config> },
  options: SearchOptions,
): Promise<StoredTrial | undefined> {
  const { rung, trial, epochs, drawn } = task;
  const began = Date.now();
  const folder = RunFolder.openAgain(path.join(options.folder.folder, 'trials'), `rung${rung}-trial${trial}`);
  const given = { ...options, config: checkConfig({ ...options.config, ...drawn, epochs }), folder };
  const progress = within(`rung ${rung + 1}, trial ${trial}:`, options.progress);
  const forTrial = { ...forTrials(given), progress, folder, resume: existsSync(folder.checkpoints) };
  const end = (figure: number | undefined, failure?: string): StoredTrial => {
    rmSync(folder.folder, { recursive: true, force: true });
    return { rung, trial, epochs, options: drawn, figure, failure, seconds: (Date.now() - began) / 1000 };
  };
  try {
    const { bestValidation, stopped } = await trainRun(await prepare(forTrial), forTrial);
    return stopped ? undefined : end(bestValidation);
  } catch (error) {
    if (error instanceof PinwalkError && error.code === 'TRAINING_DIVERGED') return end(undefined, error.message);
    throw error;
  }
}

/** Without the spectral factors that only the fused ranking reads, and without a word about each split. */
function forTrials<Options extends PreparationOptions>(options: Options): Options {
  return { ...options, config: checkConfig({ ...options.config, spectralRank: 0 }), say: () => {} };
}

function byRung(plan: readonly Rung[], store: TrialStore): StoredTrial[][] {
  const all = store.all();
  return plan.map((_, rung) => byFigure(all.filter((trial) => trial.rung === rung)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** A config less what is of the machine. */
function what(config: Config): Partial<Config> {
  return Object.fromEntries(Object.entries(config).filter(([name]) => !ofTheMachine.includes(name)));
}
