/** RP3beta: a random walk of three steps whose ends are divided by their popularity to the power beta. */
import type { Scorer } from '../evaluation/scorer.js';
import type { WalkPool } from '../ranking/walk-pool.js';
import { walkFactors } from '../ranking/walk-scores.js';
import { walkScorer } from './walk.js';

/**
 * `s(i) = d_i^-beta * sum over paths board-pin-board-i of 1/d_pin 1/d_board`.
 *
 * @param options.beta  default 0.4
 *
 * Source: Paudel et al. 2017, with alpha = 1. Differs: no pin's list of neighbors is cut, and no path goes back through the
 * board that asks; it would only reach pins the board has.
 */
export function rp3beta(pool: WalkPool, { beta = 0.4 }: { readonly beta?: number } = {}): Scorer {
  const factors = walkFactors(pool.graph, { query: 1, board: 1, target: beta, power: 1 });
  return walkScorer('rp3beta', pool, factors);
}
