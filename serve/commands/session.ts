/**
 * What commands that train have in common: the data read and reported, a backend, progress on the screen, and Ctrl-C.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import type { Collection } from '../../data/collection.js';
import { PinwalkError, shown } from '../../data/errors.js';
import { loadCollection } from '../../data/load.js';
import { checkTables, type ReadingOptions } from '../../data/reading-options.js';
import { formatReport } from '../../data/validation-report.js';
import { loadVectors } from '../../data/vectors.js';
import { openBackend } from '../../train/backend/open-backend.js';
import { checkConfig, type Config } from '../../train/config.js';
import type { Progress } from '../../train/progress.js';
import type { Provenance } from '../../train/report/provenance.js';
import type { RunFolder, RunSettings } from '../../train/run-folder.js';
import { Interruption, runsFolder, type DataOptions, type Output } from './options.js';
import { openProgress, progressVariable } from './progress.js';

/** What work in a session is given. */
export interface Session {
  readonly collection: Collection;
  /** As given, with the backend that was opened in the place of `auto`: a run that is resumed opens it again. */
  readonly config: Config;
  readonly progress: Progress;
  /** Prints a line above the progress. */
  readonly say: (line: string) => void;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** Says how to go on, for work that the signal ended; what it returns is to be thrown. */
  readonly stopped: (line: string) => Interruption;
  /** When it was opened, in ms since 1970. */
  readonly began: number;
  /** For vectors of titles and pictures. */
  readonly cacheFolder: string;
  /** For reports: where all this came from. */
  readonly provenance: Provenance;
}

/** What a session begins with. */
export interface SessionOptions extends RunSettings {
  /** Held as long as the session lasts. */
  readonly folder: RunFolder;
  readonly strict: boolean;
}

/**
 * Reads the data, opens the backend and does some work that the first Ctrl-C asks to stop, as the one owner of a run's folder.
 *
 * @throws PinwalkError `RUN_IN_USE` before anything is read; what reading and the work throw
 */
export function inSession<T>(
  options: SessionOptions,
  output: Output,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  return options.folder.hold(() => workInSession(options, output, work));
}

async function workInSession<T>(
  { source, config, strict }: SessionOptions,
  output: Output,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const began = Date.now();
  const display = openProgress();
  const say = (line: string): void => {
    display.clear();
    output.err(`${line}\n`);
  };
  const stop = new AbortController();
  let received: 'SIGINT' | 'SIGTERM' = 'SIGINT';
  const onSignal = (signal: 'SIGINT' | 'SIGTERM'): void => {
    say('stopping as soon as a step or stage is finished; press Ctrl-C again to end at once');
    received = signal;
    stop.abort();
  };
  // A training beside a server that was killed saves where it is, so that the next server goes on with it.
  const onParentGone = (): void => onSignal('SIGTERM');
  try {
    const { collection, reportText } = await readCollection(source, {
      strict,
      say,
      report: display.progress('reading'),
    });
    const backend = await openBackend(config.backend);
    say(`backend: ${backend.name} (${backend.reason})`);
    const opened: Config = { ...config, backend: backend.name };
    say(`config: ${JSON.stringify(opened)}`);
    process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
    if (process.env[progressVariable] === 'ipc') {
      if (!process.connected) onParentGone(); // it went while the data was read
      process.once('disconnect', onParentGone);
    }
    const { progress } = display;
    return await work({
      collection,
      config: opened,
      progress,
      say,
      signal: stop.signal,
      began,
      stopped: (line) => {
        say(line);
        return new Interruption(received);
      },
      cacheFolder: path.join(runsFolder, 'cache'),
      provenance: { source: source.folder === shippedData() ? {} : source, reportText, backend: backend.name },
    });
  } finally {
    display.clear();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    process.off('disconnect', onParentGone);
  }
}

/** The settings of a run: what the command line says, else what is stored, else the shipped data and the defaults. */
export function settingsOf(options: DataOptions, stored: RunSettings | undefined): RunSettings {
  return { source: sourceOf(options, stored?.source), config: readConfig(options, stored?.config) };
}

/**
 * The data that a command line names, as absolute paths; saves, vectors and ways of reading that it does not name are the stored
 * ones.
 */
export function sourceOf(
  { data, saves, graph, pins, vectors, vectorColumn, ...options }: Omit<DataOptions, 'overrides'>,
  stored: RunSettings['source'] = { folder: shippedData() },
): RunSettings['source'] {
  if (pins !== undefined && graph === undefined) {
    throw new PinwalkError(
      'OPTION_OUT_OF_RANGE',
      `graph: --pins must stand beside --graph FILE (got --pins ${pins} alone)`,
    );
  }
  const { vectors: storedVectors, vectorColumn: storedColumn, reading: storedReading, ...storedSaves } = stored;
  const isNamed = [data, saves, graph].some((name) => name !== undefined);
  const ownVectors = vectors === undefined ? storedVectors : path.resolve(vectors);
  const ownColumn = vectorColumn ?? storedColumn;
  const given = readingOf(options);
  const reading = Object.keys(given).length > 0 ? given : storedReading;
  const files = saves?.map((file) => path.resolve(file));
  return {
    ...(isNamed ? {} : storedSaves),
    ...(data !== undefined && { folder: path.resolve(data) }),
    ...(files && { savesFile: files.length === 1 ? (files[0] as string) : files }),
    ...(graph !== undefined && { graph: path.resolve(graph) }),
    ...(pins !== undefined && { pins }),
    ...(reading && { reading }),
    ...(ownVectors !== undefined && { vectors: ownVectors }),
    ...(ownColumn !== undefined && { vectorColumn: ownColumn }),
  };
}

/** How tables are read: what a config file says, then the command line. */
function readingOf({ config: file, reading = {} }: Pick<DataOptions, 'config' | 'reading'>): ReadingOptions {
  if (file === undefined) return reading;
  const { tables, encoding, format, leastRating, integerIds } = parseConfigFile(file);
  const own = tables === undefined ? undefined : checkTables(tables);
  const names = Object.entries({ encoding, format, leastRating, integerIds }).filter(
    ([, value]) => value !== undefined,
  );
  for (const [name, value] of names) {
    const type = name === 'integerIds' ? 'boolean' : name === 'leastRating' ? 'number' : 'string';
    if (typeof value === type) continue;
    const must = { boolean: 'true or false', number: 'a number', string: 'text' }[type];
    throw new PinwalkError('OPTION_OUT_OF_RANGE', `config: ${name} must be ${must} (got ${shown(value)})`);
  }
  const merged = { ...own, ...reading.tables, saves: { ...own?.saves, ...reading.tables?.saves } };
  const hasTables = own !== undefined || reading.tables !== undefined;
  return { ...Object.fromEntries(names), ...reading, ...(hasTables && { tables: merged }) };
}

/** Defaults or the stored, then the file, then the command line. */
function readConfig({ config: file, overrides }: DataOptions, stored: Config | undefined): Config {
  return checkConfig(stored ?? {}, file === undefined ? {} : readConfigFile(file), overrides);
}

/** Keys of a config file that say how tables are read. */
const readingKeys: readonly string[] = ['tables', 'encoding', 'format', 'leastRating', 'integerIds'];

/**
 * The parameters of a config file.
 *
 * @throws PinwalkError `INPUT_MISSING`, `INPUT_INVALID`; options themselves are checked with all others
 */
export function readConfigFile(file: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parseConfigFile(file)).filter(([name]) => !readingKeys.includes(name)));
}

function parseConfigFile(file: string): Record<string, unknown> {
  if (!existsSync(file)) throw new PinwalkError('INPUT_MISSING', `config: ${file} must be a file (got nothing there)`);
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (error) {
    throw new PinwalkError('INPUT_INVALID', `config: ${file} must be JSON (got ${String(error)})`, { cause: error });
  }
  throw new PinwalkError('INPUT_INVALID', `config: ${file} must hold a JSON object of options (got something else)`);
}

/**
 * Reads what a run is told to train on, and says what it read.
 *
 * @throws PinwalkError what reading throws
 */
export async function readCollection(
  { vectors: vectorsFile, vectorColumn, ...source }: RunSettings['source'],
  options: { strict: boolean; say: (line: string) => void; report: (done: number, total: number) => void },
): Promise<{ collection: Collection; reportText: string }> {
  const { say } = options;
  const { collection, reportText } =
    source.graph === undefined ? await readTables(source, options) : await readGraph(source.graph, source.pins);
  say(reportText);
  if (vectorsFile === undefined) return { collection, reportText };
  const loaded = await loadVectors(vectorsFile, collection.pins.ids, vectorColumn);
  const { vectors, unknownCount, duplicateCount } = loaded;
  const given = vectors.present.reduce((sum, present) => sum + present, 0);
  say(`${vectorsFile}: vectors ${vectors.dimension} wide of ${given} of ${collection.pins.ids.length} pins`);
  if (unknownCount > 0) say(`${vectorsFile}: ${unknownCount} vectors of pins that are not in the data were left out`);
  if (duplicateCount > 0) say(`${vectorsFile}: ${duplicateCount} vectors of ids that came before were left out`);
  return { collection: { ...collection, vectors: new Map([...collection.vectors, ['vectors', vectors]]) }, reportText };
}

async function readTables(
  { folder, savesFile, reading }: RunSettings['source'],
  { strict, report }: { strict: boolean; report: (done: number, total: number) => void },
): Promise<{ collection: Collection; reportText: string }> {
  const source = savesFile === undefined ? { folder: folder ?? shippedData() } : { savesFile };
  const { collection, report: counts } = await loadCollection(source, {
    strict,
    reading,
    onProgress: ({ bytesRead, bytesTotal }) => report(bytesRead, bytesTotal),
  });
  return { collection, reportText: formatReport(counts) };
}

async function readGraph(
  file: string,
  pins: string | undefined,
): Promise<{ collection: Collection; reportText: string }> {
  const { readGraphFile } = await import('../../graph/read-graph-file.js');
  const collection = await readGraphFile(file, pins === undefined ? {} : { pins });
  const counts = [collection.pins.ids, collection.boards.ids, collection.saves.pins].map(({ length }) =>
    length.toLocaleString('en-US'),
  );
  return { collection, reportText: `${collection.name}: ${counts[0]} pins, ${counts[1]} boards, ${counts[2]} saves` };
}

/** The designers' boards that come with the package. */
export function shippedData(): string {
  return path.join(path.dirname(createRequire(import.meta.url).resolve('#root')), 'data', 'designers-boards');
}
