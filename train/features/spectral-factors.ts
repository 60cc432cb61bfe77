/**
 * Spectral features: the strongest spectral factors of the normalized save matrix, and pins of a grown graph in their basis.
 *
 *     N = D_b^-1/2 A D_p^-1/2   [B, P],   A the saves (their weights if they have any), D the row and column sums of A
 *     N ~ U S V^T               S the largest singular values, V [P, k] the pins' factors
 *
 * Source: Shen et al. 2021 (GF-CF) for N as a filter.
 */
import { PinwalkError } from '../../data/errors.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import type { CompressedRows } from '../../graph/compressed-rows.js';
import type { Workspace } from '../kernels/workspace.js';
import { singularVectors, type SingularOptions } from './singular-vectors.js';

/** The strongest singular triples' values and right (pin) vectors. */
export interface SpectralFactors {
  /** k, number of factors; below what was asked for where the graph has fewer that differ from 0. */
  readonly rank: number;
  /** [k], descending, in (0, 1]. */
  readonly singularValues: Float32Array;
  /** V [P, k] row-major, orthonormal columns; the entry of largest magnitude of a column is positive. */
  readonly pinFactors: Float32Array;
}

/**
 * Finds the `rank` strongest spectral factors of a graph.
 *
 * @param graph  the training graph; P pins, B boards, at least one save
 * @returns factors; a pin without saves has a zero row
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for a bad option, a graph without saves, or one that 4 GiB do not hold
 *
 * Time and memory as `singularVectors` of B by P.
 */
export function spectralFactors(graph: BipartiteGraph, options: SingularOptions): SpectralFactors {
  if (graph.saveCount === 0) {
    throw new PinwalkError('OPTION_OUT_OF_RANGE', 'spectralFactors: the graph must have saves (got none)');
  }
  const { boardsOfPin, pinsOfBoard } = normalizedRows(graph);
  const { rank, values, vectors } = singularVectors({ columns: boardsOfPin, rows: pinsOfBoard }, options);
  return { rank, singularValues: values, pinFactors: vectors };
}

/**
 * Places the pins of another graph (the training graph plus later or held-out saves, say) into the basis of `factors`:
 *
 *     V' = N'^T N' V S^-2,   N' = D'_b^-1/2 A' D'_p^-1/2
 *
 * one more half-round of the iteration that found V, under the other graph and without orthonormalizing. For the
 * training graph itself N^T N V S^-2 = V, so its rows come back; a pin that had no saves in training gets its place from
 * the pins it now shares boards with.
 *
 * @param factors  of the training graph; k factors over P pins
 * @param graph  the same P pins; boards may differ, since boards have no part in the basis
 * @param options.workspace  scratch; left as it was found
 * @returns [P, k] row-major; a pin without saves has a zero row
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` when the number of pins differs
 *
 * Time O(saves * k). Columns are no longer exactly orthonormal.
 */
export function foldInPins(
  factors: SpectralFactors,
  graph: BipartiteGraph,
  options: { workspace: Workspace },
): Float32Array {
  const { rank, pinFactors, singularValues } = factors;
  const { workspace } = options;
  if (pinFactors.length !== graph.pinCount * rank) {
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      `foldInPins: the graph must have the factors' ${pinFactors.length / rank} pins (got ${graph.pinCount})`,
    );
  }
  const start = workspace.mark();
  try {
    const normalized = normalizedRows(graph);
    const pins = workspace.copyIn(pinFactors, graph.pinCount, rank);
    const boards = workspace.allocate(graph.boardCount, rank);
    workspace.pool(pins, normalized.pinsOfBoard, boards);
    workspace.pool(boards, normalized.boardsOfPin, pins);
    const folded = pins.values.slice();
    const scales = singularValues.map((value) => 1 / (value * value));
    for (let at = 0; at < folded.length; at++) folded[at] = (folded[at] as number) * (scales[at % rank] as number);
    return folded;
  } finally {
    workspace.reset(start);
  }
}

/** The graph's rows in both directions, weighted by N's entries. */
function normalizedRows(graph: BipartiteGraph): { boardsOfPin: CompressedRows; pinsOfBoard: CompressedRows } {
  const pinScale = inverseRoots(graph.boardsOfPin);
  const boardScale = inverseRoots(graph.pinsOfBoard);
  return {
    boardsOfPin: scaleEntries(graph.boardsOfPin, pinScale, boardScale),
    pinsOfBoard: scaleEntries(graph.pinsOfBoard, boardScale, pinScale),
  };
}

/** 1 / sqrt(sum of a row's weights), 0 for an empty row. */
function inverseRoots(rows: CompressedRows): Float64Array {
  const { offsets, weights } = rows;
  const scales = new Float64Array(offsets.length - 1);
  for (let r = 0; r < scales.length; r++) {
    const from = offsets[r] as number;
    const to = offsets[r + 1] as number;
    let sum = weights ? 0 : to - from;
    if (weights) for (let e = from; e < to; e++) sum += weights[e] as number;
    scales[r] = sum > 0 ? 1 / Math.sqrt(sum) : 0;
  }
  return scales;
}

function scaleEntries(rows: CompressedRows, rowScale: Float64Array, columnScale: Float64Array): CompressedRows {
  const { offsets, neighbors, weights } = rows;
  const scaled = new Float32Array(neighbors.length);
  for (let r = 0; r < rowScale.length; r++) {
    for (let e = offsets[r] as number; e < (offsets[r + 1] as number); e++) {
      const weight = weights ? (weights[e] as number) : 1;
      scaled[e] = weight * (rowScale[r] as number) * (columnScale[neighbors[e] as number] as number);
    }
  }
  return { offsets, neighbors, weights: scaled };
}
