/**
 * A run from collection to generation, in the order data flows: split, look, train, weigh, judge, serve.
 *
 * Three graphs stand for what may be known: `train` to learn from, `known` (train and validation) when test is read, and
 * `served` (everything) in the generation. Each is looked at anew; weights come from `train` alone.
 */
import { writeGeneration } from '../data/generation/write.js';
import { joinSaves } from '../data/saves.js';
import { chooseFusionWeights } from './fusion/fusion-weights.js';
import { evaluate, type Evaluation } from './evaluation/evaluate.js';
import { metricsTable, type MetricsTable } from './evaluation/table.js';
import { alsFactors } from './baselines/als.js';
import { baselineNames } from './baselines/baselines.js';
import { titlesOf } from './content/content-fields.js';
import { describeGeneration } from './generation.js';
import { modelInputs } from './features/model-inputs.js';
import { graphOf, prepare, splitCounts, testTasks, type Preparation, type PreparationOptions } from './prepare.js';
import { embeddedAs, matricesOf } from './model/ranking-matrices.js';
import type { RankerParts } from './ranking/ranker.js';
import type { Provenance } from './report/provenance.js';
import { writeReport } from './report/write-report.js';
import type { RunFolder } from './run-folder.js';
import { modelNames } from './fusion/scoring.js';
import { ScoringPool } from './fusion/scoring-pool.js';
import { train, type TrainingResult } from './model/training-loop.js';
import { validationFigure } from './model/validation.js';

export interface RunOptions extends PreparationOptions {
  readonly folder: RunFolder;
  /** Go on from the folder's newest checkpoint. */
  readonly resume: boolean;
  /** Which saves the generation knows: all, or all but the test's, for checks by outside programs; `none` writes no generation. */
  readonly serveSplit: 'all' | 'train' | 'none';
  /** Models to judge; default: all but chebyCf, baselines too. */
  readonly models?: readonly string[];
  /** For the report: how to repeat the run. */
  readonly provenance?: Provenance;
  readonly signal?: AbortSignal;
}

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
  const { config, folder, progress, say } = options;
  const prepared = await prepare(options);
  const { collection, split, context, trainGraph, inputs, trained, validation } = prepared;
  const { shape, weights, steps } = await trainOn(prepared, options);
  const isStopped = (): boolean => options.signal?.aborted === true; // what comes after training starts over on resuming
  if (isStopped()) return { stopped: true, steps };

  const titles = titlesOf(collection, config);
  const { temperature, querySizePower } = config;
  const logitScale = { temperature, querySizePower };
  const matrices = matricesOf(inputs, await embeddedAs(shape, weights, inputs, config), config);
  const calibration = await chooseFusionWeights({ graph: trainGraph, matrices, titles, logitScale }, validation, {
    progress,
    workers: config.workers,
    leftOut: config.fuseWalk ? [] : ['walk', 'filter'],
  });
  if (isStopped()) return { stopped: true, steps };
  say(`ranking: ${JSON.stringify(calibration.settings)}`);

  const knownGraph = graphOf(collection, joinSaves(split.train, split.validation));
  const known = await modelInputs(knownGraph, trained, context);
  const knownMatrices = matricesOf(known, await embeddedAs(shape, weights, known, config), config);
  const parts = { graph: knownGraph, matrices: knownMatrices, titles, settings: calibration.settings };
  const evaluation = await judge(parts, prepared, options);
  if (isStopped()) return { stopped: true, steps };
  const models = metricsTable(evaluation);
  folder.writeMetrics({ models, config, split: splitCounts(split), calibration, fingerprint: collection.fingerprint });
  await writeReport({ ...prepared, folder, config, parts, evaluation, provenance: options.provenance });

  if (options.serveSplit === 'none') return { stopped: false, models };

  const served =
    options.serveSplit === 'train'
      ? known
      : await modelInputs(graphOf(collection, joinSaves(split.train, split.validation, split.test)), trained, context);
  const embeddings = await embeddedAs(shape, weights, served, config);
  const contents = await describeGeneration({
    collection,
    config,
    inputs: served,
    embeddings,
    matrices: matricesOf(served, embeddings, config),
    settings: calibration.settings,
    weights,
    models,
    serveSplit: options.serveSplit,
    progress,
  });
  writeGeneration(folder.generation, contents);
  folder.finish();
  return { stopped: false, models };
}

/** Trains on what was prepared, up to the best figure on validation; test is not read. */
export function trainOn(
  { collection, inputs, factors, validation }: Preparation,
  {
    config,
    folder,
    resume,
    progress,
    say,
    signal,
  }: Pick<RunOptions, 'config' | 'folder' | 'resume' | 'progress' | 'say' | 'signal'>,
): Promise<TrainingResult> {
  return train(config, {
    inputs,
    factors,
    fingerprint: collection.fingerprint,
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
      const { epoch, validation } = line;
      if (typeof validation !== 'number') return;
      const sinceStart = Math.round(performance.now() / 1000); // of the process, with reading the data
      say(
        `epoch ${Number(epoch) + 1} of ${config.epochs}: recall@20 ${validation.toFixed(4)} on validation, embedding alone; ${sinceStart} s`,
      );
    },
    ...(signal && { signal }),
  });
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
  const { config, models } = options;
  const prepared = await prepare(options);
  const { collection, split, trained, context } = prepared;
  const graph = graphOf(collection, joinSaves(split.train, split.validation));
  const matrices = matricesOf(await modelInputs(graph, trained, context), undefined, config);
  return metricsTable(
    await judge({ graph, matrices, titles: titlesOf(collection, config) }, prepared, {
      ...options,
      models: models.filter((name) => name !== 'pinwalk' && name !== 'embedding'),
    }),
  );
}

/** Reads test, once: the fused ranking, its parts alone, and every baseline. */
async function judge(
  { matrices: own, ...parts }: RankerParts,
  prepared: Preparation,
  { config, progress, models: wanted }: PreparationOptions & Pick<RunOptions, 'models'>,
): Promise<Evaluation> {
  const { graph } = parts;
  const { content } = prepared;
  // ChebyCF takes as long as all others together, and `filter` ranks as it does: it is judged where it is named, in the ablation.
  const isWanted = (name: string): boolean => wanted?.includes(name) ?? name !== 'chebyCf';
  const factors = isWanted('als') ? [['als.pins', alsFactors(graph, config.seed)] as const] : [];
  const matrices = new Map([...own, ...factors]);
  const models = [...modelNames, ...baselineNames({ content, matrices })].filter(isWanted);
  const pool = ScoringPool.open({ ...parts, matrices, content, models }, config.workers);
  return evaluate(pool, Object.values(testTasks({ ...prepared, config }, graph)), {
    pinCount: graph.pinCount,
    onProgress: progress('evaluation'),
  }).finally(() => pool.close());
}
