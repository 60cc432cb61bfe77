/** A world for the short forms: generations written by hand and checkpoints of four numbers, in place of trained runs. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { writeGeneration } from '../../data/generation/write.js';
import { parameter } from '../../train/kernels/parameters.js';
import { saveBest, saveCheckpoint } from '../../train/model/checkpoint.js';
import { tinyContents } from '../serve/world.js';
import { smallConfig } from '../train/small-world.js';
import * as program from './program.js';

/** Puts what the campaign reads of `seed1` and `seed2` into a folder. */
export function writeSmallWorld(folder: string): string {
  for (const seed of [1, 2]) {
    mkdirSync(path.join(folder, 'runs', `seed${seed}`), { recursive: true });
    writeGeneration(program.generationOf(folder, `seed${seed}`), tinyContents(`tiny ${seed}`));
    const checkpoints = path.join(folder, 'runs', `seed${seed}`, 'checkpoints');
    const trained = { config: smallConfig({ seed }), fingerprint: 'f', contentFingerprint: 'c' };
    const state = { ...trained, step: 12, bestValidation: 0.5, keptEpoch: 3, finished: true };
    const weights = new Map([['row.query', parameter('row.query', [2, 2], Float32Array.of(1, 2, 3, seed), {})]]);
    saveCheckpoint(checkpoints, state, weights);
    saveBest(checkpoints, state, weights);
  }
  return folder;
}
