/**
 * What a ranker is asked: a board, several pins or one pin.
 */
import type { Board } from '../../data/collection.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { entriesOf } from '../../graph/compressed-rows.js';

/** Pins that stand for what is looked for. */
export interface Query {
  /** Rows, each once. */
  readonly pins: Uint32Array;
  /** Parallel to `pins`, default all 1; below 0 means "not like this". */
  readonly weights?: Float32Array;
  /** The board the pins were taken from, if they were: the walk does not go through it. */
  readonly ownBoard?: Board;
}

/** The query of a board: its own pins, the board itself left out of the walk. */
export function boardQuery(graph: BipartiteGraph, board: number): Query {
  return { pins: entriesOf(graph.pinsOfBoard, board), ownBoard: board as Board };
}

/** A board by its own pins, or a single pin. */
export function queryOf(graph: BipartiteGraph, kind: 'boards' | 'pins', row: number): Query {
  return kind === 'boards' ? boardQuery(graph, row) : { pins: Uint32Array.of(row) };
}

/** Boards, each by its own pins, or single pins. */
export function queriesOf(graph: BipartiteGraph, kind: 'boards' | 'pins', rows: Uint32Array): Query[] {
  return Array.from(rows, (row) => queryOf(graph, kind, row));
}

/**
 * Weights of a query, each pin once: the sum of those it was named with, scaled so that the largest is 1.
 *
 * Only ratios count: weights that are all huge or all tiny, or whose sum is no number, fit in 32 bits like any others.
 *
 * @param named  pins and weights, above 0 and finite
 */
export function weightRatios<Row extends number>(named: readonly (readonly [Row, number])[]): Map<Row, number> {
  const scaled = (entries: readonly (readonly [Row, number])[]): [Row, number][] => {
    const largest = entries.reduce((most, [, weight]) => Math.max(most, weight), 0);
    return entries.map(([pin, weight]) => [pin, weight / largest]);
  };
  const sums = new Map<Row, number>();
  for (const [pin, weight] of scaled(named)) sums.set(pin, (sums.get(pin) ?? 0) + weight);
  return new Map(scaled(Array.from(sums)));
}

/** A walk has no way to say "not like this": it starts at liked pins only. */
export function likedPins(query: Query): Query {
  const { pins, weights } = query;
  if (!weights?.some((weight) => weight <= 0)) return query;
  return {
    pins: pins.filter((_, n) => (weights[n] as number) > 0),
    weights: weights.filter((weight) => weight > 0),
    ...(query.ownBoard !== undefined && { ownBoard: query.ownBoard }),
  };
}

/**
 * Writes each query's weighted sum of its pins' rows into `out`.
 *
 * @param rows  [P, d] row-major
 * @param out  [queries, d]; overwritten
 * @param factor  what a pin counts beside its weight in the query
 * @returns which queries have any vector at all
 */
export function sumVectors(
  queries: readonly Query[],
  rows: Float32Array,
  out: Float32Array,
  factor: (pin: number) => number,
): boolean[] {
  const dimension = out.length / Math.max(queries.length, 1);
  out.fill(0);
  return queries.map(({ pins, weights }, n) => {
    const at = n * dimension;
    for (let i = 0; i < pins.length; i++) {
      const pin = pins[i] as number;
      const weight = (weights ? (weights[i] as number) : 1) * factor(pin);
      for (let d = 0; d < dimension; d++)
        out[at + d] = (out[at + d] as number) + weight * (rows[pin * dimension + d] as number);
    }
    return out.subarray(at, at + dimension).some((value) => value !== 0);
  });
}
