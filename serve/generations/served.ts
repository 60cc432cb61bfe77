/**
 * A generation as `serve` answers from it: its snapshot, and the threads that make its lists.
 */
import { openSnapshot, type Snapshot } from '../snapshot.js';
import { ListThreads, type ListThreadsOptions } from '../scoring/list-threads.js';

/** A generation with its threads. */
export interface Served {
  readonly snapshot: Snapshot;
  /** Closes the file when the threads have ended; lists that are being made are finished first. */
  close(): Promise<void>;
}

/**
 * Opens a generation, and waits until every thread can make a list.
 *
 * @throws PinwalkError as `openSnapshot`; `WORKER_FAILED` where a thread does not start
 */
export async function openServed(file: string, options: ListThreadsOptions): Promise<Served> {
  let threads: ListThreads | undefined;
  const snapshot = openSnapshot(file, { lists: (parts) => (threads = new ListThreads(parts, options)) });
  const close = async (): Promise<void> => {
    await threads?.close();
    snapshot.close();
  };
  try {
    await threads?.ready();
    return { snapshot, close };
  } catch (error) {
    await close();
    throw error;
  }
}
