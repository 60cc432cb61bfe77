import t from 'tap';
import { failExports } from './disk.js';
import { writeSmallWorld } from './small-world.js';
import { Tally } from './tally.js';

t.test('an export whose disk is full from its n-th write on says so and leaves nothing', async (t) => {
  const tally = new Tally({ seed: 1, minutes: 2, onProgress: () => {} });
  const failing = { code: 'ENOSPC', writes: 2, until: 1, formats: ['csv'] };
  await failExports(writeSmallWorld(t.testdir()), tally, failing);
  const { faults, subjects } = tally.result();
  t.same(faults, []);
  t.same(subjects, [{ subject: 'export ENOSPC', outcomes: { 'refused with STORAGE_FAILED': 2 } }]);
});
