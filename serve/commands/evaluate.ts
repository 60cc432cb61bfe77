/** Evaluates a finished run on its test saves again, from its weights; writes metrics.json anew and no generation. */
import { checkConfig } from '../../train/config.js';
import { RunFolder } from '../../train/run-folder.js';
import { runsFolder, type EvaluateOptions, type Output } from './options.js';
import { sourceOf } from './session.js';
import { perform } from './train.js';

/** @throws PinwalkError `NOT_FOUND`; what reading, training and evaluation throw */
export async function evaluate(options: EvaluateOptions, output: Output): Promise<void> {
  const folder = RunFolder.find(runsFolder, options.run);
  const { source, config } = folder.readSettings();
  const given = sourceOf(options);
  const settings = { config: checkConfig(config), source: Object.keys(given).length > 0 ? given : source };
  await perform({ folder, settings, resume: true, serveSplit: 'none', strict: false }, options, output);
}
