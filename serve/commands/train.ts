/** Trains on saves, evaluates, and writes a generation: from command line to run. */
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
import type { Collection } from '../../data/collection.js';
import { PinwalkError } from '../../data/errors.js';
import { loadCollection } from '../../data/load.js';
import { formatReport } from '../../data/validation-report.js';
import { loadVectors } from '../../data/vectors.js';
import { openBackend } from '../../train/backend.js';
import { checkConfig, type Config } from '../../train/config.js';
import { formatTable } from '../../train/evaluation/table.js';
import { run, type RunOptions } from '../../train/run.js';
import { RunFolder, type RunSettings } from '../../train/run-folder.js';
import type { Output, TrainOptions } from './options.js';
import { openProgress } from './progress.js';

/** Where runs are kept, in the folder the program is called from. */
export const runsFolder = 'runs';

/**
 * Runs a training to its end, or until Ctrl-C, which saves a checkpoint first.
 *
 * @throws PinwalkError what its parts throw
 */
export async function train(options: TrainOptions, output: Output): Promise<void> {
  const folder = RunFolder.open(runsFolder, options.run, { resume: options.resume });
  const stored = options.resume ? folder.readSettings() : undefined;
  const given = sourceOf(options);
  const settings: RunSettings = {
    source: Object.keys(given).length > 0 ? given : (stored?.source ?? { folder: shippedData() }),
    config: readConfig(options, stored?.config),
  };
  await perform(
    { folder, settings, resume: options.resume, serveSplit: options.serveSplit, strict: options.strict },
    options,
    output,
  );
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
  const { config, source } = settings;
  const display = openProgress();
  const say = (line: string): void => {
    display.clear();
    output.err(`${line}\n`);
  };
  const began = Date.now();
  const stop = new AbortController();
  const onSignal = (): void => {
    say('stopping as soon as a step or stage is finished; press Ctrl-C again to end at once');
    stop.abort();
  };
  try {
    const collection = await readCollection(source, { strict, say, report: display.progress('reading') });
    const backend = await openBackend(config.backend);
    say(`backend: ${backend.name} (${backend.reason})`);
    say(`config: ${JSON.stringify(config)}`);
    say(`run: ${folder.folder}`);
    if (!resume) folder.writeSettings(settings);
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
    const cacheFolder = path.join(runsFolder, 'cache');
    const { progress } = display;
    const result = await run({
      collection,
      config,
      folder,
      resume,
      serveSplit,
      cacheFolder,
      progress,
      say,
      signal: stop.signal,
    });
    display.clear();
    if (result.stopped) {
      say(`stopped after step ${result.steps}; go on with: npm run train -- --run ${folder.name} --resume`);
      return;
    }
    const wrote = serveSplit === 'none' ? 'evaluated' : `wrote ${folder.generation}`;
    say(`${wrote} in ${Math.round((Date.now() - began) / 1000)} s`);
    output.out(
      json ? `${JSON.stringify({ run: folder.name, models: result.models })}\n` : `${formatTable(result.models)}\n`,
    );
  } finally {
    display.clear();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** The data that a command line names, as absolute paths. */
export function sourceOf({
  data,
  saves,
  vectors,
}: Pick<TrainOptions, 'data' | 'saves' | 'vectors'>): RunSettings['source'] {
  return {
    ...(data !== undefined && { folder: path.resolve(data) }),
    ...(saves !== undefined && { savesFile: path.resolve(saves) }),
    ...(vectors !== undefined && { vectors: path.resolve(vectors) }),
  };
}

/** Defaults or the resumed run's, then the file, then the command line. `workers` 0 becomes one a core. */
function readConfig({ config: file, overrides }: TrainOptions, stored: Config | undefined): Config {
  const config = checkConfig(stored ?? {}, file === undefined ? {} : readConfigFile(file), overrides);
  return config.workers > 0 ? config : checkConfig({ ...config, workers: availableParallelism() });
}

function readConfigFile(file: string): Record<string, unknown> {
  if (!existsSync(file)) throw new PinwalkError('INPUT_MISSING', `config: ${file} must be a file (got nothing there)`);
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new PinwalkError('INPUT_INVALID', `config: ${file} must be JSON (got ${String(error)})`, { cause: error });
  }
  throw new PinwalkError('INPUT_INVALID', `config: ${file} must hold a JSON object of options (got something else)`);
}

async function readCollection(
  { folder, savesFile, vectors: vectorsFile }: RunSettings['source'],
  options: { strict: boolean; say: (line: string) => void; report: (done: number, total: number) => void },
): Promise<Collection> {
  const { strict, say, report } = options;
  const source = savesFile === undefined ? { folder: folder ?? shippedData() } : { savesFile };
  const { collection, report: account } = await loadCollection(source, {
    strict,
    onProgress: ({ bytesRead, bytesTotal }) => report(bytesRead, bytesTotal),
  });
  say(formatReport(account));
  if (vectorsFile === undefined) return collection;
  const { vectors, unknownCount } = await loadVectors(vectorsFile, collection.pins.ids);
  if (unknownCount > 0) say(`${vectorsFile}: ${unknownCount} vectors of pins that are not in the data were left out`);
  return { ...collection, vectors: new Map([...collection.vectors, ['vectors', vectors]]) };
}

/** The designers' boards that come with the package. */
export function shippedData(): string {
  return path.join(path.dirname(createRequire(import.meta.url).resolve('#root')), 'data', 'designers-boards');
}
