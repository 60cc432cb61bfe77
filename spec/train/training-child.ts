/**
 * Trains the small world in a process of its own, to be killed: `training-child.ts <checkpoint folder> <config as JSON> <step>`.
 *
 * Once that step is done it says so and stands still, so that whoever waits for it can kill it right there.
 */
import { writeSync } from 'node:fs';
import { openBackend } from '../../train/backend/open-backend.js';
import type { Config } from '../../train/config.js';
import { silent } from '../../train/progress.js';
import { train } from '../../train/model/training-loop.js';
import { look, smallCollection } from './small-world.js';

const [checkpointFolder = '', json = '{}', lastStep] = process.argv.slice(2);
const config = JSON.parse(json) as Config;
const collection = smallCollection();
await openBackend('wasm');
await train(config, {
  ...(await look(collection, config)),
  fingerprint: collection.fingerprint,
  checkpointFolder,
  resume: false,
  validate: (_, weights) => ({
    mean: weights.get('row.bias')?.values.reduce((sum, value) => sum + value, 0) ?? 0,
    standardError: 0,
  }),
  progress: silent,
  log: ({ step }) => {
    if (step !== Number(lastStep)) return;
    writeSync(1, `${step}\n`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
});
