/** Ablations: from command line to table. */
import { PinwalkError } from '../../data/errors.js';
import { ablate as ablateRows, rowsNamed } from '../../train/experiments/ablation.js';
import { hasContent } from '../../train/experiments/ablation-rows.js';
import { formatAblation } from '../../train/experiments/ablation-table.js';
import { readAblation } from '../../train/report/ablation-file.js';
import { RunFolder } from '../../train/run-folder.js';
import { runsFolder, type AblateOptions, type Output } from './options.js';
import { timeLeft } from './progress.js';
import { inSession, settingsOf } from './session.js';

/**
 * Makes the rows of an ablation that are missing and prints all rows asked for.
 *
 * @throws PinwalkError what its parts throw, `Interruption` when it was stopped; finished rows stay
 */
export async function ablate(options: AblateOptions, output: Output): Promise<void> {
  rowsNamed(options.rows, true); // a misspelled name is told before the data is read
  const folder = RunFolder.openAgain(runsFolder, options.run);
  const stored = folder.hasSettings() ? folder.readSettings() : undefined;
  const begun = readAblation(folder.folder);
  const settings = settingsOf(options, stored && begun ? { ...stored, config: begun.config } : stored);

  await inSession({ ...settings, folder, strict: false }, output, async (session) => {
    const { say } = session;
    if (!stored) folder.writeSettings(settings);
    const wanted = rowsNamed(options.rows, hasContent(session.collection, settings.config));
    if (wanted.length === 0) {
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `ablation: rows must be some that fit the data (got ${String(options.rows)}, which need titles or pictures)`,
      );
    }
    const done = new Set(begun?.rows.map(({ name }) => name));
    const missing = wanted.filter(({ name }) => !done.has(name));
    const trained = missing.filter(({ isBaseline }) => !isBaseline).length;
    say(`ablation: ${folder.folder}, ${missing.length} of ${wanted.length} rows to do`);
    let number = 0;
    let finished = 0;
    let began = Date.now();
    const { ablation, stopped } = await ablateRows({
      ...session,
      config: settings.config,
      folder,
      rows: wanted,
      onRow: (definition, row) => {
        if (!row) {
          number++;
          if (!definition.isBaseline && finished === 0) began = Date.now();
          if (!definition.isBaseline)
            say(`row ${number} of ${missing.length}, ${definition.name}: ${definition.description}`);
        } else if (!definition.isBaseline) {
          finished++;
          say(`${definition.name} in ${Math.round(row.seconds)} s; ${timeLeft(began, finished, trained)}`);
        }
      },
    });
    if (stopped) throw session.stopped(`stopped; go on with: npm run ablate -- --run ${folder.name}`);
    const rows = ablation.rows.filter(({ name }) => wanted.some((row) => row.name === name));
    output.out(
      options.json ? `${JSON.stringify({ run: folder.name, ...ablation, rows })}\n` : `${formatAblation(rows)}\n`,
    );
  });
}
