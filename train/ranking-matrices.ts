/**
 * What a ranker is given of a model: all pins embedded on some graph, as named matrices.
 */
import type { Config } from './config.js';
import { firstColumns, type GraphInputs } from './graph-inputs.js';
import { embedPins, type PinEmbeddings } from './inference.js';
import type { ModelShape, Weights } from './model.js';
import type { StoredMatrix } from './ranking/ranker.js';

/** Embeds all pins of a graph. */
export function embeddedAs(
  shape: ModelShape,
  weights: Weights,
  inputs: GraphInputs,
  config: Config,
): Promise<PinEmbeddings> {
  const { features, neighborhoods } = inputs;
  return embedPins(shape, weights, { features: features.values, neighborhoods, poolWeight: config.poolWeight });
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
  if (!embeddings) return matrices;
  const { query, target, bias, dimension } = embeddings;
  matrices.set('pin.query', { rows, columns: dimension, values: query });
  matrices.set('pin.target', { rows, columns: dimension, values: target });
  matrices.set('pin.bias', { rows, columns: 1, values: bias });
  return matrices;
}
