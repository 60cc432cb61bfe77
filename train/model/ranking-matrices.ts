/**
 * What a ranker is given of a model: all pins embedded on some graph, as named matrices.
 */
import type { PinVectors } from '../../data/collection.js';
import { PinwalkError } from '../../data/errors.js';
import type { StoredMatrix } from '../../data/generation/schema.js';
import type { Config } from '../config.js';
import { featureValues, firstColumns, type ModelInputs } from '../features/model-inputs.js';
import { normalizeRows } from '../kernels/matrix-rows.js';
import { workspaceBytes } from '../kernels/workspace.js';
import { embedPins, type PinEmbeddings } from './inference.js';
import type { ModelShape, Weights } from './weights.js';

/** Embeds all pins of a graph. */
export function embeddedAs(
  shape: ModelShape,
  weights: Weights,
  inputs: ModelInputs,
  config: Config,
): Promise<PinEmbeddings> {
  const { neighborhoods, terms } = inputs;
  const features = featureValues(inputs);
  return embedPins(shape, weights, { features, neighborhoods, poolWeight: config.poolWeight, terms });
}

/** Matrices by the names that `RankerParts` has for them; those of the embeddings where there are any. */
export function matricesOf(
  inputs: ModelInputs,
  embeddings: PinEmbeddings | undefined,
  { spectralRank }: Config,
): Map<string, StoredMatrix> {
  const rows = inputs.graph.pinCount;
  const matrices = new Map<string, StoredMatrix>();
  if (inputs.spectral && spectralRank > 0) {
    const { rank, pinFactors, singularValues } = inputs.spectral;
    const columns = Math.min(rank, spectralRank); // learned rows may have asked for more
    const values = columns < rank ? firstColumns(pinFactors, rank, columns) : pinFactors;
    matrices.set('pin.structure', { rows, columns, values });
    matrices.set('structure.values', { rows: columns, columns: 1, values: singularValues.slice(0, columns) });
  }
  const content = contentMatrix(inputs.content, rows);
  if (content) matrices.set('pin.content', content);
  return embeddings ? new Map([...matrices, ...embeddingMatrices(embeddings)]) : matrices;
}

/** The matrices of embeddings alone. */
export function embeddingMatrices({ query, target, bias, dimension }: PinEmbeddings): Map<string, StoredMatrix> {
  const rows = bias.length;
  return new Map([
    ['pin.query', { rows, columns: dimension, values: query }],
    ['pin.target', { rows, columns: dimension, values: target }],
    ['pin.bias', { rows, columns: 1, values: bias }],
  ]);
}

/** Share of a ranker's workspace that queries and their scores need. */
const QUERY_SHARE = 1 / 8;

/**
 * How many factors of each pin a ranker has room for beside its embedding and content.
 *
 * @param content  blocks as they are ranked by, cut to their length
 * @returns columns of `pin.structure`, from 0 up
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` where even those do not fit: better now than after training
 */
export function roomForFactors(
  pinCount: number,
  { dimension, contentDimension }: Config,
  content: ModelInputs['content'],
): number {
  const columns = Math.floor(((1 - QUERY_SHARE) * workspaceBytes) / (4 * pinCount));
  const others = dimension + rankedBlocks(content).reduce((sum, block) => sum + block.dimension, 0);
  if (others <= columns) return columns - others;
  throw new PinwalkError(
    'OPTION_OUT_OF_RANGE',
    `train: ${pinCount} pins may have ${columns} numbers each, of embedding and content, to be ranked in 4 GiB (got ${others}); ` +
      `lower dimension (${dimension}) or contentDimension (${contentDimension}), or leave pins out of the data`,
  );
}

/** Blocks of vectors that are ranked by; hashed columns left out: a ranker has their terms. */
function rankedBlocks(content: ModelInputs['content']): PinVectors[] {
  return [...content].filter(([name]) => name !== 'attributes').map(([, block]) => block);
}

/** Blocks of vectors side by side, each row of a block at unit length. */
function contentMatrix(content: ModelInputs['content'], rows: number): StoredMatrix | undefined {
  const blocks = rankedBlocks(content);
  const columns = blocks.reduce((sum, block) => sum + block.dimension, 0);
  if (columns === 0) return undefined;
  const values = new Float32Array(rows * columns);
  let offset = 0;
  for (const { dimension, values: vectors, present } of blocks) {
    const units = vectors.slice();
    normalizeRows(units, dimension);
    for (let pin = 0; pin < rows; pin++) {
      if (present[pin] === 1)
        values.set(units.subarray(pin * dimension, (pin + 1) * dimension), pin * columns + offset);
    }
    offset += dimension;
  }
  return { rows, columns, values };
}
