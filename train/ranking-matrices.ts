/**
 * What a ranker is given of a model: all pins embedded on some graph, as named matrices.
 */
import type { Config } from './config.js';
import type { FeatureTable } from './features/feature-table.js';
import { firstColumns, type GraphInputs } from './graph-inputs.js';
import { embedPins, type PinEmbeddings } from './inference.js';
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
  return embedPins(shape, weights, { features: features.values, neighborhoods, poolWeight: config.poolWeight, terms });
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
  const content = contentMatrix(inputs.features);
  if (content) matrices.set('pin.content', content);
  if (!embeddings) return matrices;
  const { query, target, bias, dimension } = embeddings;
  matrices.set('pin.query', { rows, columns: dimension, values: query });
  matrices.set('pin.target', { rows, columns: dimension, values: target });
  matrices.set('pin.bias', { rows, columns: 1, values: bias });
  return matrices;
}

/** Blocks of vectors side by side, each row of a block at unit length; hashed columns left out: a ranker has their terms. */
function contentMatrix({ pinCount: rows, dimension, values: table, blocks }: FeatureTable): StoredMatrix | undefined {
  const wanted = blocks.filter(({ name }) => !['structure', 'degree', 'attributes'].includes(name));
  const columns = wanted.reduce((sum, block) => sum + block.dimension, 0);
  if (columns === 0) return undefined;
  const values = new Float32Array(rows * columns);
  const scale = Math.sqrt(blocks.length); // the table has each block at length sqrt(1 / blocks)
  for (let pin = 0, to = 0; pin < rows; pin++)
    for (const block of wanted)
      for (let d = 0; d < block.dimension; d++, to++)
        values[to] = scale * (table[pin * dimension + block.offset + d] as number);
  return { rows, columns, values };
}
