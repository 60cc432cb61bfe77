/** Whole runs on small worlds, in folders of their own, and the metrics they write. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Collection } from '../../data/collection.js';
import { syntheticSaves } from '../../data/synthetic.js';
import type { Config } from '../../train/config.js';
import { silent } from '../../train/progress.js';
import { run, type RunOptions, type RunResult } from '../../train/run.js';
import { RunFolder } from '../../train/run-folder.js';
import { smallConfig } from './small-world.js';

interface Estimate {
  readonly mean: number;
  readonly standardError: number;
}

/** What metrics.json is to hold. */
export interface Metrics {
  readonly models: Record<string, Record<string, Record<string, Estimate> & { readonly queries: number }>>;
  readonly config: Config;
  readonly split: Record<string, number | string>;
  readonly fusion: { readonly settings: unknown; readonly trials: readonly unknown[] };
  readonly fingerprint: string;
}

/** 120 pins of 4 topics, 80 boards, 900 saves. */
export const topicWorld = syntheticSaves({
  pinCount: 120,
  boardCount: 80,
  saveCount: 900,
  seed: 4,
  topicCount: 4,
}).collection;

export function newFolder(): RunFolder {
  return RunFolder.open(mkdtempSync(path.join(tmpdir(), 'pinwalk-run-')), 'small', { resume: false });
}

/** What a small run is given, and where it says its lines. */
export function smallOptions(
  collection: Collection,
  folder: RunFolder,
  changes: Partial<Config> = {},
): { options: RunOptions; said: string[] } {
  const said: string[] = [];
  const options: RunOptions = {
    ...{ collection, folder, resume: false, serveSplit: 'all', progress: silent },
    cacheFolder: path.join(folder.folder, 'cache'),
    say: (line) => void said.push(line),
    config: smallConfig({ epochs: 4, batchPairs: 0, hardNegatives: 0, ...changes }),
  };
  return { options, said };
}

export async function runSmall(
  collection: Collection,
  given: Partial<Omit<RunOptions, 'config'>> & { readonly config?: Partial<Config> } = {},
): Promise<{ result: RunResult; folder: RunFolder; said: string[]; metrics: () => Metrics }> {
  const folder = given.folder ?? newFolder();
  const { options, said } = smallOptions(collection, folder, given.config);
  const result = await run({ ...options, ...given, folder, config: options.config });
  const file = path.join(folder.folder, 'metrics.json');
  return { result, folder, said, metrics: () => JSON.parse(readFileSync(file, 'utf8')) as Metrics };
}
