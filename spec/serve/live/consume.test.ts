import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { randomInteger, randomStream } from '../../../data/random.js';
import { LiveStore } from '../../../serve/live/store.js';
import { compiled } from '../../tools/paths.js';
import { inOrder, randomEvents, shuffled } from './random-events.js';

t.test('a consumer killed at random moments, in a transaction and after one, comes to the offline result', (t) => {
  const folder = t.testdir();
  const events = randomEvents(3, 2_000, { pins: 300, boards: 40, moments: 500 });
  const lines = shuffled(events, 3);
  const file = path.join(folder, 'events.jsonl');
  writeFileSync(file, lines.map((event) => `${JSON.stringify(event)}\n`).join(''));
  const random = randomStream(3, 'kills');
  const database = path.join(folder, 'killed.sqlite');
  const run = (moment: number): string | null => {
    const argv = [compiled('spec/serve/live/consume-child.ts'), file, database, '100', String(moment)];
    const { signal, status, stderr } = spawnSync(process.execPath, argv);
    t.ok(signal === 'SIGKILL' || status === 0, String(stderr));
    return signal;
  };
  for (const sign of [1, -1, 1]) t.equal(run(sign * (100 + randomInteger(random, 400))), 'SIGKILL');
  t.equal(run(0), null);
  const killed = new LiveStore(database);
  const offline = new LiveStore(path.join(folder, 'offline.sqlite'));
  offline.apply('offline', {
    records: inOrder(events).map((value) => ({ body: { value } })),
    position: { stream: '', offset: '' },
  });
  t.equal(killed.stateHash(), offline.stateHash());
  t.match(killed.counters(), { applied: events.length, duplicates: lines.length - events.length, deadLetters: 0 });
  killed.close();
  offline.close();
  t.end();
});
