/**
 * Scores and their fusion: one code for what is evaluated and what is served.
 *
 * A query is a board, several pins or one pin; every pin gets a score. `fused = sum of weight * score / deviation`, where the
 * deviation is the score's standard deviation over all pins, so that weights mean the same for every query. A score that says
 * nothing about a query (a pin without saves has no walk, one without content no embedding) has no deviation and is left out.
 *
 * Pins without saves have weights of their own, and each score's standard deviation over just these pins. Then one ranking holds
 * both: a pin without saves that is n standard deviations above the mean of its kind gets the place of a saved pin `coldScale` n
 * standard deviations above the mean of the saved. Where no pin has content they are scored like the others.
 */
import { PinwalkError } from '../../data/errors.js';
import type { StoredMatrix } from '../../data/generation/schema.js';
import type { BipartiteGraph } from '../../graph/bipartite-graph.js';
import { degree, degrees } from '../../graph/compressed-rows.js';
import { ExactWalk, walkFactors } from '../../graph/exact-walk.js';
import { TitleIndex, type Titles } from '../content/title-index.js';
import { normalizeRows } from '../kernels/matrix-rows.js';
import { Workspace, type Matrix } from '../kernels/workspace.js';
import { ContentScores } from './content-scores.js';
import { logitScaleOf } from './logit-scale.js';
import { likedPins, queriesOf, sumVectors, type Query } from './query.js';
import { productsOf, projectQueries } from './query-products.js';
import { addScaled, momentsOf, standardize } from './score-rows.js';
import {
  fusionWeights,
  rankingDefaults,
  scoreNames,
  type FusionWeights,
  type RankingSettings,
  type ScoreName,
  type Strategy,
} from './settings.js';
import { SpectralScores } from './spectral-scores.js';
import { addBoardTitles, addPinTitles } from './title-scores.js';

export { addScaled, isReached, topPins, type RankedPins } from './score-rows.js';

/**
 * What a ranker works on. Each matrix is optional, its scores are then left out: `pin.structure` [P, k] right singular vectors
 * with `structure.values` [k, 1] singular values; `pin.query` [P, d], `pin.target` [P, d] unit rows (or zero) and `pin.bias`
 * [P, 1], which go together; `pin.content` [P, d] vectors whose products are sums of cosines.
 */
export interface RankerParts {
  readonly graph: BipartiteGraph;
  readonly matrices: ReadonlyMap<string, StoredMatrix>;
  /** Without titles, `pinTitle` and `boardTitle` are left out; without them and `pin.content`, `content` and `contentNeighbors`. */
  readonly titles?: Titles;
  readonly settings?: RankingSettings;
}

/** What each score counts: for pins with saves, and for those without where they have weights of their own. */
export interface PinWeights {
  readonly saved: FusionWeights;
  readonly cold?: FusionWeights;
  /** Default: that of the settings. */
  readonly coldScale?: number;
}

/** Standardized scores of some queries by name, each computed once, for those who fuse them more than once. */
export function standardizeOnce(
  ranker: Pick<Ranker, 'standardScores'>,
  queries: readonly Query[],
): (name: ScoreName) => Float32Array {
  const parts = new Map<ScoreName, Float32Array>();
  return (name) => {
    const known = parts.get(name) ?? ranker.standardScores(queries, name);
    parts.set(name, known);
    return known;
  };
}

/** Whether a row has anything but zeros. */
export function hasVector({ columns, values }: Pick<StoredMatrix, 'columns' | 'values'>, row: number): boolean {
  return values.subarray(row * columns, (row + 1) * columns).some((value) => value !== 0);
}

/** Ranks all pins for queries. Holds its matrices in a workspace of its own; one instance serves one thread. */
export class Ranker {
  readonly graph: BipartiteGraph;
  readonly settings: RankingSettings;
  /** [P] boards that hold each pin: its score where nothing is known of a query. */
  readonly popularity: Float32Array;
  readonly #workspace = Workspace.open();
  readonly #walk: ExactWalk;
  readonly #spectral: SpectralScores;
  readonly #content: ContentScores;
  readonly #titles: TitleIndex | undefined;
  readonly #query: Float32Array | undefined;
  readonly #target: Matrix | undefined;
  readonly #bias: Float32Array | undefined;

  private constructor({ graph, matrices, titles, settings = rankingDefaults }: RankerParts) {
    this.graph = graph;
    this.settings = settings;
    this.popularity = Float32Array.from(degrees(graph.boardsOfPin));
    this.#walk = new ExactWalk(graph, walkFactors(graph, settings.walk));
    const resident = (name: string): Matrix | undefined => {
      const matrix = matrices.get(name);
      return matrix && this.#workspace.copyIn(matrix.values, matrix.rows, matrix.columns);
    };
    this.#spectral = new SpectralScores(graph, this.#workspace, {
      factors: resident('pin.structure'),
      singularValues: matrices.get('structure.values')?.values,
    });
    this.#titles = titles && new TitleIndex(titles);
    this.#content = new ContentScores(graph, this.#workspace, {
      fields: this.#titles ? [this.#titles.field, ...(titles?.fields ?? [])] : [],
      vectors: resident('pin.content'),
    });
    this.#target = resident('pin.target');
    this.#query = matrices.get('pin.query')?.values;
    this.#bias = matrices.get('pin.bias')?.values;
  }

  /**
   * Makes a ranker ready to score.
   *
   * @throws PinwalkError `GENERATION_INVALID` when a matrix does not have one row a pin, or the embedding is incomplete
   *
   * Memory: the matrices once more, in the workspace. Cost: content scores of every pin without saves.
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

  /** Rows of pins without saves, which are weighed apart; none where no pin has content. */
  get coldPins(): Uint32Array {
    return this.#content.coldPins;
  }

  /** Whether the pin has an embedding: its target vector is all zero where there was nothing to embed it from. */
  isEmbedded(pin: number): boolean {
    return this.#target !== undefined && hasVector(this.#target, pin);
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
    return this.score(queries, this.weightsOf('boards', strategy));
  }

  /** Scores pins, each a query of its own, against every pin: [pins, P]. As `scoreBoards`, with the weights for single pins. */
  scorePins(pins: Uint32Array, strategy: Strategy = 'fused'): Float32Array {
    return this.score(queriesOf(this.graph, 'pins', pins), this.weightsOf('pins', strategy));
  }

  /** What each score counts for boards (or several pins) and for single pins under a strategy. */
  weightsOf(kind: 'boards' | 'pins', strategy: Strategy): PinWeights {
    const isBoards = kind === 'boards';
    const { boardWeights, pinWeights, coldWeights } = this.settings;
    if (strategy === 'fused') return { saved: isBoards ? boardWeights : pinWeights, cold: coldWeights };
    return { saved: fusionWeights({ [strategy === 'embedding' && !isBoards ? 'targetCosine' : strategy]: 1 }) };
  }

  /**
   * Scores queries with weights of the caller's choice; what the other two do.
   *
   * @param part  gives a score's standard deviation scores; so a caller that asks for several fusions computes each part once
   * @returns [queries, P]; not to be changed, it may be what `part` gave
   */
  score(
    queries: readonly Query[],
    { saved, cold, coldScale = this.settings.coldScale }: PinWeights,
    part: (name: ScoreName) => Float32Array = (name) => this.standardScores(queries, name),
  ): Float32Array {
    const { pinCount } = this.graph;
    const fusesCold = cold !== undefined && this.coldPins.length > 0;
    const names = scoreNames.filter((name) => saved[name] !== 0);
    const [only] = names;
    if (only && names.length === 1 && saved[only] === 1 && !fusesCold) return part(only);
    const fused = new Float32Array(queries.length * pinCount);
    for (const name of names) addScaled(fused, part(name), saved[name]);
    if (!fusesCold) return fused;
    const parts = scoreNames.filter((name) => cold[name] !== 0).map((name) => [part(name), cold[name]] as const);
    for (let at = 0; at < fused.length; at += pinCount) {
      const total = new Float32Array(this.coldPins.length);
      const isReached = new Uint8Array(this.coldPins.length);
      for (const [scores, weight] of parts) {
        const own = this.coldPins.map((pin) => at + pin);
        const values = Float32Array.from(own, (i) => scores[i] as number);
        const { deviation } = momentsOf(values);
        if (deviation === 0) continue;
        addScaled(total, values, weight / deviation);
        values.forEach((value, n) => (isReached[n] ||= value === 0 ? 0 : 1));
      }
      this.#placeCold({ total, isReached, coldScale }, fused.subarray(at, at + pinCount));
    }
    return fused;
  }

  /**
   * Gives pins without saves their place among the others: equally many standard deviations from the mean, times `coldScale`. One
   * that no score reaches gets none: its mean would be a place for nothing.
   */
  #placeCold(
    { total, isReached, coldScale }: { total: Float32Array; isReached: Uint8Array; coldScale: number },
    fused: Float32Array,
  ): void {
    const own = momentsOf(total);
    if (own.deviation === 0) return;
    const saved = momentsOf(fused.filter((_, pin) => degree(this.graph.boardsOfPin, pin) > 0));
    const scale = (coldScale * saved.deviation) / own.deviation;
    this.coldPins.forEach((pin, n) => {
      fused[pin] = isReached[n] === 1 ? saved.mean + scale * ((total[n] as number) - own.mean) : 0;
    });
  }

  /** One score alone, divided by its standard deviation over the pins: what weights are applied to. Zeros where there is none. */
  standardScores(queries: readonly Query[], name: ScoreName): Float32Array {
    const { pinCount } = this.graph;
    const scores = this.scoreAlone(queries, name);
    for (let at = 0; at < scores.length; at += pinCount) standardize(scores.subarray(at, at + pinCount));
    return scores;
  }

  /**
   * One score alone, not yet divided by its standard deviation: [queries, P]; all zeros for a query it says nothing about, and where
   * the matrices it needs are absent.
   */
  scoreAlone(queries: readonly Query[], name: ScoreName): Float32Array {
    switch (name) {
      case 'walk':
        return this.#eachRow(queries, (query, row) => this.#walk.scoreInto(likedPins(query), row));
      case 'filter':
        return this.#spectral.filter(queries);
      case 'spectral':
        return this.#spectral.lowPass(queries);
      case 'factorCosine':
        return this.#spectral.factorCosine(queries);
      case 'embedding':
        return this.#embeddingScores(queries);
      case 'targetCosine':
        return this.#targetCosineScores(queries);
      case 'pinTitle':
        return this.#titleScores(queries, (titles, query) => addPinTitles(titles, query));
      case 'boardTitle':
        return this.#titleScores(queries, (titles, query) => addBoardTitles(titles, query, this.graph));
      case 'content':
        return this.#content.content(queries);
      case 'contentNeighbors':
        return this.#content.contentNeighbors(this.#spectral.filter(queries));
    }
  }

  /** [queries, P], row by row. */
  #eachRow(queries: readonly Query[], score: (query: Query, row: Float32Array) => void): Float32Array {
    const { pinCount } = this.graph;
    const scores = new Float32Array(queries.length * pinCount);
    queries.forEach((query, n) => score(query, scores.subarray(n * pinCount, (n + 1) * pinCount)));
    return scores;
  }

  #titleScores(queries: readonly Query[], ask: (titles: TitleIndex, query: Query) => void): Float32Array {
    const titles = this.#titles;
    return this.#eachRow(queries, (query, row) => {
      if (!titles) return;
      ask(titles, query);
      titles.scoreInto(row);
    });
  }

  /** `cos(sum of query vectors, target vector) * logitScale + bias`: the logit of training. */
  #embeddingScores(queries: readonly Query[]): Float32Array {
    const { pinCount } = this.graph;
    const target = this.#target;
    const bias = this.#bias;
    if (!target || !bias || !this.#query) return this.#nothing(queries);
    const query = this.#query;
    let known: boolean[] = [];
    const scores = productsOf(this.#workspace, target, {
      count: queries.length,
      fill(vectors) {
        known = sumVectors(queries, query, vectors, () => 1);
        normalizeRows(vectors, target.columns);
      },
    });
    for (let n = 0; n < queries.length; n++) {
      if (!known[n]) continue;
      const at = n * pinCount;
      const scale = logitScaleOf(likedPins(queries[n] as Query).pins.length, this.settings);
      for (let pin = 0; pin < pinCount; pin++)
        scores[at + pin] = (scores[at + pin] as number) * scale + (bias[pin] as number);
    }
    return scores;
  }

  /** Cosines between a vector of the caller's and every target vector, [P]; 0 for pins without one. */
  vectorScores(vector: Float32Array): Float32Array {
    const target = this.#target;
    if (!target) return new Float32Array(this.graph.pinCount);
    return productsOf(this.#workspace, target, {
      count: 1,
      fill(vectors) {
        vectors.set(vector);
        normalizeRows(vectors, target.columns);
      },
    });
  }

  /** Sum of cosines between the query's target vectors and every target vector. */
  #targetCosineScores(queries: readonly Query[]): Float32Array {
    const target = this.#target;
    return target ? projectQueries(this.#workspace, target, queries) : this.#nothing(queries);
  }

  #nothing(queries: readonly Query[]): Float32Array {
    return new Float32Array(queries.length * this.graph.pinCount);
  }
}
