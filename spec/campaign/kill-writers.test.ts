import t from 'tap';
import { randomStream } from '../../data/random.js';
import { killWriters } from './kill-writers.js';
import { writeSmallWorld } from './small-world.js';
import { Tally } from './tally.js';

t.test('a writer that is killed leaves whole files under their names, and the next one nothing else', async (t) => {
  const tally = new Tally({ seed: 1, minutes: 2, onProgress: () => {} });
  const share = { random: randomStream(1, 'kill'), kills: 2, until: 1 };
  await killWriters(writeSmallWorld(t.testdir()), tally, { subject: 'generation', ...share });
  const { faults, subjects } = tally.result();
  t.same(faults, []);
  t.equal(subjects[0]?.outcomes['killed'], 2);
});
