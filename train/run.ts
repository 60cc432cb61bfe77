/**
 * A run from collection to generation, as spec/design.md section 1 draws it: prepare, train, choose how scores are fused, evaluate, write.
 *
 * Three graphs stand for what may be known: `train` to learn from, `known` (train and validation) when test is read, and
 * `served` (everything) in the generation. Each is looked at anew; weights come from `train` alone.
 */
import { PinwalkError } from '../data/errors.js';
import type { Config } from './config.js';
import type { MetricsTable } from './evaluation/table.js';
import type { Task } from './evaluation/tasks.js';
import { modelInputs, type ModelInputs } from './features/model-inputs.js';
import { evaluateModels } from './fusion/evaluate-models.js';
import { chooseFusionWeights, type FusionChoice } from './fusion/fusion-weights.js';
import { writeRunGeneration } from './generation.js';
import { checkSizes, latestState, loadBest } from './model/checkpoint.js';
import type { PinEmbeddings } from './model/inference.js';
import { embeddedAs, matricesOf } from './model/ranking-matrices.js';
import { shapeOf, train, type TrainingResult } from './model/training-loop.js';
import { validationFigure } from './model/validation.js';
import type { Weights } from './model/weights.js';
import { knownGraph, prepare, servedGraph, testTasks, type Preparation, type PreparationOptions } from './prepare.js';
import type { RankerParts } from './ranking/ranker.js';
import type { Provenance } from './report/provenance.js';
import { writeResults } from './report/write-results.js';
import type { RunFolder } from './run-folder.js';

/** What trains. */
export interface TrainingRunOptions extends Omit<PreparationOptions, 'collection' | 'cacheFolder'> {
  readonly folder: RunFolder;
  /** Go on from the folder's newest checkpoint. */
  readonly resume: boolean;
  readonly signal?: AbortSignal;
}

/** What evaluates and writes. */
export interface EvaluationRunOptions extends Omit<TrainingRunOptions, 'resume'> {
  /** Which saves the generation knows: all, or all but the test's, for checks by outside programs; `none` writes no generation. */
  readonly serveSplit: 'all' | 'train' | 'none';
  /** Whether baselines are evaluated too; default: what the ranking is made of alone. */
  readonly baselines?: boolean;
  /** Models to evaluate, in place of that choice. */
  readonly models?: readonly string[];
  /** For the report: how to repeat the run. */
  readonly provenance?: Provenance;
}

export interface RunOptions extends PreparationOptions, TrainingRunOptions, EvaluationRunOptions {}

/** What came of a run. */
export type RunResult =
  { readonly stopped: true; readonly steps: number } | { readonly stopped: false; readonly models: MetricsTable };

/**
 * Trains, evaluates and writes `pinwalk.sqlite`, `report.html`, `queries.parquet`, `metrics.json` and `metrics.jsonl` into
 * the run's folder.
 *
 * @throws PinwalkError what its parts throw; nothing but checkpoints is written then
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const prepared = await prepare(options);
  const training = await trainRun(prepared, options);
  const models = training.stopped ? undefined : await evaluateRun(training.weights, prepared, options);
  return models ? { stopped: false, models } : { stopped: true, steps: training.steps };
}

/**
 * Trains on what was prepared and keeps checkpoints in the run's folder; test is not read.
 *
 * @returns the weights that validation kept; `stopped` where the signal ended it, to be resumed
 * @throws PinwalkError what `train` throws
 */
export function trainRun(prepared: Preparation, options: TrainingRunOptions): Promise<TrainingResult> {
  const { collection, contentFingerprint, inputs, factors, validation } = prepared;
  const { config, folder, resume, progress, say, signal } = options;
  return train(config, {
    ...{ inputs, factors, fingerprint: collection.fingerprint, contentFingerprint },
    checkpointFolder: folder.checkpoints,
    resume,
    validate: async (shape, weights) =>
      validationFigure(await embeddedAs(shape, weights, inputs, config), {
        graph: inputs.graph,
        task: validation.boardIdeas,
        config,
      }),
    progress,
    log(line) {
      folder.log(line);
      const { epoch, validation: figure } = line;
      if (figure === undefined) return;
      const found =
        typeof figure === 'number' ? `recall@20 ${figure.toFixed(4)} on validation, embedding alone` : figure;
      const sinceStart = Math.round(performance.now() / 1000); // of the process, with reading the data
      say(`epoch ${Number(epoch) + 1} of ${config.epochs}: ${found}; ${sinceStart} s`);
    },
    ...(signal && { signal }),
  });
}

/**
 * Says with what settings a run was trained to its end.
 *
 * @returns the config, with the backend that ran
 * @throws PinwalkError `INPUT_MISSING` when it was not; `CHECKPOINT_INVALID`
 */
export function finishedTraining({ checkpoints, folder, name }: RunFolder): ReturnType<typeof latestState> & object {
  const state = latestState(checkpoints);
  if (state?.finished === true) return state;
  const got = state ? `a training that stands at step ${state.step}` : 'no checkpoints';
  const cure = state ? `go on with: npm run train -- --run ${name} --resume` : 'train first';
  throw new PinwalkError('INPUT_MISSING', `evaluate: ${folder} must be trained to its end (got ${got}); ${cure}`);
}

/**
 * The weights that a finished training kept.
 *
 * @throws PinwalkError as `finishedTraining`; `CHECKPOINT_INVALID` when they are damaged, or of another run or other data
 */
export function trainedWeights(
  prepared: Preparation,
  { config, folder }: { config: Config; folder: RunFolder },
): Weights {
  const { collection, contentFingerprint, inputs } = prepared;
  const { keptEpoch } = finishedTraining(folder);
  const { fingerprint } = collection;
  const { weights } = loadBest(folder.checkpoints, { config, fingerprint, contentFingerprint, keptEpoch });
  checkSizes(weights, shapeOf(config, inputs), folder.checkpoints);
  return weights;
}

/**
 * Evaluates trained weights on test, once, and writes what came of it; the generation last.
 *
 * @returns the figures of metrics.json; undefined where the signal ended it: what comes after training starts over then
 * @throws PinwalkError what its parts throw
 */
export async function evaluateRun(
  weights: Weights,
  prepared: Preparation,
  options: EvaluationRunOptions,
): Promise<MetricsTable | undefined> {
  const { config, folder, progress, say, serveSplit, signal, provenance } = options;
  const { collection, titles, content, trained, context } = prepared;
  const shape = shapeOf(config, prepared.inputs);
  const isStopped = (): boolean => signal?.aborted === true;
  const embed = async (inputs: ModelInputs): Promise<Embedded> => {
    const embeddings = await embeddedAs(shape, weights, inputs, config);
    return { inputs, embeddings, matrices: matricesOf(inputs, embeddings, config) };
  };

  if (isStopped()) return undefined;
  const fusion = await chooseFusion(await embed(prepared.inputs), prepared, options);
  if (isStopped()) return undefined;

  const known = await embed(await modelInputs(knownGraph(prepared), trained, context));
  const { settings } = fusion;
  const parts = { graph: known.inputs.graph, matrices: known.matrices, titles, settings };
  const tasks = testTasks({ split: prepared.split, config }, parts.graph);
  for (const line of Object.values(tasks).map(sampleLine)) if (line) say(line);
  const { baselines, models: named } = options;
  const { trainGraph, validation } = prepared;
  const knownBefore = { graph: trainGraph, task: validation.boardIdeas };
  const evaluated = { ...parts, content, config, progress, baselines, models: named, validation: knownBefore };
  const { evaluation, models, notJudged, tuned } = await evaluateModels(evaluated, Object.values(tasks));
  if (isStopped()) return undefined;
  if (baselines) say(`baselines, tuned on validation: ${JSON.stringify(tuned)}`);
  if (notJudged.length > 0) say(`not judged: ${notJudged.join(', ')} (--baselines)`);
  const results = { parts, tasks, evaluation, models, notJudged, fusion, loss: shape.loss };
  await writeResults(folder, { ...results, prepared, config, provenance });
  if (serveSplit === 'none') return models;

  const served =
    serveSplit === 'train' ? known : await embed(await modelInputs(servedGraph(prepared), trained, context));
  const described = { collection, titles, config, settings, weights, models, serveSplit, progress };
  await writeRunGeneration(folder.generation, { ...served, ...described });
  folder.finish();
  return models;
}

/** What is said of a task whose queries are a sample. */
function sampleLine({ name, queries, sampledFrom }: Task): string | undefined {
  return sampledFrom === undefined
    ? undefined
    : `${name}: ${queries.length} of ${sampledFrom} queries are judged, a seeded sample`;
}

/** A graph's pins as the trained model embeds them, and what a ranker reads of them. */
interface Embedded {
  readonly inputs: ModelInputs;
  readonly embeddings: PinEmbeddings;
  readonly matrices: RankerParts['matrices'];
}

/** Chooses on validation how scores are fused. */
async function chooseFusion(
  { inputs, matrices }: Embedded,
  { titles, validation }: Preparation,
  { config, progress, say }: EvaluationRunOptions,
): Promise<FusionChoice> {
  const { temperature, querySizePower, workers, fuseWalk } = config;
  const logitScale = { temperature, querySizePower };
  const leftOut = fuseWalk ? [] : (['walk', 'filter'] as const);
  const fusion = await chooseFusionWeights({ graph: inputs.graph, matrices, titles, logitScale }, validation, {
    ...{ progress, workers, leftOut },
  });
  say(`ranking: ${JSON.stringify(fusion.settings)}`);
  return fusion;
}

/**
 * Reads test with models that need no training, the ranker's own at their default settings.
 *
 * @param options.models  of `baselineNames`, `walk` and `filter`; what the data cannot have is left out of the result
 * @throws PinwalkError what its parts throw
 */
export async function evaluateUntrained(
  options: PreparationOptions & { readonly models: readonly string[] },
): Promise<MetricsTable> {
  const { config, progress } = options;
  const prepared = await prepare(options);
  const { titles, content, trained, context } = prepared;
  const graph = knownGraph(prepared);
  const matrices = matricesOf(await modelInputs(graph, trained, context), undefined, config);
  const names = options.models.filter((name) => name !== 'pinwalk' && name !== 'embedding');
  const validation = { graph: prepared.trainGraph, task: prepared.validation.boardIdeas };
  const parts = { graph, matrices, titles, content, config, progress, models: names, validation };
  const { models } = await evaluateModels(parts, Object.values(testTasks({ split: prepared.split, config }, graph)));
  return models;
}
