/** Neighbor lists of pins: the engine of baselines that add up what the pins of a board have next to them. */
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import type { CompressedRows } from '../../graph/compressed-rows.js';
import { ExactWalk, type WalkFactors } from '../../graph/exact-walk.js';
import { RankedList } from '../evaluation/ranked-list.js';
import type { Scorer } from '../evaluation/scorer.js';
import { queryScorer } from './query-scorer.js';

/** [P] compressed rows of neighbors, the nearest first, a weight each. */
export type NeighborLists = CompressedRows & { readonly weights: Float32Array };

/**
 * The nearest pins of each pin by a walk pin-board-pin, never the pin itself.
 *
 * @param options.count  neighbors of a pin at most
 * @param options.pins  whose lists are made, ascending; the others' are empty; default all
 *
 * Time: an exact walk a pin. Memory 8 bytes a neighbor.
 */
export function neighborLists(
  graph: BipartiteGraph,
  factors: WalkFactors,
  { count, pins }: { readonly count: number; readonly pins?: Uint32Array },
): NeighborLists {
  const { pinCount } = graph;
  const wanted = pins ?? Uint32Array.from({ length: pinCount }, (_, pin) => pin);
  const walk = new ExactWalk(graph, factors);
  const offsets = new Uint32Array(pinCount + 1);
  const neighbors = new Uint32Array(wanted.length * Math.min(count, pinCount));
  const weights = new Float32Array(neighbors.length);
  const list = new RankedList();
  const masked = new Uint8Array(pinCount);
  const scores = new Float32Array(pinCount);
  let written = 0;
  wanted.forEach((pin, n) => {
    walk.scoreInto({ pins: Uint32Array.of(pin) }, scores);
    masked[pin] = 1;
    list.rank(scores, { masked, k: count });
    masked[pin] = 0;
    neighbors.set(list.pins, written);
    weights.set(list.scores, written);
    written += list.pins.length;
    offsets.fill(written, pin + 1, (wanted[n + 1] ?? pinCount) + 1);
  });
  return { offsets, neighbors: neighbors.slice(0, written), weights: weights.slice(0, written) };
}

/**
 * Scores `s(i) = sum over the query's pins j that have i among their first `count` neighbors of w(j, i)`.
 *
 * @param options.count  default: the whole lists
 */
export function listScorer(
  name: string,
  graph: BipartiteGraph,
  { lists, count = Infinity }: { readonly lists: NeighborLists; readonly count?: number },
): Scorer {
  const { offsets, neighbors, weights } = lists;
  return queryScorer(name, graph, (queries) => {
    const { pinCount } = graph;
    const scores = new Float32Array(queries.length * pinCount);
    queries.forEach(({ pins }, n) => {
      const row = scores.subarray(n * pinCount, (n + 1) * pinCount);
      for (const pin of pins) {
        const from = offsets[pin] as number;
        const to = Math.min(offsets[pin + 1] as number, from + count);
        for (let e = from; e < to; e++) {
          const neighbor = neighbors[e] as number;
          row[neighbor] = (row[neighbor] as number) + (weights[e] as number);
        }
      }
    });
    return scores;
  });
}
