/** Item neighbors: pins are alike when the same boards hold them, by the weightings that other libraries have. */
import { sharedArray } from '../../data/shared-arrays.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { degree, entriesOf } from '../../graph/compressed-rows.js';
import { walkFactors, type WalkFactors } from '../../graph/exact-walk.js';
import type { Scorer } from '../evaluation/scorer.js';
import type { Task } from '../evaluation/tasks.js';
import { listScorer, neighborLists } from './neighbor-lists.js';

/** How saves are weighed before pins are compared. */
export const neighborWeightings = ['cosineNeighbors', 'tfIdfNeighbors', 'bm25Neighbors'] as const;

/** One of {@link neighborWeightings}. */
export type NeighborWeighting = (typeof neighborWeightings)[number];

/** What is chosen on validation. */
export interface NeighborSettings {
  /** Neighbors of a pin that count. */
  readonly count: number;
  /** BM25: how little a pin of many saves counts, from 0 up; default 1.2. */
  readonly k1?: number;
  /** BM25: how much of that follows the pin's saves, 0 to 1; default 0.75. */
  readonly b?: number;
}

/** Where nothing was validated: what the papers and libraries begin with. */
export const neighborDefaults: NeighborSettings = Object.freeze({ count: 100, k1: 1.2, b: 0.75 });

const COUNTS = [20, 50, 100, 200, 400] as const;
const BM25: readonly Required<Pick<NeighborSettings, 'k1' | 'b'>>[] = [0.3, 1.2, 5, 100].flatMap((k1) =>
  [0.25, 0.75].map((b) => ({ k1, b })),
);

/**
 * `s(i) = sum over the query's pins j of w(j, i)`, where w is the product of two pins' rows of weighed saves, cut to the nearest.
 *
 * A save of board v by pin i weighs `1 / sqrt(d_i)` (cosine); `idf_v / length of the row` (TF-IDF); or
 * `idf_v (k1 + 1) / (k1 (1 - b + b d_i / mean d) + 1)` (BM25), with `idf_v = log(P / (1 + pins of v))`, d_i the boards of i.
 *
 * Source: Deshpande and Karypis 2004; the three weightings as implicit 0.7.2 has them. Differs: a pin is not its own neighbor.
 */
export function itemNeighbors(weighting: NeighborWeighting, graph: BipartiteGraph, settings: NeighborSettings): Scorer {
  const { count } = settings;
  const lists = neighborLists(graph, neighborFactors(weighting, graph, settings), { count });
  return listScorer(weighting, graph, { lists });
}

/** Products of weighed saves as walks: of a path j-v-i the weights of both saves. */
export function neighborFactors(
  weighting: NeighborWeighting,
  graph: BipartiteGraph,
  { k1 = 1.2, b = 0.75 }: Omit<NeighborSettings, 'count'>,
): WalkFactors {
  if (weighting === 'cosineNeighbors') return walkFactors(graph, { query: 0.5, board: 0, target: 0.5, power: 1 });
  const { pinCount, boardCount, boardsOfPin } = graph;
  const board = sharedArray(Float64Array, boardCount);
  for (let v = 0; v < boardCount; v++) board[v] = Math.log(pinCount / (1 + degree(graph.pinsOfBoard, v))) ** 2;
  const pin = sharedArray(Float64Array, pinCount);
  const mean = graph.saveCount / pinCount;
  for (let i = 0; i < pinCount; i++) {
    const boards = entriesOf(boardsOfPin, i);
    if (boards.length === 0) continue;
    const squares = boards.reduce((sum, v) => sum + (board[v] as number), 0);
    const bm25 = (k1 + 1) / (k1 * (1 - b + (b * boards.length) / mean) + 1);
    pin[i] = weighting === 'bm25Neighbors' ? bm25 : squares > 0 ? 1 / Math.sqrt(squares) : 0;
  }
  return { query: pin, board, target: pin, power: 1 };
}

/**
 * What is tried on validation: for each weighting 5 lengths of lists, for BM25 under 8 pairs of k1 and b.
 *
 * @param graph  what is known on validation
 * @param task  whose queries are boards
 * @returns a function that makes the scorers of a trial; lists are made for the pins of the task's boards alone, and once for all lengths
 */
export function neighborTrials(
  weighting: NeighborWeighting,
  graph: BipartiteGraph,
  task: Task,
): { readonly settings: NeighborSettings; readonly scorer: () => Scorer }[] {
  const asked = new Set<number>();
  for (const board of task.queries) for (const pin of entriesOf(graph.pinsOfBoard, board)) asked.add(pin);
  const pins = Uint32Array.from(asked).sort();
  const most = Math.max(...COUNTS);
  const shapes = weighting === 'bm25Neighbors' ? BM25 : [{}];
  return shapes.flatMap((shape) => {
    let lists: ReturnType<typeof neighborLists> | undefined;
    return COUNTS.map((count) => ({
      settings: { ...shape, count },
      scorer: () => {
        lists ??= neighborLists(graph, neighborFactors(weighting, graph, shape), { count: most, pins });
        return listScorer(weighting, graph, { lists, count });
      },
    }));
  });
}
