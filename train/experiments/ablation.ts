/**
 * The ladder of ablations: rows of runs that each change one thing, on one split, kept as they finish.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { PinwalkError } from '../../data/errors.js';
import { checkConfig, nearestName, type Config } from '../config.js';
import type { MetricsTable } from '../evaluation/table.js';
import { within } from '../progress.js';
import { judgeUntrained, run, type RunOptions } from '../run.js';
import { RunFolder } from '../run-folder.js';
import { ladderRungs, type LadderRung } from './ablation-rows.js';

/** A finished row. */
export interface LadderRow extends Pick<LadderRung, 'name' | 'description' | 'change'> {
  /** By task and metric: of the fused ranking, or of the baseline. */
  readonly metrics: MetricsTable[string];
  /** The same of the trained vectors alone. */
  readonly embedding?: MetricsTable[string];
  /** Of training, choice of weights and evaluation; baselines are measured together and share theirs equally. */
  readonly seconds: number;
  readonly seed: number;
}

/** What ladder.json holds. */
export interface Ladder {
  /** What the rows change. */
  readonly config: Config;
  readonly fingerprint: string;
  /** In the order of `ladderRungs`. */
  readonly rows: readonly LadderRow[];
}

export interface LadderOptions extends Omit<RunOptions, 'resume' | 'serveSplit' | 'models'> {
  readonly rungs: readonly LadderRung[];
  /** Told when a row is begun, and when it is finished. */
  readonly onRow?: (rung: LadderRung, row: LadderRow | undefined) => void;
}

const FILE = 'ladder.json';
/** Change no figure. */
const FREE: readonly string[] = ['workers', 'checkpointEvery'];

/**
 * Rungs by name, of those that make sense for the data.
 *
 * @param names  separated by commas; default all
 * @throws PinwalkError `OPTION_UNKNOWN` with the nearest name
 */
export function rungsNamed(names: string | undefined, withContent: boolean): readonly LadderRung[] {
  const rungs = ladderRungs.filter(({ needsContent }) => withContent || !needsContent);
  if (names === undefined) return rungs;
  const wanted = names.split(',').map((name) => name.trim());
  const known = ladderRungs.map(({ name }) => name);
  for (const name of wanted) {
    if (known.includes(name)) continue;
    const nearest = nearestName(name, known);
    throw new PinwalkError('OPTION_UNKNOWN', `ladder: ${name} is not a row; did you mean ${nearest}?`);
  }
  return rungs.filter(({ name }) => wanted.includes(name));
}

/** The ladder of a run as far as it is; undefined where it has none. */
export function readLadder(folder: RunFolder): Ladder | undefined {
  const file = path.join(folder.folder, FILE);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Ladder) : undefined; // written by `climb`
}

/**
 * Makes the rows that are missing and writes each into ladder.json when it is finished.
 *
 * @returns the ladder, and whether the signal ended it; a row at work then goes on from its checkpoint the next time
 * @throws PinwalkError `OPTION_OUT_OF_RANGE` when the ladder was begun with another config, `CHECKPOINT_INVALID` with other data;
 *   what runs throw
 */
export async function climb(options: LadderOptions): Promise<{ ladder: Ladder; stopped: boolean }> {
  const { folder, config, rungs, onRow } = options;
  const { fingerprint } = options.collection;
  const stored = readLadder(folder);
  if (stored) checkSame(stored, config, fingerprint);
  let ladder: Ladder = stored ?? { config, fingerprint, rows: [] };
  const keep = (rows: readonly LadderRow[]): void => {
    const all = [...ladder.rows, ...rows];
    ladder = { ...ladder, rows: ladderRungs.flatMap(({ name }) => all.find((row) => row.name === name) ?? []) };
    folder.writeJson(FILE, ladder);
  };
  const missing = rungs.filter(({ name }) => !ladder.rows.some((row) => row.name === name));
  const isStopped = (): boolean => options.signal?.aborted === true;

  const baselines = missing.filter(({ isBaseline }) => isBaseline);
  if (baselines.length > 0 && !isStopped()) keep(await measureBaselines(baselines, options));
  for (const rung of missing) {
    if (rung.isBaseline) continue;
    if (isStopped()) return { ladder, stopped: true };
    onRow?.(rung, undefined);
    const row = await trainRow(rung, options);
    if (!row) return { ladder, stopped: true };
    keep([row]);
    onRow?.(rung, row);
    removeTraining(rung, missing, options);
  }
  return { ladder, stopped: isStopped() };
}

async function measureBaselines(rungs: readonly LadderRung[], options: LadderOptions): Promise<LadderRow[]> {
  const began = Date.now();
  for (const rung of rungs) options.onRow?.(rung, undefined);
  const models = await judgeUntrained({ ...options, models: rungs.map(({ name }) => name) });
  const seconds = (Date.now() - began) / 1000 / rungs.length;
  return rungs.flatMap((rung) => {
    const metrics = models[rung.name];
    if (!metrics) return [];
    const row = rowOf(rung, { metrics, seconds, seed: options.config.seed });
    options.onRow?.(rung, row);
    return [row];
  });
}

/** Trains and evaluates one row, from its checkpoint where it was stopped before; undefined when it is stopped now. */
async function trainRow(rung: LadderRung, options: LadderOptions): Promise<LadderRow | undefined> {
  const began = Date.now();
  const config = checkConfig({ ...options.config, ...rung.change });
  const collection = rung.dropsVectors ? { ...options.collection, vectors: new Map() } : options.collection;
  const root = path.join(options.folder.folder, 'rows');
  const folder = RunFolder.openAgain(root, rung.trainsAs ?? rung.name);
  const resume = existsSync(folder.checkpoints);
  if (options.folder.hasSettings()) folder.writeSettings({ ...options.folder.readSettings(), config }); // to be compared as a run
  const models = ['pinwalk', 'embedding'];
  const progress = within(rung.name, options.progress);
  const result = await run({ ...options, progress, collection, config, folder, resume, serveSplit: 'none', models });
  if (result.stopped) return undefined;
  const { pinwalk: metrics = {}, embedding = {} } = result.models;
  return rowOf(rung, { metrics, embedding, seconds: (Date.now() - began) / 1000, seed: config.seed });
}

/** Takes away checkpoints that no row to come goes on from. */
function removeTraining(rung: LadderRung, rungs: readonly LadderRung[], { folder }: LadderOptions): void {
  const shared = rung.trainsAs ?? rung.name;
  const later = rungs.slice(rungs.indexOf(rung) + 1);
  if (later.some(({ name, trainsAs }) => (trainsAs ?? name) === shared)) return;
  rmSync(path.join(folder.folder, 'rows', shared, 'checkpoints'), { recursive: true, force: true });
}

function rowOf(
  { name, description, change }: LadderRung,
  measured: Omit<LadderRow, 'name' | 'description' | 'change'>,
): LadderRow {
  return { name, description, change, ...measured };
}

function checkSame(stored: Ladder, config: Config, fingerprint: string): void {
  if (stored.fingerprint !== fingerprint) {
    const got = `got ${fingerprint.slice(0, 12)}, begun on ${stored.fingerprint.slice(0, 12)}`;
    throw new PinwalkError(
      'CHECKPOINT_INVALID',
      `ladder: the data must be what it was begun on (${got}); take another --run`,
    );
  }
  const differing = Object.entries(config)
    .filter(([name, value]) => !FREE.includes(name) && stored.config[name as keyof Config] !== value)
    .map(([name, value]) => `${name} ${String(value)}, was ${String(stored.config[name as keyof Config])}`);
  if (differing.length === 0) return;
  throw new PinwalkError(
    'OPTION_OUT_OF_RANGE',
    `ladder: the config must be the one it was begun with (got ${differing.join('; ')}); drop these options or take another --run`,
  );
}
