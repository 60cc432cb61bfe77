/**
 * The training loop, read from top to bottom: batches, optimizer, validation, checkpoints, log.
 */
import * as tf from '@tensorflow/tfjs-core';
import { PinwalkError } from '../../data/errors.js';
import type { BackendName } from '../backend/open-backend.js';
import type { Config } from '../config.js';
import type { Estimate } from '../evaluation/metrics.js';
import { featureValues, layerCount, type ModelInputs } from '../features/model-inputs.js';
import type { SpectralFactors } from '../features/spectral-factors.js';
import type { Progress } from '../progress.js';
import {
  checkResumable,
  checkSizes,
  loadBest,
  loadLatest,
  saveBest,
  saveCheckpoint,
  type CheckpointState,
  type TrainedWith,
} from './checkpoint.js';
import { startingRows, startingTermRows } from './starting-rows.js';
import { rateShare, TrainingStep } from './training-step.js';
import { createWeights, type ModelShape, type Weights } from './weights.js';

/** Called for every line of metrics.jsonl. */
export type MetricsLog = (line: Readonly<Record<string, number | string>>) => void;

export interface TrainingOptions extends Omit<TrainedWith, 'config'> {
  readonly inputs: ModelInputs;
  readonly factors: SpectralFactors | undefined;
  readonly checkpointFolder: string;
  /** Go on from the newest checkpoint in the folder. */
  readonly resume: boolean;
  /** The figure that is to grow, of weights as they stand, and its standard error; read once an epoch. Undefined: nothing to validate. */
  readonly validate: (shape: ModelShape, weights: Weights) => Promise<Estimate | undefined> | Estimate | undefined;
  readonly progress: Progress;
  readonly log: MetricsLog;
  /** Once aborted, the loop saves a checkpoint and ends with `stopped`. */
  readonly signal?: AbortSignal;
}

/** How a training ended. */
export interface TrainingResult {
  readonly shape: ModelShape;
  /** The last weights that were no worse on validation than the best by more than chance; the last of all where nothing was validated. */
  readonly weights: Weights;
  /** Undefined where nothing was validated. */
  readonly bestValidation: number | undefined;
  readonly steps: number;
  /** Whether the signal ended it; the run can be resumed. */
  readonly stopped: boolean;
}

/**
 * Trains a model on a graph.
 *
 * The learning rates fall over the whole of it, so that later weights are better but for chance: an epoch's weights are kept unless
 * their validation figure is more than one standard error below the best, and always where nothing is validated. The best figure
 * itself is often luck: on pinterest one seed had it in epoch 5 of 16 and lost .005 on test by stopping there (spec/decisions.md).
 *
 * @returns the weights that were kept last
 * @throws PinwalkError `TRAINING_DIVERGED` when the loss is not finite, with step and rate; `CHECKPOINT_INVALID` when a resumed
 *   run differs in data or config; `WORKER_FAILED` when a thread ends
 *
 * It computes on the backend that is open, on `config.workers` threads. Same seed and backend, same weights, whatever the number of
 * workers and whether or not the run was stopped and resumed on the way.
 */
export async function train(given: Config, options: TrainingOptions): Promise<TrainingResult> {
  const { inputs, fingerprint, contentFingerprint, checkpointFolder, validate, log, signal } = options;
  const config: Config = { ...given, backend: tf.getBackend() as BackendName };
  const trainedWith: TrainedWith = { config, fingerprint, contentFingerprint };
  const shape = shapeOf(config, inputs);

  // Model: fresh, or as the newest checkpoint left it.
  const resumed = options.resume ? loadLatest(checkpointFolder) : undefined;
  if (resumed) {
    checkResumable(resumed.state, trainedWith);
    checkSizes(resumed.weights, shape, 'resume');
  }
  const weights = resumed?.weights ?? createWeights(shape, startOf(shape, options, config), config);
  let state: CheckpointState = resumed?.state ?? {
    ...trainedWith,
    step: 0,
    bestValidation: -Infinity,
    keptEpoch: 0,
    finished: false,
  };

  // Data: batches by step number.
  const { graph, neighborhoods } = inputs;
  const terms = shape.termCount > 0 ? inputs.terms : undefined;
  const source = { ...config, layers: shape.layers, loss: shape.loss, graph, neighborhoods, terms };
  const training = new TrainingStep({ shape, source, features: featureValues(inputs), weights }, config);
  const { stepsPerEpoch } = training;
  const totalSteps = stepsPerEpoch * config.epochs;
  const report = options.progress('training');

  // Loop.
  try {
    while (!state.finished) {
      const step = state.step;
      const epoch = Math.floor(step / stepsPerEpoch);
      const started = performance.now();
      const { loss, queries, pairs, ...figures } = await training.run(step);
      if (!Number.isFinite(loss)) {
        const rates = `rowRate ${config.rowRate}, networkRate ${config.networkRate}`;
        throw new PinwalkError(
          'TRAINING_DIVERGED',
          `train: the loss must be finite (got ${loss} in step ${step}, ${rates}); lower the rates`,
        );
      }
      const seconds = (performance.now() - started) / 1000;
      state = { ...state, step: step + 1 };

      log({
        step: step + 1,
        epoch,
        loss,
        rateShare: rateShare(step, totalSteps),
        stepsPerSecond: 1 / seconds,
        queriesPerSecond: queries / seconds,
        pairsPerSecond: pairs / seconds,
        ...figures,
        rssBytes: process.memoryUsage.rss(),
      });
      const validated = state.bestValidation > -Infinity ? ` | best recall@20 ${state.bestValidation.toFixed(4)}` : '';
      report(state.step, totalSteps, `loss ${loss.toFixed(4)}${validated}`);

      // Validation, once an epoch.
      if (state.step % stepsPerEpoch === 0) {
        const figure = await validate(shape, weights);
        log({ step: state.step, epoch, validation: figure?.mean ?? 'nothing to validate' });
        if (figure) state = { ...state, bestValidation: Math.max(figure.mean, state.bestValidation) };
        if (!figure || figure.mean >= state.bestValidation - figure.standardError) {
          state = { ...state, keptEpoch: epoch };
          saveBest(checkpointFolder, state, weights);
        }
        const isStale = epoch - state.keptEpoch >= config.patience;
        state = { ...state, finished: isStale || state.step >= totalSteps };
      }

      // Checkpoints: what is finished is never lost.
      const stopped = signal?.aborted === true && !state.finished;
      if (stopped || state.finished || state.step % config.checkpointEvery === 0)
        saveCheckpoint(checkpointFolder, state, weights);
      if (stopped) return { shape, weights, ...endOf(state), stopped };
      await new Promise((resolve) => setImmediate(resolve)); // lets a signal in
    }
  } finally {
    await training.close();
  }
  report(totalSteps, totalSteps);
  const best = loadBest(checkpointFolder, { ...trainedWith, keptEpoch: state.keptEpoch });
  return { shape, weights: best.weights, ...endOf(state), stopped: false };
}

function endOf({ bestValidation, step }: CheckpointState): Pick<TrainingResult, 'bestValidation' | 'steps'> {
  return { bestValidation: bestValidation > -Infinity ? bestValidation : undefined, steps: step };
}

/** First values of all rows that learn. */
function startOf(
  { loss, termCount }: ModelShape,
  { inputs, factors }: Pick<TrainingOptions, 'inputs' | 'factors'>,
  config: Config,
): Parameters<typeof createWeights>[1] {
  const { dimension, seed } = config;
  const rows = startingRows(inputs.graph, factors, { dimension, seed, loss });
  return termCount > 0 && inputs.terms ? { ...rows, term: startingTermRows(inputs.terms, config) } : rows;
}

/**
 * The sizes that config and data give a model.
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` where nothing would be learned
 */
export function shapeOf(config: Config, inputs: ModelInputs): ModelShape {
  const { temperature, querySizePower, hiddenDimension, dimension, learnIds, learnContent, pooling } = config;
  const termCount = learnContent ? (inputs.terms?.termCount ?? 0) : 0;
  const learnsRows = learnIds || termCount > 0;
  const { dimension: featureDimension, blocks } = inputs.features ?? { dimension: 0, blocks: [] };
  const layers = featureDimension > 0 ? layerCount(config, inputs.terms) : 0;
  if (!learnsRows && layers === 0) {
    const got = `learnIds ${learnIds}, layers ${config.layers}, no content that learns`;
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      `train: there must be learned rows or convolutions (got ${got}); name --layers 2 or leave --learn-ids true`,
    );
  }
  const isContent = blocks.map(({ name }) => name !== 'spectral' && name !== 'degree');
  const contentColumns = new Uint8Array(featureDimension);
  blocks.forEach(({ offset, dimension: width }, n) => {
    if (!isContent[n]) return;
    contentColumns.fill(1, offset, offset + width);
    contentColumns[featureDimension - blocks.length + n] = 1; // its presence flag
  });
  return {
    pinCount: inputs.graph.pinCount,
    featureDimension,
    contentColumns,
    layers,
    hiddenDimension,
    dimension,
    learnIds,
    termCount,
    pooling,
    temperature,
    querySizePower,
    loss: config.loss === 'auto' ? (learnsRows ? 'binary' : 'softmax') : config.loss,
  };
}
