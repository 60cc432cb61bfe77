/** Trains on saves, evaluates, and writes a generation: from command line to run. */
import { formatTable, type MetricsTable } from '../../train/evaluation/table.js';
import { run } from '../../train/run.js';
import { RunFolder } from '../../train/run-folder.js';
import { runsFolder, type CommonOptions, type Output, type TrainOptions } from './options.js';
import { inSession, settingsOf } from './session.js';

/**
 * Runs a training to its end, or until Ctrl-C, which saves a checkpoint first.
 *
 * @throws PinwalkError what its parts throw; `Interruption` when it was stopped
 */
export async function train(options: TrainOptions, output: Output): Promise<void> {
  const { resume, serveSplit, baselines, strict } = options;
  const folder = RunFolder.open(runsFolder, options.run, { resume });
  const settings = settingsOf(options, resume ? folder.readSettings() : undefined);
  await inSession({ ...settings, folder, strict }, output, async (session) => {
    const { say, config } = session;
    say(`run: ${folder.folder}`);
    if (!resume) folder.writeSettings({ ...settings, config });
    const result = await run({ ...session, folder, resume, serveSplit, baselines });
    if (result.stopped) {
      const again = `npm run train -- --run ${folder.name} --resume`;
      throw session.stopped(`stopped after step ${result.steps}; go on with: ${again}`);
    }
    say(`wrote ${folder.generation} in ${secondsSince(session.began)} s`);
    printFigures(result.models, folder, options, output);
  });
}

/** The figures of a run as a table or as JSON. */
export function printFigures(models: MetricsTable, { name }: RunFolder, { json }: CommonOptions, output: Output): void {
  output.out(json ? `${JSON.stringify({ run: name, models })}\n` : `${formatTable(models)}\n`);
}

/** Whole seconds since a time in milliseconds. */
export function secondsSince(began: number): number {
  return Math.round((Date.now() - began) / 1000);
}
