/** The first command of a fresh clone: trains on the shipped data if there is no run yet, then serves. */
import { existsSync } from 'node:fs';
import { latestGeneration, type Output, type StartOptions } from './options.js';
import { serve } from './serve.js';

/** Resolves when the server was told to stop, or training was. */
export async function start(options: StartOptions, output: Output): Promise<void> {
  if (!existsSync(latestGeneration)) {
    output.err(
      `No run yet (${latestGeneration}): training on the designers' boards first, which takes some minutes.\n`,
    );
    const { train } = await import('./train.js');
    // The table is for whoever watches; standard output is for the address.
    await train(
      { resume: false, serveSplit: 'all', baselines: false, strict: false, overrides: {}, json: false },
      { out: (text) => output.err(text), err: (text) => output.err(text) },
    );
    if (!existsSync(latestGeneration)) return;
  }
  await serve({ ...options, generation: latestGeneration }, output);
}
