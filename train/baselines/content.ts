/** Content alone: what a pin says and shows, no walk and nothing learned. The one baseline that knows cold pins. */
import type { PinVectors } from '../../data/collection.js';
import { PinwalkError } from '../../data/errors.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import type { Scorer } from '../evaluation/scorer.js';
import { Workspace } from '../kernels/workspace.js';
import { projectQueries } from '../ranking/query-products.js';
import { queryScorer } from './query-scorer.js';

/**
 * `s(i) = sum over the query's pins j of the mean over blocks of cos(i, j)`; a block that either pin lacks gives 0.
 *
 * @param graph  P pins; a board's pins are those known here
 * @param blocks  vectors of P rows each, any length; at least one block
 * @throws PinwalkError `OPTION_OUT_OF_RANGE`
 *
 * Pins that have nothing in common with the query (a score of exactly 0) are not reached. Memory: P x the blocks' dimensions
 * in a workspace of its own; cost of a query as much again in multiplications.
 */
export function content(graph: BipartiteGraph, blocks: readonly PinVectors[]): Scorer {
  const { pinCount } = graph;
  const dimension = blocks.reduce((sum, block) => sum + block.dimension, 0);
  if (blocks.length === 0 || blocks.some((block) => block.values.length !== pinCount * block.dimension)) {
    const got = blocks.map((block) => block.values.length / block.dimension).join(', ');
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      `content: blocks must have ${pinCount} rows (got ${got || 'no blocks'})`,
    );
  }
  const workspace = Workspace.open();
  const pins = workspace.copyIn(unitRows(blocks, pinCount, dimension), pinCount, dimension);
  return queryScorer('content', graph, (queries) => projectQueries(workspace, pins, queries));
}

/** The blocks side by side, each row of a block at length sqrt(1 / blocks), absent rows zero: dot products are mean cosines. */
function unitRows(blocks: readonly PinVectors[], pinCount: number, dimension: number): Float32Array {
  const rows = new Float32Array(pinCount * dimension);
  let column = 0;
  for (const block of blocks) {
    for (let pin = 0; pin < pinCount; pin++) {
      if (block.present[pin] !== 1) continue;
      const row = block.values.subarray(pin * block.dimension, (pin + 1) * block.dimension);
      const squares = row.reduce((sum, x) => sum + x * x, 0);
      if (squares === 0) continue;
      const scale = 1 / Math.sqrt(squares * blocks.length);
      for (let d = 0; d < block.dimension; d++) rows[pin * dimension + column + d] = (row[d] as number) * scale;
    }
    column += block.dimension;
  }
  return rows;
}
