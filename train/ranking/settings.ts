/**
 * What a ranker is told: which scores exist, how each is computed and how much each counts. Stored in the generation,
 * so that what was evaluated is what is served.
 */
import { walkDefaults, type WalkExponents } from './walk-scores.js';

/** The scores that are fused; each is divided by its spread over the pins first. */
export const scoreNames = ['walk', 'filter', 'structure', 'kinship', 'embedding', 'likeness', 'text', 'title'] as const;

/**
 * - `walk`: the exact walk pin-board-pin, exact where there are saves;
 * - `filter`: a long walk, summed up by one hop and the strongest spectral factors;
 * - `structure`: the save matrix cut to its strongest spectral factors;
 * - `kinship`: cosines of the pins' rows in those factors, symmetric;
 * - `embedding`: the query's vector against target vectors, as it was trained: sees pins without saves;
 * - `likeness`: target vectors against target vectors, symmetric;
 * - `text`: titles of the query's pins against titles of pins;
 * - `title`: the title of the query's board, or of the boards that hold a query that is no board, against titles of pins.
 */
export type ScoreName = (typeof scoreNames)[number];

/** How much each score counts, 0 leaves it out. */
export type FusionWeights = Readonly<Record<ScoreName, number>>;

/** How a list can be ranked: `fused` is what is served by default, the others show one part of it alone. */
export const strategies = ['fused', 'embedding', 'walk', 'filter', 'structure'] as const;
export type Strategy = (typeof strategies)[number];

/** Everything about ranking that is not a matrix or the graph. */
export interface RankingSettings {
  readonly walk: WalkExponents;
  /** Divides cosines of `embedding` before the pin's bias is added; as in training. */
  readonly temperature: number;
  /** For a board or several pins as the query. */
  readonly boardWeights: FusionWeights;
  /** For one pin as the query. */
  readonly pinWeights: FusionWeights;
}

/** Weights by name; those not given are 0. */
export function fusionWeights(given: Partial<FusionWeights>): FusionWeights {
  const none = Object.fromEntries(scoreNames.map((name) => [name, 0])) as FusionWeights;
  return Object.freeze({ ...none, ...given });
}

/** What the choice of weights starts from, and stays at unless validation is sure; it held on gowalla and pinterest (spec/decisions.md). */
export const rankingDefaults: RankingSettings = Object.freeze({
  walk: walkDefaults,
  temperature: 0.1,
  boardWeights: fusionWeights({ walk: 0.5, filter: 1, embedding: 3 }),
  pinWeights: fusionWeights({ walk: 1, likeness: 1 }),
});
