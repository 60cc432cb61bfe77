/**
 * What `tune` searches: options with their values, and which of them apply to a model.
 */
import { randomInteger, randomStream, type Random } from '../../data/random.js';
import type { Config } from '../config.js';

/** Draws one value of an option. */
type Draw = (random: Random) => number;

/** Parts that a model may have. */
export interface ModelParts {
  /** Convolutions. */
  readonly network: boolean;
  /** Learned rows of pins. */
  readonly rows: boolean;
  /** Learned rows of terms. */
  readonly terms: boolean;
}

/** One option of the search. */
interface Axis {
  readonly name: keyof Config;
  /** As the table of spec/parameters.md has it. */
  readonly values: string;
  readonly draw: Draw;
  /** Part of the model that the option belongs to; options without one belong to every model. */
  readonly part?: keyof ModelParts;
}

const oneOf = (name: keyof Config, choices: readonly number[], part?: Axis['part']): Axis => ({
  name,
  values: choices.join(', '),
  draw: (random) => choices[randomInteger(random, choices.length)] as number,
  ...(part && { part }),
});

/** Uniform, rounded to 2 decimals. */
const between = (name: keyof Config, from: number, to: number, part?: Axis['part']): Axis => ({
  name,
  values: `${from} to ${to}`,
  draw: (random) => Math.round(100 * (from + (to - from) * random())) / 100,
  ...(part && { part }),
});

/** Uniform in the logarithm, rounded to 2 digits. */
const logBetween = (name: keyof Config, from: number, to: number, part?: Axis['part']): Axis => ({
  name,
  values: `${from} to ${to}, by its logarithm`,
  draw: (random) => Number((from * (to / from) ** random()).toPrecision(2)),
  ...(part && { part }),
});

/** Every option that is searched. `spectralRank` is not: it changes the fused ranking alone, and trials are compared by the embedding. */
export const searchSpace: readonly Axis[] = [
  oneOf('dimension', [64, 128, 192, 256, 384]),
  logBetween('temperature', 0.05, 0.3),
  between('heldOutShare', 0.2, 0.7),
  between('querySizePower', 0, 0.6),
  oneOf('negativeCount', [4096, 8192, 16384, 32768]),
  oneOf('batchBoards', [256, 512, 1024]),
  oneOf('hardNegatives', [0, 0, 50, 200]), // none, in half of the trials
  oneOf('neighborCount', [10, 20, 30, 50]),
  logBetween('rowRate', 0.002, 0.03, 'rows'),
  logBetween('biasRate', 0.002, 0.05),
  between('poolWeight', 0, 2, 'rows'),
  logBetween('networkRate', 0.0005, 0.008, 'network'),
  oneOf('hiddenDimension', [32, 64, 128], 'network'),
  oneOf('layers', [1, 2], 'network'),
  oneOf('spectralDimension', [0, 48, 96, 192], 'network'),
  logBetween('termRate', 0.001, 0.01, 'terms'),
  oneOf('saveDropout', [0.1, 0.2, 0.3, 0.5], 'terms'),
];

/**
 * Options that a search draws: those of the parts that the model has, and none that was named by the user.
 */
export function searched(parts: ModelParts, named: readonly string[]): Axis[] {
  return searchSpace.filter(({ name, part }) => (part === undefined || parts[part]) && !named.includes(name));
}

/**
 * The options of a trial. Trial 0 draws none: it is the config that the search began with, which the others have to beat.
 *
 * Same seed and trial, same values, however many trials there are and whichever options are named.
 */
export function drawTrial(axes: readonly Axis[], seed: number, trial: number): Partial<Config> {
  if (trial === 0) return {};
  return Object.fromEntries(axes.map(({ name, draw }) => [name, draw(randomStream(seed, 'tune', trial, name))]));
}
