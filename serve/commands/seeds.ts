/**
 * `train --seeds N`: the same run with the seeds `seed .. seed + N - 1`, one after the other, and the standard deviation of their figures.
 *
 * Run NAME keeps data and parameters (run.json) and the deviation (seeds.json); the runs themselves are NAME-seed1, NAME-seed2, ...,
 * each like any other.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { PinwalkError } from '../../data/errors.js';
import { checkConfig } from '../../train/config.js';
import { formatTable, type MetricsTable } from '../../train/evaluation/table.js';
import { asMetricsTable, deviationOverSeeds } from '../../train/experiments/seed-deviation.js';
import { run } from '../../train/run.js';
import { RunFolder } from '../../train/run-folder.js';
import { runsFolder, type Output, type SeedsOptions } from './options.js';
import { timeLeft } from './progress.js';
import { inSession, settingsOf } from './session.js';

/**
 * Runs the seeds that are not finished yet; `latest` becomes the last one.
 *
 * @throws PinwalkError what its parts throw, `Interruption` when it was stopped; finished seeds stay
 */
export async function trainSeeds(options: SeedsOptions, output: Output): Promise<void> {
  const { resume, strict, serveSplit } = options;
  const folder = RunFolder.open(runsFolder, options.run, { resume });
  const settings = settingsOf(options, resume ? folder.readSettings() : undefined);
  const { source, config } = settings;
  const seeds = Array.from({ length: options.seeds }, (_, n) => config.seed + n);
  const runs = seeds.map((seed) => openSeed(`${folder.name}-seed${seed}`, resume));
  const isOpen = runs.filter((seedRun) => !isFinished(seedRun)).length;

  await inSession({ ...settings, folder, strict }, output, async (session) => {
    const { say } = session;
    const began = Date.now();
    if (!resume) folder.writeSettings(settings);
    const tables: MetricsTable[] = [];
    let done = 0;
    for (const [n, seedRun] of runs.entries()) {
      if (isFinished(seedRun)) {
        tables.push(readModels(seedRun));
        say(`seed ${seeds[n]}: ${seedRun.folder} is there already`);
        continue;
      }
      say(`seed ${seeds[n]} (${n + 1} of ${seeds.length}): ${seedRun.folder}`);
      const seedConfig = checkConfig({ ...config, seed: seeds[n] });
      const result = await seedRun.hold(() => {
        seedRun.writeSettings({ source, config: seedConfig });
        const isStarted = existsSync(seedRun.checkpoints);
        return run({ ...session, config: seedConfig, folder: seedRun, resume: isStarted, serveSplit });
      });
      if (result.stopped) {
        const again = `npm run train -- --run ${folder.name} --seeds ${options.seeds} --resume`;
        throw session.stopped(`stopped after step ${result.steps}; go on with: ${again}`);
      }
      tables.push(result.models);
      done++;
      if (done < isOpen) say(timeLeft(began, done, isOpen));
    }
    const models = deviationOverSeeds(tables);
    const deviation = { seeds, runs: runs.map(({ name }) => name), config, models };
    folder.writeJson('seeds.json', deviation);
    say(`wrote ${path.join(folder.folder, 'seeds.json')}`);
    const title = `Mean ± standard deviation over the seeds ${seeds.join(', ')}`;
    output.out(
      options.json
        ? `${JSON.stringify({ run: folder.name, ...deviation })}\n`
        : `${title}\n\n${formatTable(asMetricsTable(models))}\n`,
    );
  });
}

/** On resuming, a seed may be finished, begun or new. */
function openSeed(name: string, resume: boolean): RunFolder {
  return resume ? RunFolder.openAgain(runsFolder, name) : RunFolder.open(runsFolder, name, { resume });
}

/** A run writes its generation last. */
function isFinished(seedRun: RunFolder): boolean {
  return existsSync(seedRun.generation);
}

function readModels(seedRun: RunFolder): MetricsTable {
  const metrics = seedRun.readMetrics();
  if (metrics) return metrics['models'] as MetricsTable; // written by `run`
  const must = `seeds: ${seedRun.folder} must hold metrics.json beside its generation (got none)`;
  throw new PinwalkError('INPUT_MISSING', `${must}; evaluate it again: npm run evaluate -- --run ${seedRun.name}`);
}
