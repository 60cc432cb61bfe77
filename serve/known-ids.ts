/**
 * Which ids of a request are in the generation. Those that are not are left out and named: a catalogue changes, and one id in a
 * hundred that is gone must not cost the answer.
 */
import type { Items } from '../data/generation/items.js';

/** Parts entries by whether their ids are known; `unknown` gathers the ids of the others, each once, at most a hundred. */
export class KnownIds {
  readonly #items: Items;
  readonly #unknown = new Set<string>();

  constructor(items: Items) {
    this.#items = items;
  }

  /** Those of the entries that are known, in their order. */
  of<Entry extends string | { readonly id: string }>(entries: readonly Entry[]): Entry[] {
    return entries.filter((entry) => {
      const id = typeof entry === 'string' ? entry : entry.id;
      if (this.#items.row(id) !== undefined) return true;
      if (this.#unknown.size < 100) this.#unknown.add(id.slice(0, 200));
      return false;
    });
  }

  get unknown(): string[] {
    return Array.from(this.#unknown);
  }
}
