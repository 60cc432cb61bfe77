/**
 * The configuration of a training run: one flat object, checked once, frozen, printed, stored in checkpoints and generation.
 */
import { availableParallelism } from 'node:os';
import { Type, type Static } from 'typebox';
import { Value } from 'typebox/value';
import { PinwalkError, shown } from '../data/errors.js';
import { underCurrentNames } from '../data/former-names.js';
import { didYouMean } from '../data/nearest.js';

const count = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description });
const columns = (what: string) =>
  Type.String({ minLength: 1, description: `columns of pins that hold ${what}; auto: by their names` });
const rate = (maximum: number, description: string) => Type.Number({ minimum: 0, maximum, description });

/** Every option of a run with its range; the descriptions are what `--help` shows. */
export const configSchema = Type.Object(
  {
    seed: count(0, 0xffffffff, 'the one seed; equal seeds give equal runs'),
    backend: Type.Enum(['auto', 'wasm', 'tensorflow', 'webgpu', 'cpu'], {
      description: 'where TensorFlow.js computes',
    }),
    workers: Type.Union([Type.Literal('auto'), Type.Integer({ minimum: 1, maximum: 256 })], {
      description: 'threads for walks, features, training and evaluation; auto: one a core',
    }),

    split: Type.Enum(['auto', 'given', 'time', 'random', 'cold'], {
      description: 'how test saves are withheld; auto: given, else by time, else at random per board',
    }),
    overlap: Type.Enum(['drop', 'keep', 'error'], {
      description: 'what becomes of saves of a given test that stand in train too',
    }),
    testFraction: Type.Number({ minimum: 0.01, maximum: 0.5, description: 'share of the saves withheld as test' }),
    validationBoards: count(
      0,
      100_000,
      'boards, at most a fifth of all, of whose saves a fifth is withheld as validation',
    ),

    minPinDegree: count(0, 1_000_000, 'saves of pins on fewer boards are left out'),
    maxPinDegree: count(0, 100_000_000, 'saves of pins on more boards are left out; 0: no bound'),
    minBoardDegree: count(0, 1_000_000, 'saves of boards with fewer pins are left out'),
    maxBoardDegree: count(0, 100_000_000, 'saves of boards with more pins are left out; 0: no bound'),

    neighborhoods: Type.Enum(['auto', 'exact', 'walk'], {
      description: 'visits summed exactly or counted on random walks; auto: exact where it takes seconds',
    }),
    neighborCount: count(1, 200, 'T: pins in an importance neighborhood'),
    walkSteps: count(10, 1_000_000, 'hop pairs walked from a pin to count visits'),
    restartProbability: Type.Number({
      minimum: 0,
      maximum: 0.99,
      description: 'chance per hop pair to return to the start',
    }),

    titles: Type.Boolean({ description: 'use the titles of pins as features' }),
    pictures: Type.Boolean({ description: 'use the pictures of pins as features' }),
    tagColumns: columns('tags'),
    textColumns: columns('text, read word by word'),
    linkColumns: columns('ids of pins that a pin links to'),
    contentDimension: count(1, 4096, 'length that blocks of content are cut to, by principal components'),
    spectralRank: count(0, 4096, 'spectral factors of the save matrix for ranking; 0 leaves them out'),
    spectralDimension: count(0, 1024, 'of those, how many strongest are input features'),

    layers: Type.Union([Type.Literal('auto'), Type.Integer({ minimum: 0, maximum: 4 })], {
      description: 'K: graph convolutions with weights of their own; auto: none beside learned rows, else 2',
    }),
    hiddenDimension: count(8, 1024, 'width of the convolutions'),
    dimension: count(8, 1024, 'length of an embedding'),
    learnIds: Type.Boolean({
      description: 'a query and a target row per pin that learn; off, the model is inductive',
    }),
    learnContent: Type.Boolean({
      description: 'a query and a target row that learn, per term of titles, columns and vectors',
    }),
    pooling: Type.Enum(['importance', 'mean', 'max'], {
      description: 'how a neighborhood is pooled: by visits, all alike, or elementwise maximum',
    }),
    poolWeight: rate(10, "how much a learned row's importance neighborhood counts beside the row itself"),
    saveDropout: rate(
      1,
      'chance per step that a pin is shown by its content alone, so that pins without saves can be embedded',
    ),

    epochs: count(1, 10_000, 'passes over the boards'),
    patience: count(1, 10_000, 'epochs below the best validation figure by more than chance before training stops'),
    batchBoards: count(0, 65_536, 'boards a step; 0: pin pairs alone'),
    batchPairs: count(0, 65_536, 'pin pairs a step, beside the boards or alone'),
    heldOutShare: Type.Number({
      minimum: 0.01,
      maximum: 0.9,
      description: "chance of a board's save to be a target in a step",
    }),
    negativeCount: count(
      1,
      1_000_000,
      'uniform pins that all queries of a step share as negatives; where there are no more, all pins compete',
    ),
    loss: Type.Enum(['auto', 'softmax', 'binary'], {
      description:
        'softmax over the pins that compete, or a yes or no for each of them; auto: softmax for a network without learned rows',
    }),
    hardNegatives: count(0, 1000, 'pins from a band of walk ranks that join in epoch n, (n - 1) times as many'),
    temperature: Type.Number({ minimum: 0.001, maximum: 10, description: 'divides cosines before the loss' }),
    querySizePower: rate(
      2,
      'how much more the cosines of a larger query count: (its pins / 8) to this power; 0: all alike',
    ),
    rowOptimizer: Type.Enum(['adam', 'adagrad'], {
      description: 'what learned rows and biases learn by; adagrad keeps one number a row, adam two a weight',
    }),
    rowRate: rate(1, 'learning rate of learned rows'),
    termRate: rate(1, 'learning rate of rows of terms'),
    biasRate: rate(1, 'learning rate of biases'),
    networkRate: rate(1, "Adam's rate for the network's weights"),
    fuseWalk: Type.Boolean({ description: 'let the walk and the filter, a longer walk, count in the fused ranking' }),
    checkpointEvery: count(1, 1_000_000, 'steps between checkpoints'),
  },
  { additionalProperties: false },
);

/** The options in the groups that `--help` shows; each stands in one. */
export const configGroups = {
  Run: ['seed', 'backend', 'workers', 'checkpointEvery'],
  Split: ['split', 'overlap', 'testFraction', 'validationBoards'],
  'Saves that are left out': ['minPinDegree', 'maxPinDegree', 'minBoardDegree', 'maxBoardDegree'],
  'Importance neighborhoods': ['neighborhoods', 'neighborCount', 'walkSteps', 'restartProbability', 'pooling'],
  Content: ['titles', 'pictures', 'tagColumns', 'textColumns', 'linkColumns', 'contentDimension'],
  'Embeddings and learned rows': [
    ...['dimension', 'learnIds', 'learnContent', 'poolWeight', 'saveDropout'],
    ...['rowOptimizer', 'rowRate', 'termRate', 'biasRate'],
  ],
  'For the network alone (--layers above 0)': ['layers', 'hiddenDimension', 'spectralDimension', 'networkRate'],
  Training: [
    ...['epochs', 'patience', 'batchBoards', 'batchPairs', 'heldOutShare', 'negativeCount', 'hardNegatives'],
    ...['loss', 'temperature', 'querySizePower'],
  ],
  Ranking: ['spectralRank', 'fuseWalk'],
} as const satisfies Readonly<Record<string, readonly (keyof ConfigOptions)[]>>;

/** A configuration as it may be written. */
export type ConfigOptions = Readonly<Static<typeof configSchema>>;

/** A checked configuration; `workers` is a number. */
export type Config = Omit<ConfigOptions, 'workers'> & { readonly workers: number };

/** Measured to hold on all data sets of spec/results.md. */
export const configDefaults: ConfigOptions = Object.freeze({
  seed: 1,
  backend: 'auto',
  workers: 'auto',
  split: 'auto',
  overlap: 'drop',
  testFraction: 0.2,
  validationBoards: 2000,
  minPinDegree: 0,
  maxPinDegree: 0,
  minBoardDegree: 0,
  maxBoardDegree: 0,
  neighborhoods: 'auto',
  neighborCount: 20,
  walkSteps: 1000,
  restartProbability: 0.5,
  titles: true,
  pictures: true,
  tagColumns: 'auto',
  textColumns: 'auto',
  linkColumns: 'auto',
  contentDimension: 96,
  spectralRank: 512,
  spectralDimension: 96,
  layers: 'auto',
  hiddenDimension: 64,
  dimension: 256,
  learnIds: true,
  learnContent: true,
  pooling: 'importance',
  poolWeight: 1,
  saveDropout: 0.3,
  epochs: 24,
  patience: 8,
  batchBoards: 512,
  batchPairs: 0,
  heldOutShare: 0.5,
  negativeCount: 8192,
  loss: 'auto',
  hardNegatives: 0,
  temperature: 0.1,
  querySizePower: 0.3,
  rowOptimizer: 'adam',
  rowRate: 8e-3,
  termRate: 3e-3,
  biasRate: 1e-2,
  networkRate: 2e-3,
  fuseWalk: true,
  checkpointEvery: 200,
});

/**
 * Checks options laid over the defaults. `workers: auto` becomes the number of cores that the process may use.
 *
 * @param layers  later ones win: a file's content, then the command line's
 * @throws PinwalkError `OPTION_UNKNOWN` with the nearest name, `OPTION_OUT_OF_RANGE` with the accepted range
 */
export function checkConfig(...layers: readonly Readonly<Record<string, unknown>>[]): Config {
  const merged: Record<string, unknown> = { ...configDefaults };
  for (const layer of layers) Object.assign(merged, underCurrentNames('options', layer));
  const names = Object.keys(configSchema.properties);
  for (const name of Object.keys(merged)) {
    if (names.includes(name)) continue;
    throw new PinwalkError('OPTION_UNKNOWN', `config: ${shown(name)} is not an option; ${didYouMean(name, names)}`);
  }
  for (const [name, schema] of Object.entries(configSchema.properties)) {
    if (Value.Check(schema, merged[name])) continue;
    const value = merged[name];
    const got = shown(typeof value === 'string' ? JSON.stringify(value) : value);
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `config: ${name} must be ${describeRange(schema)} (got ${got})`);
  }
  const options = merged as ConfigOptions;
  const config: Config = { ...options, workers: options.workers === 'auto' ? availableParallelism() : options.workers };
  if (config.batchBoards + config.batchPairs === 0) {
    const must = 'config: batchBoards and batchPairs must not both be 0 (got no query a step)';
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `${must}; name --batch-pairs to train on pin pairs alone`);
  }
  return Object.freeze(config);
}

/** The accepted values of an option in words: `an integer from 1 to 200`. */
export function describeRange(schema: object): string {
  const {
    type,
    minimum,
    maximum,
    const: literal,
    enum: names,
    anyOf,
  } = schema as Partial<Record<'type' | 'minimum' | 'maximum' | 'const', string>> & {
    enum?: readonly string[];
    anyOf?: readonly object[];
  };
  if (anyOf) return anyOf.map(describeRange).join(' or ');
  if (literal !== undefined) return literal;
  if (names) return `one of ${names.join(', ')}`;
  if (type === 'boolean') return 'true or false';
  if (type === 'string') return 'auto, none or names with commas between';
  return `${type === 'integer' ? 'an integer' : 'a number'} from ${minimum} to ${maximum}`;
}
