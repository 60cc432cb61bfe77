/**
 * The one interface between streams of events and the store, and the loop between them.
 *
 * No acknowledgement is relied on: where to go on stands in the store, in the transaction of what was applied. A stream that is told of
 * it (`acknowledge`) is told afterwards, for its own housekeeping.
 */
import type { Applied, LiveStore } from './store.js';

/** A place in a stream: everything before it is in the store. */
export interface Position {
  /** Which stream it is, so that another one by the same name is noticed. */
  readonly stream: string;
  /** Opaque to all but the source; `read` goes on after it. */
  readonly offset: string;
}

/** One record of a stream: JSON text, or what was parsed already. */
export interface EventRecord {
  readonly body: { readonly text: string } | { readonly value: unknown };
  /** Milliseconds since 1970, as the stream noted it; must not change when the record is read again. */
  readonly receivedAt?: number;
}

/** Records that go into the store in one transaction. */
export interface EventBatch {
  readonly records: readonly EventRecord[];
  /** Where the stream goes on after them. */
  readonly position: Position;
  /** Tells the stream that they are in. */
  acknowledge?(): Promise<void>;
}

/** A stream of events. */
export interface EventSource {
  /** Names its position in the store. */
  readonly name: string;
  /**
   * Reads on; ends when `signal` is aborted, or at the end of a stream that does not grow.
   *
   * @param from  where the store stands; undefined reads from the beginning
   * @throws PinwalkError `EVENTS_LOST` where the stream cannot go on from there: another stream, or what follows is gone
   */
  read(from: Position | undefined, signal: AbortSignal): AsyncIterable<EventBatch>;
}

/** Reads a stream into the store until it ends. @param onApplied  called after each transaction */
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
