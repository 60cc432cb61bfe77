/**
 * Lists that were made with the generation: what is related to each pin, fused, read from it instead of ranked anew.
 *
 * They are what ranking gives (`Scoring.related` made them by the same rules), so an excluded pin leaves no gap: the next one moves
 * up. Where exclusions or a far page ask for more than was stored, the list is ranked.
 */
import type { Generation } from '../../data/generation/read.js';
import { hasVector } from '../../train/ranking/ranker.js';
import { answeredBy, type Answer } from '../../train/ranking/recommend.js';
import type { ListMaker, ListTask } from './list-maker.js';

/** Whether a generation holds lists of related pins that are read in place of ranking. */
export function hasStoredLists({ related, meta }: Generation): boolean {
  const { strategy, length } = (meta['related'] ?? {}) as { strategy?: unknown; length?: unknown }; // written by train, if at all
  return related?.weights !== undefined && strategy === 'fused' && typeof length === 'number';
}

/** Stored lists of a generation before a maker of all others; `live` alone for generations that hold none, or of unknown rules. */
export function withStoredLists(generation: Generation, live: ListMaker): ListMaker {
  const { related, meta, graph, matrices } = generation;
  const { strategy, length } = (meta['related'] ?? {}) as { strategy?: unknown; length?: unknown }; // written by train, if at all
  if (!related?.weights || strategy !== 'fused' || typeof length !== 'number') return live;
  const { offsets, neighbors, weights } = related;
  const target = matrices.get('pin.target');
  const known = { graph, isEmbedded: (pin: number) => target !== undefined && hasVector(target, pin) };

  /** Undefined where more is asked than was stored. */
  const stored = ({ query, k, excluded }: ListTask): Answer | undefined => {
    const pin = query.pins[0] as number;
    const [from, to] = [offsets[pin] as number, offsets[pin + 1] as number];
    const pins: number[] = [];
    const scores: number[] = [];
    for (let i = from; i < to && pins.length < k; i++) {
      const other = neighbors[i] as number;
      if (excluded.includes(other)) continue;
      pins.push(other);
      scores.push(weights[i] as number);
    }
    const isWhole = to - from < length; // no more pins were reached
    if (pins.length < k && !isWhole) return undefined;
    return { pins: Uint32Array.from(pins), scores: Float32Array.from(scores), ...answeredBy(known, query, 'fused') };
  };
  return {
    make(task, signal) {
      const { isExplained = false, freshShare = 0, vector, live: changes } = task;
      const isRanked = isExplained || freshShare > 0 || vector !== undefined || changes !== undefined;
      const isPlain = !isRanked && task.kind === 'pins' && task.strategy === 'fused' && task.query.pins.length === 1;
      const list = isPlain ? stored(task) : undefined;
      return list ? Promise.resolve(list) : live.make(task, signal);
    },
    close: () => live.close(),
  };
}
