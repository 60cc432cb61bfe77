/** What a training that was disturbed and gone on with must be: the same as one never stopped. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { openGeneration } from '../../data/generation/read.js';
import * as program from './program.js';
import type { Tally } from './tally.js';

/** A run of a world, and for what it is looked at. */
export interface EndedRun {
  readonly subject: string;
  /** Names the try, for faults. */
  readonly input: string;
  readonly world: string;
  readonly name: string;
}

/**
 * Compares a training that has ended with the run `seed1`, which was never stopped, and removes it and the cache.
 *
 * @param run.whole  the world that has `seed1`, default the same
 */
export function expectAsNeverStopped(
  tally: Tally,
  { end, whole: other, ...run }: EndedRun & { readonly end: program.Ended; readonly whole?: string },
): void {
  const { subject, input, world, name } = run;
  const fault = (what: string): void => tally.fault({ subject, input, what });
  const mine = path.join(world, 'runs', name);
  const whole = path.join(other ?? world, 'runs', 'seed1');
  if (end.code !== 0) fault(program.lastLine(end));
  else {
    const checkpoints = readdirSync(path.join(whole, 'checkpoints')).map((file) => path.join('checkpoints', file));
    const differing = checkpoints.filter((file) => !isSame(path.join(mine, file), path.join(whole, file)));
    if (differing.length > 0) fault(`other bytes: ${differing.join(', ')}`);
    if (figuresOf(mine) !== figuresOf(whole)) fault('other figures');
    expectWhole(tally, run);
    const left = program.leftovers(path.join(world, 'runs'));
    if (left.length > 0) fault(`left behind: ${left.join(', ')}`);
    tally.add(subject, 'ended as if never stopped');
  }
  for (const folder of [mine, path.join(world, 'runs', 'cache')]) rmSync(folder, { recursive: true, force: true });
}

/** Whether two files are there and hold the same bytes. */
export function isSame(one: string, other: string): boolean {
  return existsSync(one) && existsSync(other) && readFileSync(one).equals(readFileSync(other));
}

function figuresOf(run: string): string {
  const { models } = JSON.parse(readFileSync(path.join(run, 'metrics.json'), 'utf8')) as { models: unknown };
  return JSON.stringify(models);
}

/** Opens a run's generation. */
export function expectWhole(tally: Tally, { subject, input, world, name }: EndedRun): void {
  try {
    openGeneration(program.generationOf(world, name), { verify: 'now' }).close();
  } catch (error) {
    tally.fault({ subject, input, what: `torn: ${String(error)}` });
  }
}
