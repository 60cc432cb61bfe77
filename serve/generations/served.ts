/**
 * A generation as `serve` answers from it: its snapshot, and the threads that make its lists.
 */
import { constants, copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writing } from '../../data/storage-error.js';
import { openSnapshot, type Snapshot } from '../snapshot.js';
import type { LiveFeed } from '../live/live-feed.js';
import { ListThreads, type ListThreadsOptions } from '../scoring/list-threads.js';

/** How a generation is served. */
export interface ServedOptions extends ListThreadsOptions {
  /** Events that lie over it. */
  readonly feed?: LiveFeed | undefined;
}

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
export async function openServed(file: string, options: ServedOptions): Promise<Served> {
  let threads: ListThreads | undefined;
  const snapshot = openSnapshot(file, {
    feed: options.feed,
    lists: (parts) => (threads = new ListThreads(parts, options)),
  });
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

/**
 * The same from a copy, for a file that others may write over while it is served: `cp` puts new bytes under an open file.
 *
 * The copy lies in the folder for temporary files, shares its blocks with the file where the file system can, and goes with `close`.
 *
 * @throws PinwalkError as `openServed`; `STORAGE_FAILED` where there is no room
 */
export async function openCopy(file: string, options: ServedOptions): Promise<Served> {
  const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-served-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const copy = path.join(folder, path.basename(file));
    writing(copy, () => copyFileSync(file, copy, constants.COPYFILE_FICLONE));
    const served = await openServed(copy, options);
    return { snapshot: served.snapshot, close: () => served.close().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}
