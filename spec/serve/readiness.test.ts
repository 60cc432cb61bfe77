import t from 'tap';
import { openSnapshot, type Snapshot } from '../../serve/snapshot.js';
import { serve } from './server.js';
import { writeTinyGeneration } from './world.js';

t.test('health/ready answers 503 while lists cannot be made, whoever asked for them', async (t) => {
  const whole = openSnapshot(writeTinyGeneration());
  const { get } = await serve(t, whole);
  t.equal((await get('/health/ready')).status, 200);
  const broken: Snapshot = {
    ...whole,
    recommender: Object.assign(Object.create(whole.recommender) as typeof whole.recommender, {
      popularPins: () => ({ pins: Uint32Array.of(0) }),
      similarPins: () => Promise.reject(new Error('a torn page')),
    }),
  };
  const { get: ask } = await serve(t, broken);
  t.equal((await ask('/health/live')).status, 200);
  t.match(await ask('/health/ready'), {
    status: 503,
    body: {
      code: 'GENERATION_INVALID',
      detail: 'health: this generation must answer (got a torn page); serve a copy that is whole',
    },
  });
});
