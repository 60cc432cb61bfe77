/**
 * Follows a file: whenever another one stands at its path, whole, it is served.
 *
 * The path is looked at once a second, through links, so that it does not matter whether a file, its folder or a link to its run was
 * replaced, nor on what file system. A file that is still being written changes from look to look and is waited for.
 */
import { unwatchFile, watchFile, type Stats } from 'node:fs';
import type { Generations, OpenServed } from './generations.js';

/** Told what came of it. */
export interface FollowLog {
  info(message: string): void;
  error(fields: { readonly err: unknown }, message: string): void;
}

/** @returns ends it */
export function followFile(
  file: string,
  {
    generations,
    open,
    log,
    intervalMs = 1000,
  }: {
    readonly generations: Generations;
    readonly open: OpenServed;
    readonly log: FollowLog;
    readonly intervalMs?: number;
  },
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const onChange = ({ nlink }: Stats): void => {
    clearTimeout(timer);
    if (nlink === 0) return; // gone; what is served stays
    timer = setTimeout(() => void loadNewest(generations, open, log), 1.5 * intervalMs);
  };
  watchFile(file, { interval: intervalMs, persistent: false }, onChange);
  return () => {
    clearTimeout(timer);
    unwatchFile(file, onChange);
  };
}

/** Loads and says what came of it; a refusal is no failure of the server. */
export async function loadNewest(generations: Generations, open: OpenServed, log: FollowLog): Promise<void> {
  try {
    const isNew = await generations.load(open);
    log.info(
      isNew ? `serves generation ${generations.current.id} now` : 'the file holds the generation served already',
    );
  } catch (error) {
    log.error({ err: error }, `a new generation was refused; ${generations.current.id} is served on`);
  }
}
