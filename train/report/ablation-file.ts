/**
 * The ladder of ablations beside a run, if there is one: `ladder.json` in the run's folder.
 */
import { existsSync, readFileSync } from 'node:fs';
import { PinwalkError } from '../../data/errors.js';
import type { Ladder } from '../experiments/ablation.js';

/**
 * Reads a ladder.
 *
 * @returns rows in the file's order; `undefined` where there is no such file
 * @throws PinwalkError `INPUT_INVALID`
 */
export function readLadder(file: string): Ladder['rows'] | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const { rows } = JSON.parse(readFileSync(file, 'utf8')) as Ladder;
    if (!(rows instanceof Array)) throw new Error('no list of rows');
    return rows;
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new PinwalkError('INPUT_INVALID', `ladder: ${file} must be as npm run ablate writes it (got ${got})`, {
      cause: error,
    });
  }
}
