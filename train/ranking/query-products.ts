/**
 * Queries as vectors, and their products with every pin's row: what all scores by vectors have in common.
 */
import type { Matrix, Workspace } from '../kernels/workspace.js';
import { sumVectors, type Query } from './query.js';

/**
 * Products of some vectors with every row of a matrix.
 *
 * @param rows  [P, d], in the workspace
 * @param count  how many vectors
 * @param fill  writes the vectors, [count, d] row-major, which hold whatever was there
 * @returns [count, P] outside the workspace
 *
 * Cost: 2 count P d operations.
 */
export function productsOf(
  workspace: Workspace,
  rows: Matrix,
  { count, fill }: { count: number; fill: (vectors: Float32Array) => void },
): Float32Array {
  const mark = workspace.mark();
  const vectors = workspace.allocate(count, rows.columns);
  fill(vectors.values);
  const products = workspace.allocate(count, rows.rows);
  workspace.matMul(vectors, rows, products, { transposeB: true });
  const result = products.values.slice();
  workspace.reset(mark);
  return result;
}

/**
 * `(sum over the query's pins of weight * factor(pin) * row of the pin) diag(gains) row of every pin`.
 *
 * @param rows  [P, d], in the workspace
 * @param options.factor  what a pin counts beside its weight in the query; default 1
 * @param options.gains  [d], default all 1
 * @returns [queries, P]
 */
export function projectQueries(
  workspace: Workspace,
  rows: Matrix,
  queries: readonly Query[],
  { factor = () => 1, gains }: { factor?: (pin: number) => number; gains?: Float32Array } = {},
): Float32Array {
  return productsOf(workspace, rows, {
    count: queries.length,
    fill(vectors) {
      sumVectors(queries, rows.values, vectors, factor);
      if (!gains) return;
      for (let i = 0; i < vectors.length; i++)
        vectors[i] = (vectors[i] as number) * (gains[i % rows.columns] as number);
    },
  });
}
