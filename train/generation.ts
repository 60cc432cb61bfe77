/**
 * Gathers what a generation holds from what a run has made, and writes it.
 */
import type { Collection } from '../data/collection.js';
import type { StoredMatrix } from '../data/generation/schema.js';
import { writeGeneration, type GenerationContents } from '../data/generation/write.js';
import { findCommunities } from '../graph/communities.js';
import type { CompressedRows } from '../graph/compressed-rows.js';
import type { Config } from './config.js';
import type { Titles } from './content/title-index.js';
import type { MetricsTable } from './evaluation/table.js';
import type { ModelInputs } from './features/model-inputs.js';
import { ScoringPool } from './fusion/scoring-pool.js';
import { generationMeta } from './generation-meta.js';
import type { PinEmbeddings } from './model/inference.js';
import { isTable, type Weights } from './model/weights.js';
import type { Progress } from './progress.js';
import type { RankingSettings } from './ranking/settings.js';

export interface GenerationParts {
  readonly collection: Collection;
  readonly titles: Titles;
  readonly config: Config;
  /** Of the graph to be served. */
  readonly inputs: ModelInputs;
  readonly embeddings: PinEmbeddings;
  readonly matrices: ReadonlyMap<string, StoredMatrix>;
  readonly settings: RankingSettings;
  readonly weights: Weights;
  readonly models: MetricsTable;
  readonly serveSplit: 'all' | 'train';
  readonly progress: Progress;
}

/** Length of the stored related lists. */
const RELATED_COUNT = 50;
/** Lists cost pins squared: beyond this the server ranks live, and nothing is stored. */
const MOST_RELATED_PINS = 20_000;
const RELATED_BATCH = 128;

/**
 * Writes a run's generation, whole or not at all.
 *
 * @throws PinwalkError what its parts throw
 */
export async function writeRunGeneration(file: string, parts: GenerationParts): Promise<void> {
  writeGeneration(file, await describeGeneration(parts));
}

async function describeGeneration(parts: GenerationParts): Promise<GenerationContents> {
  const { collection, config, inputs, weights, settings, models, serveSplit, progress } = parts;
  const { graph } = inputs;
  const related = await relatedLists(parts, progress);
  const titles = { pins: collection.pins.titles, boards: collection.boards.titles };
  const communities = findCommunities(graph, { titles, seed: config.seed });
  return {
    meta: {
      ...generationMeta(collection, config, graph),
      metrics: models,
      ranking: settings,
      serveSplit,
      ...(related && { related: { strategy: 'fused', length: RELATED_COUNT } }),
    },
    pins: collection.pins,
    boards: collection.boards,
    graph,
    matrices: new Map([...parts.matrices, ['board.query', boardVectors(parts)]]),
    communities,
    ...(related && { related }),
    model: { json: modelDescription(weights), weights: networkWeights(weights) },
  };
}

/** [B, dimension]: the sum of a board's query vectors, the vector its ideas are found with. */
function boardVectors({ inputs, embeddings }: GenerationParts): StoredMatrix {
  const { pinsOfBoard } = inputs.graph;
  const rows = inputs.graph.boardCount;
  const { dimension, query } = embeddings;
  const values = new Float32Array(rows * dimension);
  for (let board = 0; board < rows; board++) {
    for (let i = pinsOfBoard.offsets[board] as number; i < (pinsOfBoard.offsets[board + 1] as number); i++) {
      const pin = pinsOfBoard.neighbors[i] as number;
      for (let d = 0; d < dimension; d++) {
        values[board * dimension + d] =
          (values[board * dimension + d] as number) + (query[pin * dimension + d] as number);
      }
    }
  }
  return { rows, columns: dimension, values };
}

async function relatedLists(
  { titles, config, inputs, matrices, settings }: GenerationParts,
  progress: Progress,
): Promise<CompressedRows | undefined> {
  const { graph } = inputs;
  if (graph.pinCount > MOST_RELATED_PINS) return undefined;
  const sliceCount = Math.ceil(graph.pinCount / RELATED_BATCH);
  const pool = ScoringPool.open({ graph, matrices, titles, settings }, config.workers, sliceCount);
  const report = progress('related lists');
  let done = 0;
  const slice = async (number: number) => {
    const from = number * RELATED_BATCH;
    const length = Math.min(RELATED_BATCH, graph.pinCount - from);
    const pins = Uint32Array.from({ length }, (_, n) => from + n);
    const ranked = await pool.related(pins, RELATED_COUNT);
    report((done += length), graph.pinCount);
    return ranked;
  };
  let lists: Awaited<ReturnType<typeof slice>>;
  try {
    lists = (await Promise.all(Array.from({ length: sliceCount }, (_, number) => slice(number)))).flat();
  } finally {
    await pool.close();
  }
  const offsets = new Uint32Array(graph.pinCount + 1);
  lists.forEach(({ pins }, pin) => (offsets[pin + 1] = (offsets[pin] as number) + pins.length));
  const total = offsets[graph.pinCount] as number;
  const neighbors = new Uint32Array(total);
  const weights = new Float32Array(total);
  lists.forEach(({ pins, scores }, pin) => {
    neighbors.set(pins, offsets[pin]);
    weights.set(scores, offsets[pin]);
  });
  return { offsets, neighbors, weights };
}

/** The network's weights in order; what learned rows, of pins and of terms, come to is in the matrices. */
function networkOf(weights: Weights): { name: string; shape: readonly [number, number]; values: Float32Array }[] {
  return [...weights.values()].filter(({ name }) => !isTable(name));
}

function modelDescription(weights: Weights): unknown {
  return { arrays: networkOf(weights).map(({ name, shape }) => ({ name, shape })) };
}

/** float32, little-endian, one array after the other as `modelDescription` lists them. */
function networkWeights(weights: Weights): Uint8Array {
  const arrays = networkOf(weights).map(
    ({ values }) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  const bytes = new Uint8Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    bytes.set(array, at);
    at += array.length;
  }
  return bytes;
}
