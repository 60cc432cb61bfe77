/**
 * The ablation table of a run's folder, `ablation.json`: written row by row, shown in the run's report.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PinwalkError } from '../../data/errors.js';
import type { Config } from '../config.js';
import type { MetricsTable } from '../evaluation/table.js';

/** A finished row. */
export interface AblationRow {
  readonly name: string;
  readonly description: string;
  /** Options that differ from the config of the ablation. */
  readonly change: Partial<Config>;
  /** By task and metric: of the fused ranking, or of the baseline. */
  readonly metrics: MetricsTable[string];
  /** The same of the trained vectors alone. */
  readonly embedding?: MetricsTable[string];
  /** Of training, choice of weights and evaluation; baselines are measured together and share theirs equally. */
  readonly seconds: number;
  readonly seed: number;
}

/** What ablation.json holds. */
export interface Ablation {
  /** What the rows change. */
  readonly config: Config;
  readonly fingerprint: string;
  /** In the order of `rowDefinitions`. */
  readonly rows: readonly AblationRow[];
}

/** Name of the file in a run's folder, and the one it had before. */
export const ablationFile = 'ablation.json';
const FORMER_FILE = 'ladder.json';

/**
 * Reads the ablation of a run's folder as far as it is.
 *
 * @returns rows in the file's order; `undefined` where there is no such file
 * @throws PinwalkError `INPUT_INVALID`
 */
export function readAblation(folder: string): Ablation | undefined {
  const file = [ablationFile, FORMER_FILE].map((name) => path.join(folder, name)).find((name) => existsSync(name));
  if (file === undefined) return undefined;
  try {
    const ablation = JSON.parse(readFileSync(file, 'utf8')) as Ablation; // written by `ablate`
    if (!(ablation.rows instanceof Array)) throw new Error('no list of rows');
    return ablation;
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new PinwalkError('INPUT_INVALID', `ablation: ${file} must be as npm run ablate writes it (got ${got})`, {
      cause: error,
    });
  }
}
