import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import t from 'tap';
import { lockFolder } from '../../../data/folder-lock.js';
import { writeGeneration } from '../../../data/generation/write.js';
import { lastSteps } from '../../../data/writers/event-file.js';
import { checkConfig } from '../../../train/config.js';
import { RunFolder } from '../../../train/run-folder.js';
import { openTensorboard } from '../../../train/tracking/tensorboard.js';
import type { TrackedTraining } from '../../../train/tracking/tracker.js';
import { tinyContents } from '../../serve/world.js';

const root = mkdtempSync(path.join(tmpdir(), 'pinwalk-tensorboard-'));
t.teardown(() => rmSync(root, { recursive: true }));
const logs = path.join(root, 'logs');

function training(name: string, said: string[] = []): TrackedTraining {
  const folder = RunFolder.openAgain(path.join(root, 'runs'), name);
  mkdirSync(folder.folder, { recursive: true });
  return { folder, config: checkConfig({}), resume: false, say: (line) => void said.push(line) };
}

function events(name: string): Buffer[] {
  const own = path.join(logs, name);
  const files = readdirSync(own).filter((file) => file.startsWith('events.out.tfevents.'));
  return files.sort().map((file) => readFileSync(path.join(own, file)));
}

t.test('a resumed run writes a file of its own and repeats no step of those before', async (t) => {
  const first = openTensorboard(logs, training('resumed'));
  for (const step of [1, 2, 3]) first.log({ step, epoch: 0, loss: 1 / step });
  first.log({ step: 3, epoch: 0, validation: 0.5 });
  await first.close('stopped');
  const second = openTensorboard(logs, training('resumed'));
  for (const step of [2, 3, 4]) second.log({ step, epoch: 0, loss: 1 / step });
  second.log({ step: 4, epoch: 1, validation: 'nothing to validate' });
  await second.close('stopped');
  const files = events('resumed');
  t.equal(files.length, 2);
  t.same(Object.fromEntries(lastSteps(files[0] as Buffer)), {
    config: 0,
    'training/loss': 3,
    'validation/recall@20': 3,
  });
  t.same(Object.fromEntries(lastSteps(files[1] as Buffer)), { 'training/loss': 4 });
  t.equal(files[1]?.toString('latin1').split('training/loss').length, 2, 'once, at step 4 alone');
});

t.test('a finished run has its figures on test, and a projector beside its events', async (t) => {
  const own = training('whole');
  const tracker = openTensorboard(logs, own);
  tracker.log({ step: 9, epoch: 0, loss: 1 });
  writeGeneration(own.folder.generation, tinyContents());
  const figure = { mean: 0.25, standardError: 0.1 };
  const metrics = { 'recall@20': figure, 'ndcg@20': figure } as never; // those that are shown
  await tracker.finish({ pinwalk: { boardIdeas: metrics } });
  t.equal(lastSteps(events('whole')[0] as Buffer).get('test boardIdeas recall@20/pinwalk'), 9);
  t.match(readFileSync(path.join(logs, 'whole', 'projector_config.pbtxt'), 'utf8'), 'tensor_name: "pins"');
});

t.test('a folder that another writer holds, or that cannot be written, is said once and changes nothing', async (t) => {
  const own = path.join(logs, 'held');
  const release = lockFolder(own);
  const said: string[] = [];
  const tracker = openTensorboard(logs, training('held', said));
  tracker.log({ step: 1, epoch: 0, loss: 1 });
  await tracker.finish({});
  t.same(events('held'), []);
  release();
  t.equal(said.length, 1);
  t.match(said[0], /^tensorboard: .*must have one owner .*; this run is not shown there$/);

  const file = path.join(root, 'file');
  writeFileSync(file, '');
  chmodSync(file, 0o400);
  const other: string[] = [];
  await openTensorboard(file, training('other', other)).close('failed');
  t.match(other, [/^tensorboard: .*; this run is not shown there$/]);
});
