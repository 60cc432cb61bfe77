/**
 * Successive halving: many trials on a small budget, the best of them on a larger one, and so on.
 *
 * Source: Jamieson and Talwalkar 2016, algorithm 1; Li et al. 2018 (Hyperband), of which this is one bracket, the most aggressive.
 * Differs: the budget is epochs, and a trial that goes on starts anew, since the learning rates fall over the epochs of a training:
 * one epoch of eight is no training of one epoch.
 */

/** Trials that share a budget. */
export interface Rung {
  readonly trialCount: number;
  readonly epochs: number;
}

/** Of three trials one goes on, as in Hyperband. */
const REDUCTION = 3;

/**
 * The rungs of a search: each third of the trials goes on with three times the epochs, until there are `mostEpochs`.
 *
 * @param trialCount  trials on the first rung, at least 1
 * @param mostEpochs  of the last rung, at least 1
 */
export function planRungs(trialCount: number, mostEpochs: number): Rung[] {
  const log = (value: number): number => Math.log(value) / Math.log(REDUCTION);
  // Rounded, so that 8 epochs are cut like 9; the small term keeps log(243) at 5.
  const steps = Math.min(Math.floor(log(trialCount) + 1e-9), Math.round(log(mostEpochs)));
  return Array.from({ length: steps + 1 }, (_, rung) => ({
    trialCount: Math.floor(trialCount / REDUCTION ** rung),
    epochs: Math.max(1, Math.round(mostEpochs / REDUCTION ** (steps - rung))),
  }));
}

/** A trial's figure, higher is better; undefined where it failed. */
export interface TrialFigure {
  readonly trial: number;
  readonly figure: number | undefined;
}

/** Trials from the best on; of equal figures the lower number first, and failures last. */
export function byFigure<Trial extends TrialFigure>(trials: readonly Trial[]): Trial[] {
  const value = ({ figure }: TrialFigure): number => figure ?? -Infinity;
  return [...trials].sort((a, b) => (value(b) === value(a) ? a.trial - b.trial : value(b) - value(a)));
}

/** The trials that go on to a rung of `count`: the best of those that did not fail. */
export function promoted(trials: readonly TrialFigure[], count: number): number[] {
  return byFigure(trials.filter(({ figure }) => figure !== undefined))
    .slice(0, count)
    .map(({ trial }) => trial);
}
