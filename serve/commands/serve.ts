/** Serves a generation until it is told to stop. */
import { existsSync } from 'node:fs';
import { PinwalkError } from '../../data/errors.js';
import { buildServer } from '../http.js';
import { openServed } from '../generations/served.js';
import { latestGeneration, type Output, type ServeOptions } from './options.js';

/**
 * Listens, prints the address, and resolves when SIGINT or SIGTERM has ended it; requests in flight are answered first.
 *
 * @throws PinwalkError `INPUT_MISSING`, `GENERATION_INVALID`, `OPTION_OUT_OF_RANGE` when the address cannot be listened on
 */
export async function serve(options: ServeOptions, output: Output): Promise<void> {
  const { generation, host, port, json, logLevel } = options;
  if (generation === latestGeneration && !existsSync(generation)) {
    throw new PinwalkError(
      'INPUT_MISSING',
      `serve: ${generation} must exist; train first: npm run train, or name a file: --generation`,
    );
  }
  const served = await openServed(generation, options);
  // Standard output is for the address alone.
  const logger = logLevel === 'silent' ? false : { level: logLevel, stream: process.stderr };
  const { snapshot } = served;
  const app = await buildServer({ snapshot, logger });
  void snapshot.generation.damage.then((damage) => {
    if (damage) app.log.error({ err: damage }, 'the generation is damaged: /health/ready answers 503 from now on');
    else app.log.info('the generation matches its checksum');
  });
  try {
    const address = await app.listen({ host, port }).catch((error: unknown) => {
      throw unusable(error, options);
    });
    if (json) output.out(`${JSON.stringify({ address, generation: snapshot.id, file: generation })}\n`);
    else output.out(`Pinwalk serves ${generation} at ${address} (API: ${address}/openapi.json). Ctrl-C ends it.\n`);
    await stopSignal();
  } finally {
    await app.close();
    await served.close();
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

async function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve();
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}
