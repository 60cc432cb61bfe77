/** Trains on saves, evaluates, and writes a generation: from command line to run. */
import { formatTable } from '../../train/evaluation/table.js';
import { run, type RunOptions } from '../../train/run.js';
import { RunFolder, type RunSettings } from '../../train/run-folder.js';
import { runsFolder, type Output, type TrainOptions } from './options.js';
import { inSession, settingsOf } from './session.js';

/**
 * Runs a training to its end, or until Ctrl-C, which saves a checkpoint first.
 *
 * @throws PinwalkError what its parts throw
 */
export async function train(options: TrainOptions, output: Output): Promise<void> {
  const { resume, serveSplit, strict } = options;
  const folder = RunFolder.open(runsFolder, options.run, { resume });
  const settings = settingsOf(options, resume ? folder.readSettings() : undefined);
  await perform({ folder, settings, resume, serveSplit, strict }, options, output);
}

/** What `train` and `evaluate` have in common: everything but where the run comes from. */
export async function perform(
  task: {
    folder: RunFolder;
    settings: RunSettings;
    resume: boolean;
    serveSplit: RunOptions['serveSplit'];
    strict: boolean;
  },
  { json }: { json: boolean },
  output: Output,
): Promise<void> {
  const { folder, settings, resume, serveSplit, strict } = task;
  const began = Date.now();
  await inSession({ ...settings, strict }, output, async (session) => {
    const { say } = session;
    say(`run: ${folder.folder}`);
    if (!resume) folder.writeSettings({ ...settings, config: session.config });
    const result = await run({ ...session, folder, resume, serveSplit });
    if (result.stopped) {
      say(`stopped after step ${result.steps}; go on with: npm run train -- --run ${folder.name} --resume`);
      return;
    }
    const wrote = serveSplit === 'none' ? 'evaluated' : `wrote ${folder.generation}`;
    say(`${wrote} in ${Math.round((Date.now() - began) / 1000)} s`);
    output.out(
      json ? `${JSON.stringify({ run: folder.name, models: result.models })}\n` : `${formatTable(result.models)}\n`,
    );
  });
}
