/**
 * The ladder of ablations beside a run, if there is one: `ladder.json` in the run's folder.
 */
import { existsSync, readFileSync } from 'node:fs';
import { PinwalkError } from '../../data/errors.js';
import type { Estimate } from '../evaluation/metrics.js';

/** One rung: a change of the config and what came of it. */
export interface LadderRow {
  readonly name: string;
  readonly description: string;
  readonly metrics: Readonly<Record<string, Readonly<Record<string, Estimate>>>>;
  readonly seconds: number;
}

/**
 * Reads a ladder.
 *
 * @returns rows in the file's order; `undefined` where there is no such file
 * @throws PinwalkError `INPUT_INVALID`
 */
export function readLadder(file: string): LadderRow[] | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { rows } = JSON.parse(readFileSync(file, 'utf8')) as { rows: LadderRow[] };
    if (!Array.isArray(rows)) throw new Error('no list of rows');
    return rows;
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new PinwalkError('INPUT_INVALID', `ladder: ${file} must be as npm run ablate writes it (got ${got})`, {
      cause: error,
    });
  }
}
