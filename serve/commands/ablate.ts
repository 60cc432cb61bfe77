/** The ladder of ablations: from command line to table. */
import { PinwalkError } from '../../data/errors.js';
import { climb, readLadder, rungsNamed } from '../../train/experiments/ablation.js';
import { hasContent } from '../../train/experiments/ablation-rows.js';
import { formatLadder } from '../../train/experiments/ablation-table.js';
import { RunFolder } from '../../train/run-folder.js';
import { runsFolder, type AblateOptions, type Output } from './options.js';
import { timeLeft } from './progress.js';
import { inSession, settingsOf } from './session.js';

/**
 * Makes the rows of a ladder that are missing and prints all rows asked for.
 *
 * @throws PinwalkError what its parts throw; finished rows stay
 */
export async function ablate(options: AblateOptions, output: Output): Promise<void> {
  rungsNamed(options.rows, true); // a misspelled name is told before the data is read
  const folder = RunFolder.openAgain(runsFolder, options.run);
  const stored = folder.hasSettings() ? folder.readSettings() : undefined;
  const begun = readLadder(folder);
  const settings = settingsOf(options, stored && begun ? { ...stored, config: begun.config } : stored);

  await inSession({ ...settings, strict: false }, output, async (session) => {
    const { say } = session;
    if (!stored) folder.writeSettings(settings);
    const rungs = rungsNamed(options.rows, hasContent(session.collection, settings.config));
    if (rungs.length === 0) {
      throw new PinwalkError(
        'OPTION_OUT_OF_RANGE',
        `ladder: rows must be some that fit the data (got ${String(options.rows)}, which need titles or pictures)`,
      );
    }
    const done = new Set(begun?.rows.map(({ name }) => name));
    const missing = rungs.filter(({ name }) => !done.has(name));
    const trained = missing.filter(({ isBaseline }) => !isBaseline).length;
    say(`ladder: ${folder.folder}, ${missing.length} of ${rungs.length} rows to do`);
    let number = 0;
    let finished = 0;
    let began = Date.now();
    const { ladder, stopped } = await climb({
      ...session,
      config: settings.config,
      folder,
      rungs,
      onRow: (rung, row) => {
        if (!row) {
          number++;
          if (!rung.isBaseline && finished === 0) began = Date.now();
          if (!rung.isBaseline) say(`row ${number} of ${missing.length}, ${rung.name}: ${rung.description}`);
        } else if (!rung.isBaseline) {
          finished++;
          say(`${rung.name} in ${Math.round(row.seconds)} s; ${timeLeft(began, finished, trained)}`);
        }
      },
    });
    if (stopped) {
      say(`stopped; go on with: npm run ablate -- --run ${folder.name}`);
      return;
    }
    const rows = ladder.rows.filter(({ name }) => rungs.some((rung) => rung.name === name));
    output.out(options.json ? `${JSON.stringify({ run: folder.name, ...ladder, rows })}\n` : `${formatLadder(rows)}\n`);
  });
}
