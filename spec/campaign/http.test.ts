import t from 'tap';
import { fuzz, sendHeavy, stopUnderLoad } from './http.js';
import { writeWorld } from './served-world.js';

const options = { seed: 7, minutes: 1, onProgress: () => undefined };
const world = writeWorld(7, { pinCount: 120, folder: t.testdir() });

t.test('requests drawn out of the OpenAPI document are answered as it says', async (t) => {
  const { subjects, faults } = await fuzz(world, options, 200);
  t.same(faults, []);
  t.ok(subjects.length > 10);
  const sum = (name: string): number => subjects.reduce((all, { outcomes }) => all + (outcomes[name] ?? 0), 0);
  t.ok(sum('2xx') > 40 && sum('4xx') > 40, 'both kinds are drawn');
});

t.test('dear inputs are answered', async (t) => {
  const { subjects, faults } = await sendHeavy(world, { ...options, minutes: 0 }, 1);
  t.same(faults, []);
  t.ok(subjects.every(({ outcomes }) => (outcomes['live 2xx'] ?? 0) > 0));
});

t.test('no request that was sent before SIGTERM is lost', async (t) => {
  const { subjects, faults } = await stopUnderLoad(world, options, 1);
  t.same(faults, []);
  t.ok((subjects[0]?.outcomes['answered'] ?? 0) > 0);
});
