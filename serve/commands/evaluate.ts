/** Evaluates a finished run on its test saves again, from its weights; writes metrics.json anew and no generation. */
import { checkConfig } from '../../train/config.js';
import { prepare } from '../../train/prepare.js';
import { evaluateRun, finishedTraining, trainedWeights } from '../../train/run.js';
import { RunFolder } from '../../train/run-folder.js';
import { runsFolder, type EvaluateOptions, type Output } from './options.js';
import { inSession, sourceOf } from './session.js';
import { printFigures, secondsSince } from './train.js';

/**
 * @throws PinwalkError `NOT_FOUND`; `INPUT_MISSING` when the training was not finished, before the data is read; what reading and
 *   evaluation throw; `Interruption` when it was stopped
 */
export async function evaluate(options: EvaluateOptions, output: Output): Promise<void> {
  const folder = RunFolder.find(runsFolder, options.run);
  const stored = folder.readSettings();
  const { backend } = finishedTraining(folder).config;
  const settings = { config: checkConfig(stored.config, { backend }), source: sourceOf(options, stored.source) };
  await inSession({ ...settings, folder, strict: false }, output, async (session) => {
    const { say, config } = session;
    say(`run: ${folder.folder}`);
    const prepared = await prepare(session);
    const weights = trainedWeights(prepared, { config, folder });
    const { baselines } = options;
    const models = await evaluateRun(weights, prepared, { ...session, folder, serveSplit: 'none', baselines });
    if (!models) throw session.stopped('stopped; nothing was written');
    say(`evaluated in ${secondsSince(session.began)} s`);
    printFigures(models, folder, options, output);
  });
}
