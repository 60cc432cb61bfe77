/**
 * The most saved pins of a generation, of all or of one community, without looking at every pin each time.
 */
import { placesByKey } from '../data/counting-sort.js';
import type { StoredCommunities } from '../data/generation/schema.js';
import type { BipartiteGraph } from '../graph/bipartite-graph.js';
import { degrees } from '../graph/compressed-rows.js';
import type { RankedPins } from '../train/ranking/score-rows.js';

/** Pins in order of their saves, sorted when they are first asked for; 8 bytes a pin. */
export class PopularPins {
  readonly #degrees: Uint32Array;
  readonly #communities: StoredCommunities | undefined;
  /** By community, and of all; pins without saves left out. */
  readonly #orders = new Map<number | undefined, Uint32Array>();

  constructor(graph: BipartiteGraph, communities: StoredCommunities | undefined) {
    this.#degrees = degrees(graph.boardsOfPin);
    this.#communities = communities;
  }

  /** The first k that are not excluded; equal saves put the lower row first, pins without saves are in no list. */
  list(k: number, excluded: ReadonlySet<number>, community?: number): RankedPins {
    const pins: number[] = [];
    for (const pin of this.#order(community)) {
      if (pins.length === k) break;
      if (!excluded.has(pin)) pins.push(pin);
    }
    return { pins: Uint32Array.from(pins), scores: Float32Array.from(pins, (pin) => this.#degrees[pin] as number) };
  }

  #order(community: number | undefined): Uint32Array {
    const known = this.#orders.get(community);
    if (known) return known;
    const order = community === undefined ? bySaves(this.#degrees) : this.#membersOf(community);
    const isReal = community === undefined || community < (this.#communities?.titles.length ?? 0);
    if (isReal) this.#orders.set(community, order); // what callers make up is not kept
    return order;
  }

  #membersOf(community: number): Uint32Array {
    const of = this.#communities?.pinCommunity;
    return this.#order(undefined).filter((pin) => of?.[pin] === community);
  }
}

/** Pins with saves, the most saved first; equal ones by row. */
function bySaves(saves: Uint32Array): Uint32Array {
  const most = saves.reduce((largest, own) => Math.max(largest, own), 0);
  const { offsets, places } = placesByKey(
    saves.map((own) => most - own),
    most + 1,
  );
  const order = new Uint32Array(saves.length);
  places.forEach((place, pin) => (order[place] = pin));
  return order.subarray(0, offsets[most]);
}
