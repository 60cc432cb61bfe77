/**
 * What a ranker is told: which scores exist, how each is computed and how much each counts. Stored in the generation,
 * so that what was evaluated is what is served.
 */
import { underCurrentNames } from '../../data/former-names.js';
import { walkDefaults, type WalkExponents } from '../../graph/exact-walk.js';
import type { LogitScale } from './logit-scale.js';

/** The scores that are fused; each is divided by its standard deviation over the pins first. */
export const scoreNames = [
  'walk',
  'filter',
  'spectral',
  'factorCosine',
  'embedding',
  'targetCosine',
  'pinTitle',
  'boardTitle',
  'content',
  'contentNeighbors',
] as const;

/**
 * - `walk`: the exact walk pin-board-pin, exact where there are saves;
 * - `filter`: a long walk, summed up by one hop and the strongest spectral factors;
 * - `spectral`: the save matrix cut to its strongest spectral factors;
 * - `factorCosine`: cosines of the pins' rows in those factors, symmetric;
 * - `embedding`: the query's vector against target vectors, as it was trained: sees pins without saves;
 * - `targetCosine`: target vectors against target vectors, symmetric;
 * - `pinTitle`: titles of the query's pins against titles of pins;
 * - `boardTitle`: the title of the query's board, or of the boards that hold a query that is no board, against titles of pins;
 * - `content`: what pins are about, titles, tags, texts, links and vectors together, against that of the query's pins;
 * - `contentNeighbors`: what `filter` scores pins with saves, passed on to pins without saves that are about the same.
 */
export type ScoreName = (typeof scoreNames)[number];

/** How much each score counts, 0 leaves it out. */
export type FusionWeights = Readonly<Record<ScoreName, number>>;

/** How a list can be ranked: `fused` is what is served by default, the others show one part of it alone. */
export const strategies = ['fused', 'embedding', 'walk', 'filter', 'spectral'] as const;
/** A way to rank. */
export type Strategy = (typeof strategies)[number];

/** Everything about ranking that is not a matrix or the graph; the logit scale is that of the training of `embedding`. */
export interface RankingSettings extends LogitScale {
  readonly walk: WalkExponents;
  /** For a board or several pins as the query. */
  readonly boardWeights: FusionWeights;
  /** For one pin as the query. */
  readonly pinWeights: FusionWeights;
  /** Of pins without saves, whatever the query is. */
  readonly coldWeights: FusionWeights;
  /** How far from their mean pins without saves stand, in standard deviations, for each of their own; chosen by `cold-quota.ts`. */
  readonly coldScale: number;
}

/** Scores of pins with saves that are fused for one pin as the query; `contentNeighbors` is for pins without saves. */
export const pinScores = scoreNames.filter((name) => name !== 'contentNeighbors');
/** Scores that are fused for boards: sums of cosines from pin to pin say less of a board than `spectral` and `embedding`. */
export const boardScores = pinScores.filter((name) => name !== 'factorCosine' && name !== 'targetCosine');
/** Scores that pins without saves can have. */
export const coldScores = [
  'content',
  'contentNeighbors',
  'embedding',
  'pinTitle',
  'boardTitle',
] as const satisfies ScoreName[];

/** Weights by name; those not given are 0. */
export function fusionWeights(given: Partial<FusionWeights>): FusionWeights {
  const none = Object.fromEntries(scoreNames.map((name) => [name, 0])) as FusionWeights;
  return Object.freeze({ ...none, ...given });
}

/** What the choice of weights starts from, and stays at unless validation is sure; it held on gowalla and pinterest (spec/decisions.md). */
export const rankingDefaults: RankingSettings = Object.freeze({
  walk: walkDefaults,
  temperature: 0.1,
  querySizePower: 0, // of generations from before there was one
  boardWeights: fusionWeights({ walk: 0.5, filter: 1, embedding: 10 }),
  pinWeights: fusionWeights({ walk: 0.01, spectral: 1, embedding: 6, targetCosine: 2 }),
  coldWeights: fusionWeights({ content: 1, contentNeighbors: 1, embedding: 4 }),
  coldScale: 0.5,
});

/** Settings as a generation holds them: scores that were not known when it was written count nothing. */
export function storedSettings(stored: Partial<RankingSettings>): RankingSettings {
  const current = underCurrentNames('options', stored) as Partial<RankingSettings>; // other names for the same values
  const { boardWeights, pinWeights, coldWeights } = { ...rankingDefaults, ...current };
  const weights = (given: FusionWeights): FusionWeights => fusionWeights(underCurrentNames('scores', given));
  return {
    ...rankingDefaults,
    ...current,
    boardWeights: weights(boardWeights),
    pinWeights: weights(pinWeights),
    coldWeights: weights(coldWeights),
  };
}
