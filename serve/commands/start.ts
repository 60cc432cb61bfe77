/**
 * The first command of a fresh clone: serves within seconds what saves alone say, trains beside it, and serves what was trained when it
 * is ready.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadCollection } from '../../data/load.js';
import { checkConfig } from '../../train/config.js';
import { silent } from '../../train/progress.js';
import { RunFolder } from '../../train/run-folder.js';
import { Generations } from '../generations/generations.js';
import { startFirstTraining } from './first-training.js';
import { latestGeneration, runsFolder, type Output, type StartOptions } from './options.js';
import { keysOf, openerOf, serve, serveGenerations } from './serve.js';
import { shippedData } from './session.js';

/** The run that `npm start` makes. */
const firstRun = 'first';

/** Resolves when the server was told to stop. */
export async function start(options: StartOptions, output: Output): Promise<void> {
  if (existsSync(latestGeneration)) return serve({ ...options, generation: latestGeneration }, output);
  const keys = keysOf(options);
  const folder = RunFolder.openAgain(runsFolder, firstRun);
  const untrained = path.join(folder.folder, 'untrained.sqlite');
  if (!existsSync(untrained)) {
    output.err(`No run yet (${latestGeneration}): serving what the designers' boards' saves say, in a few seconds.\n`);
    const [{ collection }, { writeUntrainedGeneration }] = await Promise.all([
      loadCollection({ folder: shippedData() }),
      import('../../train/untrained.js'),
    ]);
    writeUntrainedGeneration(untrained, collection, { config: checkConfig(), progress: silent });
  }
  const generations = await Generations.open(openerOf(untrained, options));
  const training = options.train
    ? startFirstTraining(folder, { tell: (state) => (generations.training = state) })
    : undefined;
  if (training) output.err('Training beside it, at low priority; what it gives is served when it is ready.\n');
  try {
    const followed = { ...options, generation: latestGeneration };
    await serveGenerations(generations, { file: latestGeneration, keys, options: followed, output });
  } finally {
    await training?.stop();
  }
}
