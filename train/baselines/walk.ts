/** The walk alone: exact sums over the paths board-pin-board-pin, nothing learned. Also the engine of co-saves. */
import { scoreBuffer, type WalkPool, type WalkRows } from '../ranking/walk-pool.js';
import { walkFactors, type WalkExponents, type WalkFactors } from '../ranking/walk-scores.js';
import type { Scorer } from '../evaluation/scorer.js';

/** The walk that Pinwalk fuses, by itself. */
export function walk(pool: WalkPool, exponents: Partial<WalkExponents> = {}): Scorer {
  return walkScorer('walk', pool, walkFactors(pool.graph, exponents));
}

/**
 * A scorer out of what pins and boards count on a path.
 *
 * Pins that no path leads to are not reached. The buffer of scores is used again by the next call.
 */
export function walkScorer(name: string, pool: WalkPool, factors: WalkFactors): Scorer {
  const pinCount = pool.graph.pinCount;
  let buffer = scoreBuffer(0, pinCount);
  const score = async (kind: WalkRows['kind'], rows: Uint32Array): Promise<Float32Array> => {
    if (buffer.length < rows.length * pinCount) buffer = scoreBuffer(rows.length, pinCount);
    const out = buffer.subarray(0, rows.length * pinCount);
    await pool.score({ kind, rows, factors, out });
    return out;
  };
  return {
    name,
    unreached: 0,
    scoreBoards: (boards) => score('boards', boards),
    scorePins: (pins) => score('pins', pins),
  };
}
