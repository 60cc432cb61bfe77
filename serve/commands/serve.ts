/** Serves a generation until it is told to stop. */
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { PinwalkError } from '../../data/errors.js';
import { isLoopback } from '../hosts.js';
import { buildServer } from '../http.js';
import { KeyRing } from '../keys/key-ring.js';
import { followFile, loadNewest } from '../generations/follow.js';
import { Generations, type OpenServed } from '../generations/generations.js';
import { openCopy, openServed, type ServedOptions } from '../generations/served.js';
import { LiveFeed } from '../live/live-feed.js';
import { LiveStore } from '../live/store.js';
import { latestGeneration, runsFolder, type Output, type ServeOptions, type StartOptions } from './options.js';

/**
 * Listens, prints the address, and resolves when SIGINT or SIGTERM has ended it; what was asked before is answered first,
 * and after ten seconds it ends in any case.
 *
 * @throws PinwalkError `INPUT_MISSING`, `GENERATION_INVALID`, `OPTION_OUT_OF_RANGE` when the address cannot be listened on
 */
export async function serve(options: ServeOptions, output: Output): Promise<void> {
  const { generation } = options;
  if (!existsSync(generation)) {
    throw new PinwalkError(
      'INPUT_MISSING',
      `serve: ${generation} must exist; train first: npm run train, or name a file: --generation`,
    );
  }
  const keys = keysOf(options);
  const feed = feedOf(options);
  try {
    const generations = await Generations.open(openerOf(generation, { ...options, feed }));
    await serveGenerations(generations, { file: generation, keys, options, output, feed });
  } finally {
    feed?.store.close();
  }
}

/** What takes events, where that is asked for. @throws what opening the store throws */
function feedOf({ live = false, generation }: ServeOptions): LiveFeed | undefined {
  if (live === false) return undefined;
  // Not in the folder of a run: the next training's is another one, and events outlive trainings.
  const folder = generation === latestGeneration ? runsFolder : path.dirname(generation);
  return new LiveFeed(new LiveStore(live === true ? path.join(folder, 'live.sqlite') : live));
}

/**
 * The keys that a server asks for; none on a loopback address unless a file is named, and none where it is said that anybody may ask.
 *
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` for any other address without keys; what reading the file throws
 */
export function keysOf({ host, keys, open }: ServeOptions | StartOptions): KeyRing | undefined {
  if (keys !== undefined) return new KeyRing(keys);
  if (open === true || isLoopback(host)) return undefined;
  const must = `serve: a host that others reach must have keys (got ${host} without)`;
  const advice = 'make one: npx pinwalk key NAME, and name its file: --keys; or let anybody ask: --open';
  throw new PinwalkError('OPTION_OUT_OF_RANGE', `${must}; ${advice}`);
}

/** How a followed file is opened: what trainings write is renamed into place and stays; any other file may be written over. */
export function openerOf(file: string, options: ServedOptions): OpenServed {
  return () => (file === latestGeneration ? openServed(realpathSync(file), options) : openCopy(file, options));
}

/**
 * Serves generations that are open, follows a file, and closes all in the end.
 *
 * SIGHUP loads file and keys now; what is refused is reported, and the one before holds.
 */
export async function serveGenerations(
  generations: Generations,
  {
    file,
    keys,
    options,
    output,
    feed,
  }: {
    readonly file: string;
    readonly keys: KeyRing | undefined;
    readonly options: ServeOptions;
    readonly output: Output;
    readonly feed?: LiveFeed | undefined;
  },
): Promise<void> {
  const { host, port, json, logLevel } = options;
  // Standard output is for the address alone.
  const logger = logLevel === 'silent' ? false : { level: logLevel, stream: process.stderr };
  const snapshot = generations.current;
  const { allowHost: allowedHosts = [], cors: corsOrigins = [] } = options;
  const app = await buildServer({ snapshot: generations, logger, allowedHosts, keys, corsOrigins, feed });
  const open = openerOf(file, { ...options, feed });
  generations.newest = open;
  const stopFollowing = followFile(file, { generations, open, log: app.log });
  const onHangup = (): void => {
    void loadNewest(generations, open, app.log);
    try {
      keys?.reload();
    } catch (error) {
      app.log.error({ err: error }, 'keys were refused; those of before hold');
    }
  };
  process.on('SIGHUP', onHangup);
  void snapshot.generation.damage.then((damage) => {
    if (damage) app.log.error({ err: damage }, 'the generation is damaged: /health/ready answers 503 from now on');
    else app.log.info('the generation matches its checksum');
  });
  // Before the address is said: who reads it may send the signal at once.
  const stop = listenForStop();
  try {
    const address = await app.listen({ host, port }).catch((error: unknown) => {
      throw unusable(error, options);
    });
    if (json) output.out(`${JSON.stringify({ address, generation: snapshot.id, file })}\n`);
    else output.out(`Pinwalk serves ${file} at ${address} (API: ${address}/openapi.json). Ctrl-C ends it.\n`);
    await stop.asked;
  } finally {
    stop.off();
    process.off('SIGHUP', onHangup);
    stopFollowing();
    await app.close();
    await generations.close();
  }
}

function unusable(error: unknown, { host, port }: ServeOptions): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  const problems: Record<string, string> = {
    EADDRINUSE: `port ${port} must be free (got one in use); choose another: --port ${port + 1}`,
    EACCES: `port ${port} must be allowed to this user (got a refusal); choose one above 1023: --port 7077`,
    EADDRNOTAVAIL: `host must be an address of this machine (got ${host}); choose 127.0.0.1 or 0.0.0.0: --host`,
    ENOTFOUND: `host must be an address of this machine (got ${host}); choose 127.0.0.1 or 0.0.0.0: --host`,
  };
  const problem = problems[code ?? ''];
  return problem === undefined ? error : new PinwalkError('OPTION_OUT_OF_RANGE', `serve: ${problem}`, { cause: error });
}

/** `asked` resolves at the first SIGINT or SIGTERM; after `off` a signal ends the process, as one that comes later does. */
function listenForStop(): { readonly asked: Promise<void>; readonly off: () => void } {
  let resolveAsked = (): void => {};
  const asked = new Promise<void>((resolve) => (resolveAsked = resolve));
  const stop = (): void => {
    off();
    resolveAsked();
  };
  const off = (): void => void process.off('SIGINT', stop).off('SIGTERM', stop);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return { asked, off };
}
