/**
 * The loop between a stream of events and the store.
 *
 * No acknowledgement is relied on: where to go on stands in the store, in the transaction of what was applied. A stream that is told of
 * it (`acknowledge`) is told afterwards, for its own housekeeping.
 */
import type { EventSource } from './source.js';
import type { Applied, LiveStore } from './store.js';

/**
 * Reads a stream into the store until it ends.
 *
 * @param onApplied  called after each transaction
 * @throws PinwalkError `EVENTS_LOST` where the stream is not the one that was read, `STORAGE_FAILED`; what the stream throws
 */
export async function consume(
  source: EventSource,
  store: LiveStore,
  { signal, onApplied }: { readonly signal: AbortSignal; readonly onApplied?: (applied: Applied) => void },
): Promise<void> {
  for await (const batch of source.read(store.position(source.name), signal)) {
    const applied = store.apply(source.name, batch);
    onApplied?.(applied);
    await batch.acknowledge?.();
  }
}
