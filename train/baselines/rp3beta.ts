/** RP3beta: a pin's neighbors by a random walk of two steps, popular ones held back; a board adds up its pins' lists. */
import type { CompressedRows } from '../../graph/bipartite-graph.js';
import { RankedList } from '../evaluation/ranked-list.js';
import type { Scorer } from '../evaluation/scorer.js';
import { scoreBuffer, type WalkPool } from '../ranking/walk-pool.js';
import { walkFactors } from '../ranking/walk-scores.js';

/** Pins walked from at once. */
const batchSize = 256;

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
export async function rp3beta(
  pool: WalkPool,
  { beta = 0.4, neighborCount = 200 }: { readonly beta?: number; readonly neighborCount?: number } = {},
): Promise<Scorer> {
  const { pinCount, pinsOfBoard } = pool.graph;
  const { offsets, neighbors, weights } = await neighborLists(pool, { beta, neighborCount });
  const addList = (scores: Float32Array, pin: number): void => {
    for (let e = offsets[pin] as number; e < (offsets[pin + 1] as number); e++) {
      const neighbor = neighbors[e] as number;
      scores[neighbor] = (scores[neighbor] as number) + (weights[e] as number);
    }
  };
  return {
    name: 'rp3beta',
    unreached: 0,
    scoreBoards(boards) {
      const scores = new Float32Array(boards.length * pinCount);
      boards.forEach((board, n) => {
        const row = scores.subarray(n * pinCount, (n + 1) * pinCount);
        const pins = pinsOfBoard.neighbors.subarray(pinsOfBoard.offsets[board], pinsOfBoard.offsets[board + 1]);
        for (const pin of pins) addList(row, pin);
      });
      return scores;
    },
    scorePins(pins) {
      const scores = new Float32Array(pins.length * pinCount);
      pins.forEach((pin, n) => addList(scores.subarray(n * pinCount, (n + 1) * pinCount), pin));
      return scores;
    },
  };
}

async function neighborLists(
  pool: WalkPool,
  { beta, neighborCount }: { readonly beta: number; readonly neighborCount: number },
): Promise<CompressedRows & { readonly weights: Float32Array }> {
  const { pinCount } = pool.graph;
  const factors = walkFactors(pool.graph, { query: 1, board: 1, target: beta, power: 1 });
  const offsets = new Uint32Array(pinCount + 1);
  const neighbors = new Uint32Array(pinCount * neighborCount);
  const weights = new Float32Array(pinCount * neighborCount);
  const list = new RankedList();
  const masked = new Uint8Array(pinCount);
  const buffer = scoreBuffer(Math.min(batchSize, pinCount), pinCount);
  let written = 0;
  for (let start = 0; start < pinCount; start += batchSize) {
    const pins = Uint32Array.from({ length: Math.min(batchSize, pinCount - start) }, (_, n) => start + n);
    const out = buffer.subarray(0, pins.length * pinCount);
    await pool.score({ kind: 'pins', rows: pins, factors, out });
    for (let n = 0; n < pins.length; n++) {
      const pin = start + n;
      masked[pin] = 1;
      list.rank(out.subarray(n * pinCount, (n + 1) * pinCount), { masked, k: neighborCount, unreached: 0 });
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
  }
  return { offsets, neighbors: neighbors.slice(0, written), weights: weights.slice(0, written) };
}
