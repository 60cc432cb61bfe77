import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { TrialStore, type StoredTrial } from '../../../train/experiments/trial-store.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pinwalk-trials-'));
const search = { trials: 3, config: { epochs: 3 } };

const trialOf = (rung: number, trial: number, figure: number | undefined): StoredTrial => ({
  rung,
  trial,
  epochs: 1,
  options: { rowRate: 0.01, pooling: 'mean' },
  figure,
  failure: figure === undefined ? 'the loss was NaN' : undefined,
  seconds: 1.5,
});

t.test('trials come back as they were added, by rung and number, after the file was opened again', (t) => {
  const file = path.join(folder, 'below', 'trials.sqlite');
  const store = TrialStore.open(file, search);
  const added = [trialOf(1, 0, 0.5), trialOf(0, 2, undefined), trialOf(0, 0, 0.25)];
  for (const trial of added) store.add(trial);
  store.close();
  const again = TrialStore.open(file, search);
  t.teardown(() => again.close());
  t.same(again.all(), [added[2], added[1], added[0]]);
  t.throws(() => again.add(trialOf(0, 0, 0.3)), /UNIQUE/, 'a trial ends once');
  t.end();
});

t.test('a search that began otherwise is refused, by the name of what differs', (t) => {
  const file = path.join(folder, 'other.sqlite');
  TrialStore.open(file, search).close();
  t.throws(() => TrialStore.open(file, { ...search, config: { epochs: 4 } }), {
    code: 'OPTION_OUT_OF_RANGE',
    message: `trials: config must be what the search began with, {"epochs":3} (got {"epochs":4}); take another --run`,
  });
  t.throws(() => TrialStore.open(file, { ...search, seed: 1 }), {
    message: 'trials: seed must be what the search began with, nothing (got 1); take another --run',
  });
  t.end();
});

t.test('a file that is no search is refused', (t) => {
  const file = path.join(folder, 'text.sqlite');
  writeFileSync(file, 'not a database, and longer than the hundred bytes of a header '.repeat(4));
  t.throws(() => TrialStore.open(file, search), {
    code: 'INPUT_INVALID',
    message: `trials: ${file} must be a search (got another file); take another --run`,
  });
  t.end();
});

t.test('a search that is damaged is named as one, with what to do', (t) => {
  const file = path.join(folder, 'damaged.sqlite');
  const store = TrialStore.open(file, search);
  store.add(trialOf(0, 0, 0.25));
  store.close();
  const bytes = readFileSync(file);
  bytes.fill(255, 4096);
  writeFileSync(file, bytes);
  const open = (): void => {
    const damaged = TrialStore.open(file, search);
    t.teardown(() => damaged.close());
    damaged.all();
  };
  t.throws(open, {
    code: 'INPUT_INVALID',
    message: /damaged\.sqlite must be as npm run tune wrote it \(got .*\); bring it back, or take another --run$/,
  });
  t.end();
});
