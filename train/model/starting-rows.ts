/**
 * First values of the learned rows: of pins what the spectral factors already know, of terms what pins by terms do.
 *
 * Before the first step they rank pinterest's boards at recall@20 .129 (walk .152, after four epochs .163; spec/decisions.md).
 */
import { randomNormal, randomStream } from '../../data/random.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { degrees, transpose } from '../../graph/compressed-rows.js';
import type { Config } from '../config.js';
import { rowsOfTerms, type ContentTerms } from '../content/content-terms.js';
import { singularVectors } from '../features/singular-vectors.js';
import type { SpectralFactors } from '../features/spectral-factors.js';
import { normalizeRows } from '../kernels/matrix-rows.js';
import { Workspace } from '../kernels/workspace.js';
import type { ModelShape } from './weights.js';

/** Whose rows the start is found from. */
const MOST_STARTING_PINS = 500_000;
/** Root mean square of query rows: sets how fast a rate of `rowRate` turns them. */
const QUERY_SCALE = 0.06;
const BIAS_PER_LOG_DEGREE = 0.6;

/**
 * `query = V s^1/2 d^-1/2` scaled to a root mean square of 0.06; `target` = rows of `V s^1/2` at unit length; `bias = 0.6 log d`, or
 * `log(d / boards)` where the loss is binary: how likely a board holds the pin.
 *
 * Columns beyond the factors' rank get small noise, since where both rows are zero nothing can be learned. Pins without saves
 * start, and stay, at zero: what is known of them comes from the network alone.
 */
export function startingRows(
  graph: BipartiteGraph,
  factors: SpectralFactors | undefined,
  config: Pick<Config, 'dimension' | 'seed'> & Pick<ModelShape, 'loss'>,
): { query: Float32Array; target: Float32Array; bias: Float32Array } {
  const { dimension, seed, loss } = config;
  const { pinCount, boardCount } = graph;
  const degree = degrees(graph.boardsOfPin);
  const query = new Float32Array(pinCount * dimension);
  const target = new Float32Array(pinCount * dimension);
  const rank = factors?.rank ?? 0;
  const noise = randomStream(seed, 'weights', 'rows');
  for (let pin = 0; pin < pinCount; pin++) {
    const d = degree[pin] as number;
    if (d === 0) continue;
    for (let k = 0; k < dimension; k++) {
      const root = k < rank ? Math.sqrt(factors?.singularValues[k] as number) : 0;
      const value =
        k < rank
          ? (factors?.pinFactors[pin * rank + k] as number) * root
          : (0.1 * randomNormal(noise)) / Math.sqrt(pinCount);
      target[pin * dimension + k] = value;
      query[pin * dimension + k] = value / Math.sqrt(d);
    }
  }
  normalizeRows(target, dimension);
  let squares = 0;
  for (const value of query) squares += value * value;
  const scale = squares > 0 ? QUERY_SCALE / Math.sqrt(squares / query.length) : 0;
  for (let i = 0; i < query.length; i++) query[i] = (query[i] as number) * scale;
  const bias = Float32Array.from(degree, (d) =>
    loss === 'binary' ? Math.log(Math.max(d, 1) / boardCount) : BIAS_PER_LOG_DEGREE * Math.log(Math.max(d, 1)),
  );
  return { query, target, bias };
}

/**
 * First rows of weights: [termCount, dimension], the strongest right singular vectors of the pins' rows. Columns beyond their rank
 * are noise, since where both sides are zero nothing can be learned.
 *
 * Cost: five products of the rows with `dimension` + 32 columns, there and back; of more than 500,000 pins an even sample says where
 * they start, since more would not fit beside each other into 4 GiB.
 */
export function startingTermRows(
  terms: ContentTerms,
  { dimension, seed, mostPins = MOST_STARTING_PINS }: { dimension: number; seed: number; mostPins?: number },
): Float32Array {
  const { termCount } = terms;
  const pinCount = terms.rows.offsets.length - 1;
  const every = Math.ceil(pinCount / mostPins);
  const sample = Uint32Array.from({ length: Math.ceil(pinCount / every) }, (_, n) => n * every);
  const rows = rowsOfTerms(terms, sample);
  const byTerm = transpose(rows, termCount);
  const { rank, vectors } = singularVectors(
    { columns: byTerm, rows },
    { rank: dimension, seed, workspace: Workspace.open() },
  );
  const noise = randomStream(seed, 'weights', 'terms');
  const values = new Float32Array(termCount * dimension);
  for (let term = 0; term < termCount; term++)
    for (let k = 0; k < dimension; k++)
      values[term * dimension + k] =
        k < rank ? (vectors[term * rank + k] as number) : (0.1 * randomNormal(noise)) / Math.sqrt(termCount);
  return values;
}
