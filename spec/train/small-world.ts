/** Small worlds with all that a batch or a training needs, and plain copies of what a test compares. */
import type { Collection, Saves } from '../../data/collection.js';
import { randomNormal, randomStream } from '../../data/random.js';
import { syntheticSaves } from '../../data/synthetic.js';
import { type BipartiteGraph, buildGraph } from '../../graph/bipartite-graph.js';
import type { CompressedRows } from '../../graph/compressed-rows.js';
import { exactNeighborhoods } from '../../graph/exact-neighborhoods.js';
import { checkConfig, type Config } from '../../train/config.js';
import type { ContentTerms } from '../../train/content/content-terms.js';
import { findSpectralFactors, modelInputs, type ModelInputs } from '../../train/features/model-inputs.js';
import { createWeights, type ModelShape, type Weights } from '../../train/model/weights.js';
import { silent } from '../../train/progress.js';
import type { SpectralFactors } from '../../train/features/spectral-factors.js';

/** Every option that changes what a small training does, so that defaults may move. */
export function smallConfig(given: Partial<Config> = {}): Config {
  return checkConfig({
    seed: 7,
    backend: 'wasm',
    workers: 1,
    split: 'random',
    testFraction: 0.2,
    validationBoards: 20,
    neighborhoods: 'exact',
    neighborCount: 5,
    titles: false,
    pictures: false,
    spectralRank: 8,
    spectralDimension: 8,
    layers: 2,
    hiddenDimension: 8,
    dimension: 8,
    learnIds: true,
    learnContent: true,
    pooling: 'importance',
    poolWeight: 1,
    saveDropout: 0.2,
    epochs: 3,
    patience: 10,
    batchBoards: 16,
    batchPairs: 4,
    heldOutShare: 0.3,
    negativeCount: 20,
    hardNegatives: 2,
    loss: 'softmax',
    temperature: 0.2,
    querySizePower: 0.4,
    rowOptimizer: 'adam',
    rowRate: 0.01,
    termRate: 0.01,
    biasRate: 0.01,
    networkRate: 0.01,
    checkpointEvery: 3,
    ...given,
  });
}

/** 60 pins, 40 boards, 300 saves. */
export function smallCollection(): Collection {
  return syntheticSaves({ pinCount: 60, boardCount: 40, saveCount: 300, seed: 3 }).collection;
}

/** A graph of lists of pins, one a board. */
export function graphOf(boards: readonly (readonly number[])[], pinCount: number): BipartiteGraph {
  const saves: Saves = {
    boards: Uint32Array.from(boards.flatMap((pins, board) => pins.map(() => board))),
    pins: Uint32Array.from(boards.flat()),
  };
  return buildGraph(saves, { pinCount, boardCount: boards.length });
}

/** What the model sees of all saves of a collection, with content of each pin drawn at random. */
export async function look(
  collection: Collection,
  config: Config,
): Promise<{ inputs: ModelInputs; factors: SpectralFactors | undefined }> {
  const graph = buildGraph(collection.saves, {
    pinCount: collection.pins.ids.length,
    boardCount: collection.boards.ids.length,
  });
  const random = randomStream(13, 'spec');
  const values = Float32Array.from({ length: 6 * graph.pinCount }, () => randomNormal(random));
  const own = { dimension: 6, values, present: new Uint8Array(graph.pinCount).fill(1) };
  const terms = randomTerms(graph.pinCount, 9);
  const context = { collection, content: new Map([['own', own]]), terms, config, progress: silent };
  const factors = findSpectralFactors(graph, config, { progress: silent });
  return { inputs: await modelInputs(graph, { trainGraph: graph, factors }, context), factors };
}

/** Pin p has up to three terms, p, p + 2 and so on, and two columns of a vector; every fifth says nothing. */
function randomTerms(pinCount: number, termCount: number): ContentTerms {
  const columns = 2;
  const random = randomStream(17, 'spec');
  const said = Array.from({ length: pinCount }, (_, pin) => (pin % 5 === 4 ? 0 : 1 + (pin % 3)));
  const offsets = new Uint32Array(pinCount + 1);
  said.forEach((count, pin) => (offsets[pin + 1] = (offsets[pin] as number) + count));
  const neighbors = Uint32Array.from(
    said.flatMap((count, pin) => Array.from({ length: count }, (_, n) => (pin + 2 * n) % (termCount - columns))),
  );
  const weights = Float32Array.from(neighbors, () => 0.6 * randomNormal(random));
  const values = Float32Array.from({ length: pinCount * columns }, (_, i) =>
    said[Math.floor(i / columns)] === 0 ? 0 : 0.6 * randomNormal(random),
  );
  return { rows: { offsets, neighbors, weights }, termCount, vectors: { columns, values } };
}

/** A model with every weight random, biases too, over random features. */
export function randomModel(
  graph: BipartiteGraph,
  given: Partial<ModelShape> = {},
): {
  shape: ModelShape;
  weights: Weights;
  features: Float32Array;
  neighborhoods: CompressedRows;
  terms: ContentTerms | undefined;
} {
  const shape: ModelShape = {
    pinCount: graph.pinCount,
    featureDimension: 5,
    contentColumns: Uint8Array.of(1, 0, 1, 0, 0),
    layers: 2,
    hiddenDimension: 8,
    dimension: 3,
    learnIds: true,
    termCount: 0,
    pooling: 'importance',
    temperature: 0.3,
    querySizePower: 0.4,
    loss: 'softmax',
    ...given,
  };
  const random = randomStream(11, 'spec');
  const normal = (length: number, scale: number): Float32Array =>
    Float32Array.from({ length }, () => scale * randomNormal(random));
  const size = shape.pinCount * shape.dimension;
  const { pinCount, termCount, dimension } = shape;
  const rows = { query: normal(size, 0.06), target: normal(size, 0.5), bias: normal(pinCount, 0.3) };
  const term = normal(termCount * dimension, 0.4);
  const weights = createWeights(shape, { ...rows, term }, { seed: 5 });
  for (const { name, values } of weights.values()) {
    if (/\.[qwg]$/.test(name)) values.set(normal(values.length, 0.3));
  }
  const features = normal(shape.pinCount * shape.featureDimension, 1);
  return {
    shape,
    weights,
    features,
    neighborhoods: exactNeighborhoods(graph, { neighborCount: 3 }),
    terms: termCount > 0 ? randomTerms(pinCount, termCount) : undefined,
  };
}

/** Values of all weights, with what their optimizers keep. */
export function bytesOf(weights: Weights): string {
  return [...weights.values()].flatMap(({ name, values, slots }) => [name, ...[values, ...slots].map(hex)]).join('\n');
}

/** Bytes as text, so that equal means equal to the bit. */
export function hex(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');
}

/** Largest absolute difference; NaN where lengths differ or a value is NaN. */
export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return NaN;
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}
