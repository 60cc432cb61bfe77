/**
 * The one interface between streams of events and the store.
 */
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
