import { writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { mutantOf } from './mutate.js';
import { originals } from './originals.js';
import { mutantFormats, readMutants } from './readers.js';

t.test('what is damaged is a good file of its format', async (t) => {
  for (const [name, { bytes, read }] of Object.entries(originals)) {
    const file = path.join(t.testdir(), name);
    writeFileSync(file, bytes());
    t.ok(await read(file), name);
  }
});

t.test('a mutant depends on format, seed and number alone, and is another file', (t) => {
  const original = Buffer.from('board,pin\nb1,p1\n');
  const of = (seed: number, number: number): string =>
    Buffer.from(mutantOf(original, { format: 'saves.csv', seed, number })).toString('hex');
  t.equal(of(1, 1), of(1, 1));
  t.not(of(1, 1), of(1, 2));
  t.not(of(1, 1), of(2, 1));
  t.end();
});

t.test('damaged files of every format are read or refused, in time, and never end as a bug', async (t) => {
  const { subjects, faults } = await readMutants({ seed: 1, minutes: 1, onProgress: () => {} }, 25);
  t.same(faults, []);
  t.equal(subjects.length, mutantFormats.length);
  for (const { subject, outcomes } of subjects) t.ok((outcomes['refused'] ?? 0) > 0, subject);
});
