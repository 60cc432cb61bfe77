import t from 'tap';
import { fuzz, stopUnderLoad } from './http.js';
import { writeWorld } from './served-world.js';

const options = { seed: 7, minutes: 1, onProgress: () => undefined };

t.test('requests drawn out of the OpenAPI document are answered as it says', async (t) => {
  const { subjects, faults } = await fuzz(writeWorld(7), options, 500);
  t.same(faults, []);
  t.ok(subjects.length > 10);
  const sum = (name: string): number => subjects.reduce((all, { outcomes }) => all + (outcomes[name] ?? 0), 0);
  t.ok(sum('2xx') > 100 && sum('4xx') > 100, 'both kinds are drawn');
});

t.test('no request that was sent before SIGTERM is lost', async (t) => {
  const { subjects, faults } = await stopUnderLoad(writeWorld(7), options, 1);
  t.same(faults, []);
  t.ok((subjects[0]?.outcomes['answered'] ?? 0) > 0);
});
