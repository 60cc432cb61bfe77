/**
 * What a ranker is given of a model: all pins embedded on some graph, as named matrices.
 */
import type { Config } from './config.js';
import { firstColumns, type GraphInputs } from './graph-inputs.js';
import { embedPins, type PinEmbeddings } from './inference.js';
import { normalizeRows } from './matrix-rows.js';
import type { ModelShape, Weights } from './weights.js';
import type { StoredMatrix } from './ranking/ranker.js';

/** Embeds all pins of a graph. */
export function embeddedAs(
  shape: ModelShape,
  weights: Weights,
  inputs: GraphInputs,
  config: Config,
): Promise<PinEmbeddings> {
  const { features, neighborhoods, terms } = inputs;
  return embedPins(shape, weights, { features: features?.values, neighborhoods, poolWeight: config.poolWeight, terms });
}

/** Matrices by the names that `RankerParts` has for them; those of the embeddings where there are any. */
export function matricesOf(
  inputs: GraphInputs,
  embeddings: PinEmbeddings | undefined,
  { structureRank }: Config,
): Map<string, StoredMatrix> {
  const rows = inputs.graph.pinCount;
  const matrices = new Map<string, StoredMatrix>();
  if (inputs.structure && structureRank > 0) {
    const { rank, pinFactors, singularValues } = inputs.structure;
    const columns = Math.min(rank, structureRank); // learned rows may have asked for more
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

/** Blocks of vectors side by side, each row of a block at unit length; hashed columns left out: a ranker has their terms. */
function contentMatrix(content: GraphInputs['content'], rows: number): StoredMatrix | undefined {
  const wanted = [...content].filter(([name]) => name !== 'attributes');
  const columns = wanted.reduce((sum, [, block]) => sum + block.dimension, 0);
  if (columns === 0) return undefined;
  const values = new Float32Array(rows * columns);
  let offset = 0;
  for (const [, { dimension, values: vectors, present }] of wanted) {
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
