/**
 * Pins of the generation that stand in for one that came after it: those that it is saved with, and those whose titles share words
 * with what it is about. Half the weight for each kind, all of it where there is but one.
 *
 * Source: Ying et al. 2018 (PinSage) pool a new pin's vector over the pins it is walked to; Volkovs et al. 2017 over content.
 * Differs: scores are pooled, so every score has them, also those without vectors.
 */
import type { Items } from '../../data/generation/items.js';
import { ExactWalk } from '../../graph/exact-walk.js';
import type { LiveState } from '../live/live-state.js';
import { topPins } from '../../train/ranking/score-rows.js';

/** Pins of each kind that stand in. */
const mostOfKind = 8;
/** Words that are looked for; FTS5 reads each from its index. */
const mostWords = 16;

/** A pin of the generation, and its share. */
export type StandIn = readonly [pin: number, weight: number];

/** Finds stand-ins, and keeps those of pins that nothing has happened to since. */
export class StandIns {
  readonly #state: LiveState;
  readonly #base: Items;
  readonly #walk: ExactWalk;
  readonly #scores: Float32Array;
  readonly #kept = new Map<number, { readonly version: number; readonly of: readonly StandIn[] }>();

  /**
   * @param base  pins of the generation
   * @param walk  over the state's graph; another query may follow
   */
  constructor(state: LiveState, base: Items, walk: ExactWalk) {
    this.#state = state;
    this.#base = base;
    this.#walk = walk;
    this.#scores = new Float32Array(state.graph.pinCount);
  }

  /** Of a pin that is there; none where it is alone and says nothing. Cost: a walk and a search, once after each change. */
  of(pin: number): readonly StandIn[] {
    const version = this.#state.touchedAt('pin', pin) ?? 0;
    const kept = this.#kept.get(pin);
    if (kept?.version === version) return kept.of;
    const kinds = [this.#savedWith(pin), this.#alike(pin)].filter((own) => own.length > 0);
    const sum = new Map<number, number>();
    for (const own of kinds) {
      const total = own.reduce((all, [, weight]) => all + weight, 0);
      for (const [row, weight] of own) sum.set(row, (sum.get(row) ?? 0) + weight / total / kinds.length);
    }
    const of = Array.from(sum).sort(([a], [b]) => a - b);
    this.#kept.set(pin, { version, of });
    return of;
  }

  #savedWith(pin: number): StandIn[] {
    this.#walk.scoreInto({ pins: Uint32Array.of(pin) }, this.#scores);
    const known = this.#scores.subarray(0, this.#state.baseCount('pin'));
    const { pins, scores } = topPins(known, mostOfKind, (other) => this.#state.absent('pin').has(other));
    return Array.from(pins, (row, n) => [row, scores[n] as number]);
  }

  /** By words of its title and its texts, in titles of the generation. */
  #alike(pin: number): StandIn[] {
    const item = this.#state.item('pin', this.#state.id('pin', pin) ?? '');
    if (!item) return [];
    const texts = Object.entries(item.attributes).flatMap(([name, own]) => {
      return typeof own === 'string' && name !== 'owner' ? own : [];
    });
    const words = [item.title, ...texts].join(' ').match(/[\p{L}\p{N}\p{M}]{2,}/gu) ?? [];
    const phrases = Array.from(new Set(words), (word) => `"${word}"`).slice(0, mostWords);
    if (phrases.length === 0) return [];
    const absent = this.#state.absent('pin');
    const matches = this.#base.search(phrases.join(' OR '), mostOfKind + Math.min(absent.size, 1000));
    const left = matches.filter(({ row, score }) => !absent.has(row) && score > 0).slice(0, mostOfKind);
    return left.map(({ row, score }) => [row, score]);
  }
}
