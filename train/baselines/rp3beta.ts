/** RP3beta: a pin's neighbors by a random walk of two steps, popular ones held back; a board adds up its pins' lists. */
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import type { CompressedRows } from '../../graph/compressed-rows.js';
import { ExactWalk, walkFactors } from '../../graph/exact-walk.js';
import { RankedList } from '../evaluation/ranked-list.js';
import type { Scorer } from '../evaluation/scorer.js';
import { queryScorer } from './query-scorer.js';

/**
 * `w(j, i) = d_i^-beta * sum over boards v that hold both of 1/d_j 1/d_v`; each pin j keeps its best `neighborCount` pins i,
 * divided by their sum; `s(i) = sum over the query's pins j of w(j, i)`.
 *
 * @param options.beta  default 0.4
 * @param options.neighborCount  default 200
 *
 * Source: Paudel et al. 2017 with alpha = 1, as Ferrari Dacrema et al. 2021 run it (lists cut and normalized).
 * Memory 8 bytes a neighbor.
 */
export function rp3beta(
  graph: BipartiteGraph,
  { beta = 0.4, neighborCount = 200 }: { readonly beta?: number; readonly neighborCount?: number } = {},
): Scorer {
  const { offsets, neighbors, weights } = neighborLists(graph, { beta, neighborCount });
  return queryScorer('rp3beta', graph, (queries) => {
    const { pinCount } = graph;
    const scores = new Float32Array(queries.length * pinCount);
    queries.forEach(({ pins }, n) => {
      const row = scores.subarray(n * pinCount, (n + 1) * pinCount);
      for (const pin of pins) {
        for (let e = offsets[pin] as number; e < (offsets[pin + 1] as number); e++) {
          const neighbor = neighbors[e] as number;
          row[neighbor] = (row[neighbor] as number) + (weights[e] as number);
        }
      }
    });
    return scores;
  });
}

function neighborLists(
  graph: BipartiteGraph,
  { beta, neighborCount }: { readonly beta: number; readonly neighborCount: number },
): CompressedRows & { readonly weights: Float32Array } {
  const { pinCount } = graph;
  const walk = new ExactWalk(graph, walkFactors(graph, { query: 1, board: 1, target: beta, power: 1 }));
  const offsets = new Uint32Array(pinCount + 1);
  const neighbors = new Uint32Array(pinCount * neighborCount);
  const weights = new Float32Array(pinCount * neighborCount);
  const list = new RankedList();
  const masked = new Uint8Array(pinCount);
  const scores = new Float32Array(pinCount);
  let written = 0;
  for (let pin = 0; pin < pinCount; pin++) {
    walk.scoreInto({ pins: Uint32Array.of(pin) }, scores);
    masked[pin] = 1;
    list.rank(scores, { masked, k: neighborCount });
    masked[pin] = 0;
    const sum = list.scores.reduce((total, score) => total + score, 0);
    neighbors.set(list.pins, written);
    weights.set(
      list.scores.map((score) => score / sum),
      written,
    );
    written += list.pins.length;
    offsets[pin + 1] = written;
  }
  return { offsets, neighbors: neighbors.slice(0, written), weights: weights.slice(0, written) };
}
