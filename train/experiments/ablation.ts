/**
 * Ablations: rows of runs that each change one thing, on one split, kept as they finish.
 */
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { PinwalkError, shown } from '../../data/errors.js';
import { didYouMean } from '../../data/nearest.js';
import { checkConfig, type Config } from '../config.js';
import { within } from '../progress.js';
import { ablationFile, readAblation, type Ablation, type AblationRow } from '../report/ablation-file.js';
import { evaluateUntrained, run, type RunOptions } from '../run.js';
import { RunFolder } from '../run-folder.js';
import { rowDefinitions, type RowDefinition } from './ablation-rows.js';

export interface AblationOptions extends Omit<RunOptions, 'resume' | 'serveSplit' | 'models'> {
  readonly rows: readonly RowDefinition[];
  /** Told when a row is begun, and when it is finished. */
  readonly onRow?: (definition: RowDefinition, row: AblationRow | undefined) => void;
}

/** Change no figure. */
const FREE: readonly string[] = ['workers', 'checkpointEvery'];

/**
 * Rows by name, of those that make sense for the data.
 *
 * @param names  separated by commas; default all
 * @throws PinwalkError `OPTION_UNKNOWN` with the nearest name
 */
export function rowsNamed(names: string | undefined, withContent: boolean): readonly RowDefinition[] {
  const rows = rowDefinitions.filter(({ needsContent }) => withContent || !needsContent);
  if (names === undefined) return rows;
  const wanted = names.split(',').map((name) => name.trim());
  const known = rowDefinitions.map(({ name }) => name);
  for (const name of wanted) {
    if (known.includes(name)) continue;
    throw new PinwalkError('OPTION_UNKNOWN', `ablation: ${shown(name)} is not a row; ${didYouMean(name, known)}`);
  }
  return rows.filter(({ name }) => wanted.includes(name));
}

/**
 * Makes the rows that are missing and writes each into ablation.json when it is finished.
 *
 * @returns the ablation, and whether the signal ended it; a row at work then goes on from its checkpoint the next time
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` when the ablation was begun with another config, `CHECKPOINT_INVALID` with other data;
 *   what runs throw
 */
export async function ablate(options: AblationOptions): Promise<{ ablation: Ablation; stopped: boolean }> {
  const { folder, config, onRow } = options;
  const { fingerprint } = options.collection;
  const stored = readAblation(folder.folder);
  if (stored) checkSame(stored, config, fingerprint);
  let ablation: Ablation = stored ?? { config, fingerprint, rows: [] };
  const keep = (rows: readonly AblationRow[]): void => {
    const all = [...ablation.rows, ...rows];
    ablation = { ...ablation, rows: rowDefinitions.flatMap(({ name }) => all.find((row) => row.name === name) ?? []) };
    folder.writeJson(ablationFile, ablation);
  };
  const missing = options.rows.filter(({ name }) => !ablation.rows.some((row) => row.name === name));
  const isStopped = (): boolean => options.signal?.aborted === true;

  const baselines = missing.filter(({ isBaseline }) => isBaseline);
  if (baselines.length > 0 && !isStopped()) keep(await measureBaselines(baselines, options));
  for (const definition of missing) {
    if (definition.isBaseline) continue;
    if (isStopped()) return { ablation, stopped: true };
    onRow?.(definition, undefined);
    const row = await trainRow(definition, options);
    if (!row) return { ablation, stopped: true };
    keep([row]);
    onRow?.(definition, row);
    removeTraining(definition, missing, options);
  }
  return { ablation, stopped: isStopped() };
}

async function measureBaselines(
  definitions: readonly RowDefinition[],
  options: AblationOptions,
): Promise<AblationRow[]> {
  const began = Date.now();
  for (const definition of definitions) options.onRow?.(definition, undefined);
  const models = await evaluateUntrained({ ...options, models: definitions.map(({ name }) => name) });
  const seconds = (Date.now() - began) / 1000 / definitions.length;
  return definitions.flatMap((definition) => {
    const metrics = models[definition.name];
    if (!metrics) return [];
    const row = rowOf(definition, { metrics, seconds, seed: options.config.seed });
    options.onRow?.(definition, row);
    return [row];
  });
}

/** Trains and evaluates one row, from its checkpoint where it was stopped before; undefined when it is stopped now. */
async function trainRow(definition: RowDefinition, options: AblationOptions): Promise<AblationRow | undefined> {
  const began = Date.now();
  const config = checkConfig({ ...options.config, ...definition.change });
  const collection = definition.dropsVectors ? { ...options.collection, vectors: new Map() } : options.collection;
  const root = path.join(options.folder.folder, 'rows');
  const folder = RunFolder.openAgain(root, definition.trainsAs ?? definition.name);
  const resume = existsSync(folder.checkpoints);
  if (options.folder.hasSettings()) folder.writeSettings({ ...options.folder.readSettings(), config }); // to be compared as a run
  const models = ['pinwalk', 'embedding'];
  const progress = within(definition.name, options.progress);
  const result = await run({ ...options, progress, collection, config, folder, resume, serveSplit: 'none', models });
  if (result.stopped) return undefined;
  const { pinwalk: metrics = {}, embedding = {} } = result.models;
  return rowOf(definition, { metrics, embedding, seconds: (Date.now() - began) / 1000, seed: config.seed });
}

/** Takes away checkpoints that no row to come goes on from. */
function removeTraining(row: RowDefinition, rows: readonly RowDefinition[], { folder }: AblationOptions): void {
  const shared = row.trainsAs ?? row.name;
  const later = rows.slice(rows.indexOf(row) + 1);
  if (later.some(({ name, trainsAs }) => (trainsAs ?? name) === shared)) return;
  rmSync(path.join(folder.folder, 'rows', shared, 'checkpoints'), { recursive: true, force: true });
}

function rowOf(
  { name, description, change }: RowDefinition,
  measured: Omit<AblationRow, 'name' | 'description' | 'change'>,
): AblationRow {
  return { name, description, change, ...measured };
}

function checkSame(stored: Ablation, config: Config, fingerprint: string): void {
  if (stored.fingerprint !== fingerprint) {
    const got = `got ${fingerprint.slice(0, 12)}, begun on ${stored.fingerprint.slice(0, 12)}`;
    throw new PinwalkError(
      'CHECKPOINT_INVALID',
      `ablation: the data must be what it was begun on (${got}); take another --run`,
    );
  }
  const differing = Object.entries(config)
    .filter(([name, value]) => !FREE.includes(name) && stored.config[name as keyof Config] !== value)
    .map(([name, value]) => `${name} ${String(value)}, was ${String(stored.config[name as keyof Config])}`);
  if (differing.length === 0) return;
  throw new PinwalkError(
    'OPTION_OUT_OF_RANGE',
    `ablation: the config must be the one it was begun with (got ${differing.join('; ')}); drop these options or take another --run`,
  );
}
