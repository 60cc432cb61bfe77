/**
 * Importance neighborhoods without chance: the probability that one hop pair from a pin ends at another, summed exactly.
 *
 * Differs from the sampled neighborhoods (importance.ts): only pins that share a board are reached, where a sampled
 * walk also gets further; no sampling noise; the cost follows board sizes, not a number of steps. Measured on 790,000 saves
 * of 9,836 pins: its top 50 share 82 % with those of 100,000 steps a pin, 10,000 steps share 78 %, 1,000 steps 48 %, at 0.4,
 * 9.6 and 1.2 s. Worth a look first wherever `hopPairCount` is affordable.
 */
import { checkInteger } from '../data/checks.js';
import type { BipartiteGraph } from './bipartite-graph.js';
import type { CompressedRows } from './compressed-rows.js';
import { joinRows, NeighborhoodWriter } from './neighborhoods.js';
import { TopPins } from './top-pins.js';

/**
 * The importance neighborhood of every pin by exact probabilities.
 *
 * The importance of pin j for pin i is `sum over boards b of both: w_ib / W_i * w_bj / W_b`, W the sum of a row's
 * weights; without weights `1 / d_i * 1 / d_b`, d the degrees.
 *
 * @param graph  P pins
 * @param options.neighborCount  T, the most neighbors a pin may have
 * @returns P rows on shared memory: neighbors by weight, largest first, equal weights lower row first; weights add up to 1;
 *   a pin that shares no board has an empty row
 * @throws PinwalkError `OPTION_OUT_OF_RANGE`
 *
 * Time O(hopPairCount(graph)), synchronous. Deterministic.
 */
export function exactNeighborhoods(
  graph: BipartiteGraph,
  options: { readonly neighborCount: number },
): CompressedRows & { readonly weights: Float32Array } {
  const { neighborCount } = options;
  checkInteger('exactNeighborhoods: neighborCount', neighborCount, 1, 1000);
  const { boardsOfPin, pinsOfBoard, pinCount } = graph;
  const boardTotals = rowTotals(pinsOfBoard);
  const scores = new Float64Array(pinCount);
  const touched = new Uint32Array(pinCount);
  const top = new TopPins(neighborCount);
  const writer = new NeighborhoodWriter(pinCount, neighborCount);
  for (let pin = 0; pin < pinCount; pin++) {
    let touchedCount = 0;
    for (let i = boardsOfPin.offsets[pin] as number; i < (boardsOfPin.offsets[pin + 1] as number); i++) {
      const board = boardsOfPin.neighbors[i] as number;
      // 1 / W_i is the same for every j and falls out when the row is normalized.
      const share = (boardsOfPin.weights ? (boardsOfPin.weights[i] as number) : 1) / (boardTotals[board] as number);
      for (let k = pinsOfBoard.offsets[board] as number; k < (pinsOfBoard.offsets[board + 1] as number); k++) {
        const other = pinsOfBoard.neighbors[k] as number;
        const score = scores[other] as number;
        if (score === 0) touched[touchedCount++] = other;
        scores[other] = score + (pinsOfBoard.weights ? share * (pinsOfBoard.weights[k] as number) : share);
      }
    }
    for (let i = 0; i < touchedCount; i++) {
      const other = touched[i] as number;
      if (other !== pin) top.offer(other, scores[other] as number);
      scores[other] = 0;
    }
    writer.add(top);
    top.clear();
  }
  return joinRows([writer.finish()]);
}

/** The paths pin, board, pin in the graph: the additions `exactNeighborhoods` makes, about 50 million a second with their selection. */
export function hopPairCount(graph: BipartiteGraph): number {
  const { offsets } = graph.pinsOfBoard;
  let count = 0;
  for (let board = 0; board < graph.boardCount; board++) {
    count += ((offsets[board + 1] as number) - (offsets[board] as number)) ** 2;
  }
  return count;
}

function rowTotals(rows: CompressedRows): Float64Array {
  const totals = new Float64Array(rows.offsets.length - 1);
  for (let row = 0; row < totals.length; row++) {
    const first = rows.offsets[row] as number;
    const end = rows.offsets[row + 1] as number;
    if (!rows.weights) totals[row] = end - first;
    else for (let i = first; i < end; i++) totals[row] = (totals[row] as number) + (rows.weights[i] as number);
  }
  return totals;
}
