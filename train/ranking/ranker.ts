/**
 * Scores and their fusion: one code for what is evaluated and what is served.
 *
 * A query is a board, several pins or one pin; every pin gets a score. `fused = sum of weight * score / spread`, where the
 * spread is the score's standard deviation over all pins, so that weights mean the same for every query. A score that says
 * nothing about a query (a pin without saves has no walk, one without content no embedding) has no spread and is left out.
 */
import { PinwalkError } from '../../data/errors.js';
import type { Board } from '../../data/collection.js';
import { degree, degrees, type BipartiteGraph } from '../../graph/bipartite-graph.js';
import { TopPins } from '../../graph/top-pins.js';
import { Workspace, type Matrix } from '../kernels/workspace.js';
import { normalizeRows } from '../matrix-rows.js';
import { TitleIndex, type Titles } from './title-index.js';
import {
  fusionWeights,
  rankingDefaults,
  scoreNames,
  type FusionWeights,
  type RankingSettings,
  type ScoreName,
  type Strategy,
} from './settings.js';
import { ExactWalk, walkFactors } from './walk-scores.js';

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
  const { offsets, neighbors } = graph.pinsOfBoard;
  return { pins: neighbors.subarray(offsets[board], offsets[board + 1]), ownBoard: board as Board };
}

/** A row-major matrix outside any workspace, as it is stored in a generation. */
export interface StoredMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/**
 * What a ranker works on. Each matrix is optional, its scores are then left out: `pin.structure` [P, k] right singular vectors
 * with `structure.values` [k, 1] singular values; `pin.query` [P, d], `pin.target` [P, d] unit rows (or zero) and `pin.bias`
 * [P, 1], which go together.
 */
export interface RankerParts {
  readonly graph: BipartiteGraph;
  readonly matrices: ReadonlyMap<string, StoredMatrix>;
  /** Without titles, `text` and `title` are left out. */
  readonly titles?: Titles;
  readonly settings?: RankingSettings;
}

/** A list of pins, best first. */
export interface RankedPins {
  readonly pins: Uint32Array;
  readonly scores: Float32Array;
}

/** Ranks all pins for queries. Holds its matrices in a workspace of its own; one instance serves one thread. */
export class Ranker {
  readonly graph: BipartiteGraph;
  readonly settings: RankingSettings;
  readonly #workspace = Workspace.open();
  readonly #walk: ExactWalk;
  readonly #structure: Matrix | undefined;
  readonly #singularValues: Float32Array | undefined;
  /** [P, k] rows of V S at unit length; made when first asked for. */
  #kinship: Matrix | undefined;
  readonly #titles: TitleIndex | undefined;
  /** [P], square root of the degree */
  readonly #rootDegree: Float32Array;
  readonly #query: Float32Array | undefined;
  readonly #target: Matrix | undefined;
  readonly #bias: Float32Array | undefined;

  private constructor({ graph, matrices, titles, settings = rankingDefaults }: RankerParts) {
    this.graph = graph;
    this.settings = settings;
    this.#walk = new ExactWalk(graph, walkFactors(graph, settings.walk));
    this.#rootDegree = Float32Array.from(degrees(graph.boardsOfPin), Math.sqrt);
    const resident = (name: string): Matrix | undefined => {
      const matrix = matrices.get(name);
      return matrix && this.#workspace.copyIn(matrix.values, matrix.rows, matrix.columns);
    };
    this.#structure = resident('pin.structure');
    this.#singularValues = matrices.get('structure.values')?.values;
    this.#titles = titles && new TitleIndex(titles);
    this.#target = resident('pin.target');
    this.#query = matrices.get('pin.query')?.values;
    this.#bias = matrices.get('pin.bias')?.values;
  }

  /**
   * Makes a ranker ready to score.
   *
   * @throws PinwalkError `GENERATION_INVALID` when a matrix does not have one row a pin, or the embedding is incomplete
   *
   * Memory: the matrices once more, in the workspace.
   */
  static open(parts: RankerParts): Ranker {
    for (const [name, matrix] of parts.matrices) {
      if (name.startsWith('pin.') && matrix.rows !== parts.graph.pinCount) {
        const got = `${matrix.rows} rows for ${parts.graph.pinCount} pins`;
        throw new PinwalkError('GENERATION_INVALID', `Ranker: ${name} must have one row a pin (got ${got})`);
      }
    }
    const present = ['pin.query', 'pin.target', 'pin.bias'].filter((name) => parts.matrices.has(name));
    if (present.length % 3 !== 0) {
      const got = present.join(', ');
      throw new PinwalkError(
        'GENERATION_INVALID',
        `Ranker: pin.query, pin.target and pin.bias go together (got only ${got})`,
      );
    }
    return new Ranker(parts);
  }

  /**
   * Scores boards, or several pins as one query, against every pin.
   *
   * @returns [queries, P] row-major, higher is better; the query's own pins are scored like any other
   *
   * Cost: two products [queries, d] x [d, P] and [queries, k] x [k, P], and the walk of each query. A query's scores do not
   * depend on the queries beside it.
   */
  scoreBoards(queries: readonly Query[], strategy: Strategy = 'fused'): Float32Array {
    return this.score(queries, this.#weights(this.settings.boardWeights, strategy, 'embedding'));
  }

  /** Scores pins, each a query of its own, against every pin: [pins, P]. As `scoreBoards`, with the weights for single pins. */
  scorePins(pins: Uint32Array, strategy: Strategy = 'fused'): Float32Array {
    const queries = Array.from(pins, (pin) => ({ pins: Uint32Array.of(pin) }));
    return this.score(queries, this.#weights(this.settings.pinWeights, strategy, 'likeness'));
  }

  /** Scores queries with weights of the caller's choice; what the other two do. */
  score(queries: readonly Query[], weights: FusionWeights): Float32Array {
    const fused = new Float32Array(queries.length * this.graph.pinCount);
    for (const name of scoreNames) {
      if (weights[name] !== 0) addScaled(fused, this.spreadScores(queries, name), weights[name]);
    }
    return fused;
  }

  /** One score alone, divided by its spread over the pins: what weights are applied to. All zeros where there is no spread. */
  spreadScores(queries: readonly Query[], name: ScoreName): Float32Array {
    const { pinCount } = this.graph;
    const scores = this.scoreAlone(queries, name);
    for (let at = 0; at < scores.length; at += pinCount) {
      const spread = standardDeviation(scores, at, pinCount);
      const scale = spread > 0 ? 1 / spread : 0;
      for (let i = at; i < at + pinCount; i++) scores[i] = (scores[i] as number) * scale;
    }
    return scores;
  }

  /**
   * One score alone, not yet divided by its spread: [queries, P]; all zeros for a query it says nothing about, and where the
   * matrices it needs are absent.
   */
  scoreAlone(queries: readonly Query[], name: ScoreName): Float32Array {
    switch (name) {
      case 'walk':
        return this.#walkScores(queries);
      case 'structure':
        return this.#structureScores(queries);
      case 'kinship':
        return this.#kinshipScores(queries);
      case 'embedding':
        return this.#embeddingScores(queries);
      case 'likeness':
        return this.#likenessScores(queries);
      case 'text':
        return this.#titleScores(queries, (titles, query) => addPinTitles(titles, query));
      case 'title':
        return this.#titleScores(queries, (titles, query) => addBoardTitles(titles, query, this.graph));
    }
  }

  #weights(fusion: FusionWeights, strategy: Strategy, embedding: 'embedding' | 'likeness'): FusionWeights {
    return strategy === 'fused' ? fusion : fusionWeights({ [strategy === 'embedding' ? embedding : strategy]: 1 });
  }

  #walkScores(queries: readonly Query[]): Float32Array {
    const { pinCount } = this.graph;
    const scores = new Float32Array(queries.length * pinCount);
    queries.forEach((query, n) => {
      this.#walk.scoreInto(likedPins(query), scores.subarray(n * pinCount, (n + 1) * pinCount));
    });
    return scores;
  }

  /** `s(u, i) = (r_u D^-1/2) V V^T D^1/2`: the query's saves, smoothed by the strongest factors. */
  #structureScores(queries: readonly Query[]): Float32Array {
    const factors = this.#structure;
    const { pinCount } = this.graph;
    if (!factors) return new Float32Array(queries.length * pinCount);
    const rootDegree = this.#rootDegree;
    const scores = this.#project(queries, factors, (pin) => {
      const root = rootDegree[pin] as number;
      return root === 0 ? 0 : 1 / root;
    });
    for (let at = 0; at < scores.length; at += pinCount) {
      for (let pin = 0; pin < pinCount; pin++)
        scores[at + pin] = (scores[at + pin] as number) * (rootDegree[pin] as number);
    }
    return scores;
  }

  #kinshipScores(queries: readonly Query[]): Float32Array {
    const factors = this.#structure;
    const singularValues = this.#singularValues;
    if (!factors || !singularValues) return new Float32Array(queries.length * this.graph.pinCount);
    if (!this.#kinship) {
      this.#kinship = this.#workspace.allocate(factors.rows, factors.columns);
      const { values } = this.#kinship;
      values.set(factors.values);
      for (let i = 0; i < values.length; i++)
        values[i] = (values[i] as number) * (singularValues[i % factors.columns] as number);
      normalizeRows(values, factors.columns);
    }
    return this.#project(queries, this.#kinship, () => 1);
  }

  #titleScores(queries: readonly Query[], ask: (titles: TitleIndex, query: Query) => void): Float32Array {
    const { pinCount } = this.graph;
    const scores = new Float32Array(queries.length * pinCount);
    const titles = this.#titles;
    if (!titles) return scores;
    queries.forEach((query, n) => {
      ask(titles, query);
      titles.scoreInto(scores.subarray(n * pinCount, (n + 1) * pinCount));
    });
    return scores;
  }

  /** `cos(sum of query vectors, target vector) / temperature + bias`: the logit of training. */
  #embeddingScores(queries: readonly Query[]): Float32Array {
    const { pinCount } = this.graph;
    const target = this.#target;
    const bias = this.#bias;
    if (!target || !bias || !this.#query) return new Float32Array(queries.length * pinCount);
    const dimension = target.columns;
    const mark = this.#workspace.mark();
    const vectors = this.#workspace.allocate(queries.length, dimension);
    const known = sumVectors(queries, this.#query, vectors.values, () => 1);
    normalizeRows(vectors.values, dimension);
    const scores = this.#products(vectors, target);
    this.#workspace.reset(mark);
    const scale = 1 / this.settings.temperature;
    for (let n = 0; n < queries.length; n++) {
      if (!known[n]) continue;
      const at = n * pinCount;
      for (let pin = 0; pin < pinCount; pin++)
        scores[at + pin] = (scores[at + pin] as number) * scale + (bias[pin] as number);
    }
    return scores;
  }

  /** Sum of cosines between the query's target vectors and every target vector. */
  #likenessScores(queries: readonly Query[]): Float32Array {
    const target = this.#target;
    return target ? this.#project(queries, target, () => 1) : new Float32Array(queries.length * this.graph.pinCount);
  }

  /** [queries, P]: `(sum over the query's pins of weight * factor(pin) * row of the pin) . row of every pin`. */
  #project(queries: readonly Query[], rows: Matrix, factor: (pin: number) => number): Float32Array {
    const mark = this.#workspace.mark();
    const vectors = this.#workspace.allocate(queries.length, rows.columns);
    sumVectors(queries, rows.values, vectors.values, factor);
    const scores = this.#products(vectors, rows);
    this.#workspace.reset(mark);
    return scores;
  }

  #products(vectors: Matrix, rows: Matrix): Float32Array {
    const out = this.#workspace.allocate(vectors.rows, rows.rows);
    this.#workspace.matMul(vectors, rows, out, { transposeB: true });
    return out.values.slice();
  }
}

/** sum += weight * scores */
export function addScaled(sum: Float32Array, scores: Float32Array, weight: number): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + weight * (scores[i] as number);
}

/**
 * The best k pins of one query's scores.
 *
 * @param scores  [P]
 * @param k  length of the list; it is shorter when fewer pins are allowed
 * @param isExcluded  pins that may not be in the list
 * @returns best first, equal scores put the lower row first
 */
export function topPins(scores: Float32Array, k: number, isExcluded: (pin: number) => boolean): RankedPins {
  const best = new TopPins(Math.min(k, scores.length));
  let floor = -Infinity;
  for (let pin = 0; pin < scores.length; pin++) {
    const score = scores[pin] as number;
    if (score < floor || isExcluded(pin)) continue;
    best.offer(pin, score);
    if (best.length === best.capacity) floor = best.scores[best.capacity - 1] as number;
  }
  return { pins: best.pins.slice(0, best.length), scores: Float32Array.from(best.scores.subarray(0, best.length)) };
}

/** The walk has no way to say "not like this": it starts at liked pins only. */
function likedPins(query: Query): Query {
  const { pins, weights } = query;
  if (!weights?.some((weight) => weight <= 0)) return query;
  const liked = pins.filter((_, n) => (weights[n] as number) > 0);
  return {
    pins: liked,
    weights: weights.filter((weight) => weight > 0),
    ...(query.ownBoard !== undefined && { ownBoard: query.ownBoard }),
  };
}

function addPinTitles(titles: TitleIndex, { pins, weights }: Query): void {
  for (let n = 0; n < pins.length; n++)
    titles.add(titles.pins, pins[n] as number, weights ? (weights[n] as number) : 1);
}

/** The own board's title; for a query that is no board the titles of the boards that hold its pins, large boards less. */
function addBoardTitles(titles: TitleIndex, { pins, weights, ownBoard }: Query, graph: BipartiteGraph): void {
  if (ownBoard !== undefined) {
    titles.add(titles.boards, ownBoard, 1);
    return;
  }
  const { offsets, neighbors } = graph.boardsOfPin;
  for (let n = 0; n < pins.length; n++) {
    const pin = pins[n] as number;
    for (let i = offsets[pin] as number; i < (offsets[pin + 1] as number); i++) {
      const board = neighbors[i] as number;
      titles.add(
        titles.boards,
        board,
        (weights ? (weights[n] as number) : 1) / Math.sqrt(degree(graph.pinsOfBoard, board)),
      );
    }
  }
}

/** Writes each query's weighted sum of rows into `out`; returns which queries have any vector at all. */
function sumVectors(
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

function standardDeviation(values: Float32Array, at: number, length: number): number {
  const first = values[at] as number; // taken off, so that equal scores have a spread of exactly 0
  let sum = 0;
  let squares = 0;
  for (let i = at; i < at + length; i++) {
    const value = (values[i] as number) - first;
    sum += value;
    squares += value * value;
  }
  const mean = sum / length;
  return Math.sqrt(Math.max(squares / length - mean * mean, 0));
}
