/** Hyper-parameter search: from command line to the table of rungs and the best config. */
import Table from 'cli-table3';
import path from 'node:path';
import type { StoredTrial } from '../../train/experiments/trial-store.js';
import { search, type Search } from '../../train/experiments/tune.js';
import { RunFolder } from '../../train/run-folder.js';
import { runsFolder, type Output, type TuneOptions } from './options.js';
import { timeLeft } from './progress.js';
import { inSession, readConfigFile, settingsOf } from './session.js';

/** Trials of a rung that the table shows. */
const SHOWN = 12;

/**
 * Searches, or goes on with a search, and prints its rungs.
 *
 * @throws PinwalkError what its parts throw, `Interruption` when it was stopped; finished trials stay
 */
export async function tune(options: TuneOptions, output: Output): Promise<void> {
  const folder = RunFolder.openAgain(runsFolder, options.run);
  const stored = folder.hasSettings() ? folder.readSettings() : undefined;
  const settings = settingsOf(options, stored);
  const file = options.config === undefined ? {} : readConfigFile(options.config);
  const named = [...Object.keys(file), ...Object.keys(options.overrides)];

  await inSession({ ...settings, folder, strict: false }, output, async (session) => {
    const { say } = session;
    say(`search: ${folder.folder}`);
    if (!stored) folder.writeSettings(settings);
    const began = Date.now();
    const found = await search({
      ...session,
      config: settings.config,
      folder,
      trialCount: options.trials,
      named,
      onTrial: (trial, { plan, done, total }) => {
        const where = `rung ${trial.rung + 1} of ${plan.length}, trial ${trial.trial}`;
        const result = trial.failure ?? `recall@20 ${formatFigure(trial)}`;
        const left = done < total ? `; ${timeLeft(began, done, total)}` : '';
        say(`${where}: ${result} in ${Math.round(trial.seconds)} s${left}`);
      },
    });
    if (!found.best) {
      const file = options.config === undefined ? '' : ` --config ${options.config}`;
      const again = `npm run tune -- --run ${folder.name} --trials ${options.trials}${file}`;
      throw session.stopped(`stopped; go on with: ${again}`);
    }
    report(found, { folder, options, output, say });
  });
}

function report(
  found: Search,
  to: { folder: RunFolder; options: TuneOptions; output: Output; say: (line: string) => void },
): void {
  const { folder, options, output, say } = to;
  const file = path.join(folder.folder, 'best.json');
  say(`wrote ${file}; train with: npm run train -- --config ${file}`);
  output.out(options.json ? `${JSON.stringify({ run: folder.name, file, ...found })}\n` : `${formatSearch(found)}\n`);
}

/** One table a rung, best first, with what each trial drew; of long rungs the best. */
function formatSearch({ plan, rungs }: Search): string {
  return rungs
    .map((trials, rung) => {
      const names = [...new Set(trials.flatMap(({ options }) => Object.keys(options)))];
      const head = ['trial', 'recall@20', 'seconds', ...names];
      const table = new Table({ head, style: { head: [], border: [], compact: true } });
      for (const trial of trials.slice(0, SHOWN)) {
        const drawn = names.map((name) => String(trial.options[name] ?? 'as given'));
        table.push([String(trial.trial), formatFigure(trial), String(Math.round(trial.seconds)), ...drawn]);
      }
      const epochs = plan[rung]?.epochs ?? 0;
      const shown = trials.length > SHOWN ? `, the best ${SHOWN} of them` : '';
      const what = `${counted(trials.length, 'trial')} of ${counted(epochs, 'epoch')}`;
      const title = `rung ${rung + 1}: ${what}${shown}; validation, embedding alone`;
      return `${title}\n${table.toString()}`;
    })
    .join('\n\n');
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function formatFigure({ figure }: StoredTrial): string {
  return figure === undefined ? 'failed' : figure.toFixed(4).replace(/^0/, '');
}
