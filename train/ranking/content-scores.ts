/**
 * Scores by what pins are about: titles, other columns and vectors. All that there is to go by for pins that nobody saved yet.
 */
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { type CompressedRows, degrees } from '../../graph/compressed-rows.js';
import { joinFields, TermIndex, type TermField } from '../content/term-index.js';
import { weighByLift } from '../content/term-lift.js';
import type { Matrix, Workspace } from '../kernels/workspace.js';
import { contentNeighbors, passOn } from './content-neighbors.js';
import { queriesOf, type Query } from './query.js';
import { projectQueries } from './query-products.js';
import { addScaled } from './score-rows.js';

/** What is known of pins; either may be absent. */
export interface ContentParts {
  /** Rows of terms. */
  readonly fields: readonly TermField[];
  /** [P, d] vectors whose products are sums of cosines, in the workspace. */
  readonly vectors: Matrix | undefined;
}

/** One thread's content scores. */
export class ContentScores {
  /** Rows of pins without saves; none where no pin has content, since nothing sets them apart then. */
  readonly coldPins: Uint32Array;
  readonly #graph: BipartiteGraph;
  readonly #workspace: Workspace;
  readonly #terms: TermIndex | undefined;
  readonly #vectors: Matrix | undefined;
  /** [P] */
  readonly #degree: Float32Array;
  /** For each cold pin the like pins with saves. */
  readonly #neighbors: CompressedRows | undefined;

  /** Cost: content scores of every cold pin, here and not in the first query. */
  constructor(graph: BipartiteGraph, workspace: Workspace, { fields, vectors }: ContentParts) {
    this.#graph = graph;
    this.#workspace = workspace;
    this.#vectors = vectors;
    this.#degree = Float32Array.from(degrees(graph.boardsOfPin));
    const hasTerms = fields.some(({ rows }) => rows.neighbors.length > 0);
    const hasContent = hasTerms || vectors !== undefined;
    this.coldPins = Uint32Array.from(this.#degree.keys()).filter((pin) => hasContent && this.#degree[pin] === 0);
    const { rows, termCount } = joinFields(
      fields.map((field) => (field.isWeighedByCoSaves ? weighByLift(field, graph) : field)),
      graph.pinCount,
    );
    this.#terms = hasTerms ? new TermIndex(rows, termCount) : undefined;
    if (this.coldPins.length === 0) return;
    this.#neighbors = contentNeighbors(graph, this.coldPins, (pins) => this.content(queriesOf(graph, 'pins', pins)));
  }

  /**
   * `sum over the query's pins n of weight_n d_n^-1/4 * sum over fields and vectors of cos(n, i)`: [queries, P]; a pin without
   * saves counts as one of degree 1.
   */
  content(queries: readonly Query[]): Float32Array {
    const { pinCount } = this.#graph;
    const factor = (pin: number): number => Math.max(this.#degree[pin] as number, 1) ** -0.25;
    const scores = this.#vectors
      ? projectQueries(this.#workspace, this.#vectors, queries, { factor })
      : new Float32Array(queries.length * pinCount);
    const terms = this.#terms;
    if (!terms) return scores;
    const row = new Float32Array(pinCount);
    queries.forEach(({ pins, weights }, n) => {
      pins.forEach((pin, i) => terms.add(terms.pins, pin, (weights ? (weights[i] as number) : 1) * factor(pin)));
      terms.scoreInto(row);
      addScaled(scores.subarray(n * pinCount, (n + 1) * pinCount), row, 1);
    });
    return scores;
  }

  /** Scores of pins with saves [queries, P], passed on to the cold pins that are about the same; all others 0. */
  contentNeighbors(scores: Float32Array): Float32Array {
    const { pinCount } = this.#graph;
    const passed = new Float32Array(scores.length);
    if (!this.#neighbors) return passed;
    for (let at = 0; at < scores.length; at += pinCount)
      passOn(this.#neighbors, scores.subarray(at, at + pinCount), passed.subarray(at, at + pinCount));
    return passed;
  }
}
