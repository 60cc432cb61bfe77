/**
 * Scores by the spectral factors of the save matrix: the strongest alone, their cosines, and a long walk folded into them.
 */
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { degrees } from '../../graph/compressed-rows.js';
import { ExactWalk, walkFactors } from '../../graph/exact-walk.js';
import { normalizeRows } from '../kernels/matrix-rows.js';
import type { Matrix, Workspace } from '../kernels/workspace.js';
import { likedPins, type Query } from './query.js';
import { projectQueries } from './query-products.js';
import { addScaled } from './score-rows.js';
import { filterExponent, filterHop, foldFilter, type FoldedFilter } from './spectral-filter.js';

/** The factors; each of the scores can be had without what it does not need. */
export interface SpectralFactorParts {
  /** V: [P, k] right singular vectors, in the workspace. */
  readonly factors: Matrix | undefined;
  /** s: [k] */
  readonly singularValues: Float32Array | undefined;
}

/** One thread's spectral scores; each gives [queries, P], zeros where the factors it needs are absent. */
export class SpectralScores {
  readonly #graph: BipartiteGraph;
  readonly #workspace: Workspace;
  readonly #parts: SpectralFactorParts;
  /** [P] */
  readonly #degree: Float32Array;
  /** [P, k] rows of V S at unit length; this and the filter are made when first asked for. */
  #cosineRows: Matrix | undefined;
  #filter: { readonly folded: FoldedFilter; readonly hop: ExactWalk } | undefined;

  constructor(graph: BipartiteGraph, workspace: Workspace, parts: SpectralFactorParts) {
    this.#graph = graph;
    this.#workspace = workspace;
    this.#parts = parts;
    this.#degree = Float32Array.from(degrees(graph.boardsOfPin));
  }

  /** `s(u, i) = (r_u D^-1/2) V V^T D^1/2`: the query's saves, smoothed by the strongest factors. */
  lowPass(queries: readonly Query[]): Float32Array {
    const { factors } = this.#parts;
    return factors ? this.#smooth(queries, factors, { exponent: 0.5 }) : this.#nothing(queries);
  }

  /** `s(u, i) = (r_u D^-.4) (hop N^T N + V diag(factors) V^T) D^.4`, the folded filter; one hop alone where there are no factors. */
  filter(queries: readonly Query[]): Float32Array {
    const { factors, singularValues } = this.#parts;
    this.#filter ??= {
      folded: foldFilter(singularValues ?? new Float32Array(0)),
      hop: new ExactWalk(this.#graph, walkFactors(this.#graph, filterHop)),
    };
    const { folded, hop } = this.#filter;
    const scores =
      factors && singularValues
        ? this.#smooth(queries, factors, { exponent: filterExponent, gains: folded.factors })
        : this.#nothing(queries);
    const { pinCount } = this.#graph;
    const walked = new Float32Array(pinCount);
    queries.forEach((query, n) => {
      hop.scoreInto(likedPins(query), walked);
      addScaled(scores.subarray(n * pinCount, (n + 1) * pinCount), walked, folded.hop);
    });
    return scores;
  }

  /** Sum of the cosines between the query's pins and every pin, as rows of V S. */
  factorCosine(queries: readonly Query[]): Float32Array {
    const { factors, singularValues } = this.#parts;
    if (!factors || !singularValues) return this.#nothing(queries);
    if (!this.#cosineRows) {
      this.#cosineRows = this.#workspace.allocate(factors.rows, factors.columns);
      const { values } = this.#cosineRows;
      values.set(factors.values);
      for (let i = 0; i < values.length; i++)
        values[i] = (values[i] as number) * (singularValues[i % factors.columns] as number);
      normalizeRows(values, factors.columns);
    }
    return projectQueries(this.#workspace, this.#cosineRows, queries);
  }

  /** `(r_u D^-exponent) V diag(gains) V^T D^exponent`, gains 1 by default. */
  #smooth(
    queries: readonly Query[],
    factors: Matrix,
    { exponent, gains }: { exponent: number; gains?: Float32Array },
  ): Float32Array {
    const { pinCount } = this.#graph;
    const power = this.#degree.map((d) => d ** exponent);
    const scores = projectQueries(this.#workspace, factors, queries, {
      factor: (pin) => (power[pin] === 0 ? 0 : 1 / (power[pin] as number)),
      ...(gains && { gains }),
    });
    for (let at = 0; at < scores.length; at += pinCount)
      for (let pin = 0; pin < pinCount; pin++) scores[at + pin] = (scores[at + pin] as number) * (power[pin] as number);
    return scores;
  }

  #nothing(queries: readonly Query[]): Float32Array {
    return new Float32Array(queries.length * this.#graph.pinCount);
  }
}
