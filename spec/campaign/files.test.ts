import t from 'tap';
import { damageCheckpoints, damageGenerations } from './files.js';
import { writeSmallWorld } from './small-world.js';
import { Tally } from './tally.js';

const options = { seed: 1, minutes: 2, onProgress: () => {} };

t.test('a damaged generation is refused, or answers every route as the undamaged one does', async (t) => {
  const tally = new Tally(options);
  await damageGenerations(writeSmallWorld(t.testdir()), tally, { seed: 1, inputs: 60, until: 1, verify: 'now' });
  const { faults, subjects } = tally.result();
  t.same(faults, []);
  t.ok((subjects[0]?.outcomes['refused'] ?? 0) > 20);
});

t.test('before its checksum has been read a damaged generation is refused or served, never with a 500', async (t) => {
  const tally = new Tally(options);
  await damageGenerations(writeSmallWorld(t.testdir()), tally, { seed: 2, inputs: 40, until: 1, verify: 'none' });
  t.same(tally.result().faults, []);
});

t.test('a damaged checkpoint, or one of another run, is refused', async (t) => {
  const tally = new Tally(options);
  await damageCheckpoints(writeSmallWorld(t.testdir()), tally, { seed: 1, inputs: 200, until: 1 });
  const { faults, subjects } = tally.result();
  t.same(faults, []);
  t.ok((subjects[0]?.outcomes['refused'] ?? 0) > 150);
});
