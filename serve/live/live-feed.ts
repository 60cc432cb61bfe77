/**
 * The events of one server: into the store, then into every generation that is open, before whoever sent them is answered.
 */
import type { LiveEvent } from './event.js';
import type { EventRecord } from './source.js';
import type { Applied, LiveCounters, LiveStore } from './store.js';

/** What happened to what a generation has, kept up with. */
export interface LiveLayer {
  take(events: readonly LiveEvent[]): void;
}

/** What a server says of its events. */
export interface LiveStatus extends Omit<LiveCounters, 'newest'> {
  /** How far each stream was read, by its name. */
  readonly position: Readonly<Record<string, string>>;
  /** From the receipt of the last batch to when lists saw it; 0 before the first since the server began. */
  readonly lagSeconds: number;
}

/** The stream of what comes over HTTP. */
const httpStream = 'http';

/** One store, and the generations over which its events lie. */
export class LiveFeed {
  readonly store: LiveStore;
  readonly #layers = new Set<LiveLayer>();
  #lagSeconds = 0;

  /** @param store  closed by whoever opened it, after the feed was used last */
  constructor(store: LiveStore) {
    this.store = store;
  }

  /** Tells a layer of all that comes from now on. @returns ends it */
  attach(layer: LiveLayer): () => void {
    this.#layers.add(layer);
    return () => void this.#layers.delete(layer);
  }

  /**
   * Takes what a caller sent: in the store, on the disk, and in every list that is asked for from now on.
   *
   * @throws PinwalkError `STORAGE_FAILED`; nothing is in then
   */
  send(records: readonly EventRecord[]): Applied {
    const began = performance.now();
    const before = Number(this.store.position(httpStream)?.offset ?? 0);
    const position = { stream: httpStream, offset: String(before + records.length) };
    const applied = this.store.apply(httpStream, { records, position });
    for (const layer of this.#layers) layer.take(applied.events);
    this.#lagSeconds = (performance.now() - began) / 1000;
    return applied;
  }

  status(): LiveStatus {
    const { applied, duplicates, deadLetters } = this.store.counters();
    const positions = Object.entries(this.store.positions());
    const position = Object.fromEntries(positions.map(([name, { offset }]) => [name, offset]));
    return { applied, duplicates, deadLetters, position, lagSeconds: this.#lagSeconds };
  }
}
