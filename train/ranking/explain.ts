/**
 * What each score gives a pin of a list: the terms of the sum that ranked it.
 *
 * For a pin with saves the terms add up to its fused score. One without has weights of its own, and its terms are what places it among
 * its kind; where its kind stands among all is not part of them (`Ranker`).
 */
import { degree } from '../../graph/compressed-rows.js';
import type { Ranker } from './ranker.js';
import type { Query } from './query.js';
import { answeredBy, type Question } from './recommend.js';
import { momentsOf } from './score-rows.js';
import { scoreNames, type ScoreName } from './settings.js';

/** Terms by score, largest first; scores that give nothing are left out. */
export type ScoreTerms = readonly { readonly score: ScoreName; readonly value: number }[];

/** What explaining needs of a ranker. */
export type ExplainingRanker = Pick<Ranker, 'graph' | 'isEmbedded' | 'weightsOf' | 'coldPins' | 'standardScores'>;

/**
 * Explains pins of a query's list.
 *
 * @param part  the standardized scores by which the list was made; default: computed anew
 * @returns terms of each pin, parallel to `pins`; none where the most saved pins stand in
 */
export function explainPins(
  ranker: ExplainingRanker,
  query: Query,
  { kind, strategy, part = (name) => ranker.standardScores([query], name) }: Question,
  pins: Uint32Array,
): ScoreTerms[] {
  const { scoreKind } = answeredBy(ranker, query, strategy);
  if (scoreKind === 'saves') return Array.from(pins, () => []);
  const { saved, cold } = ranker.weightsOf(kind, scoreKind);
  const coldWeights = ranker.coldPins.length > 0 ? cold : undefined;
  const spreads = new Map<ScoreName, number>();
  const spreadOf = (name: ScoreName): number => {
    const known = spreads.get(name);
    if (known !== undefined) return known;
    const { deviation } = momentsOf(Float32Array.from(ranker.coldPins, (pin) => part(name)[pin] as number));
    spreads.set(name, deviation);
    return deviation;
  };
  return Array.from(pins, (pin) => {
    const own = coldWeights && degree(ranker.graph.boardsOfPin, pin) === 0 ? coldWeights : undefined;
    const terms = scoreNames.flatMap((score) => {
      const weight = (own ?? saved)[score];
      if (weight === 0) return [];
      const spread = own ? spreadOf(score) : 1;
      const value = spread === 0 ? 0 : (weight * (part(score)[pin] as number)) / spread;
      return value === 0 ? [] : [{ score, value }];
    });
    return terms.sort((a, b) => b.value - a.value);
  });
}
