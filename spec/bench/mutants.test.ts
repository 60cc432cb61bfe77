import { writeFileSync } from 'node:fs';
import path from 'node:path';
import t from 'tap';
import { mutantFormats, readMutants } from './mutants.js';
import { originals } from './originals.js';

t.test('what is damaged is a good file of its format', async (t) => {
  for (const [name, { bytes, read }] of Object.entries(originals)) {
    const file = path.join(t.testdir(), name);
    writeFileSync(file, bytes());
    t.ok(await read(file), name);
  }
});

t.test('damaged files of every format are read or refused, in time, and never end as a bug', async (t) => {
  for (const format of mutantFormats) {
    const { read, refused, bugs } = await readMutants(format, { count: format.endsWith('.parquet') ? 20 : 60 });
    t.same(bugs, [], format);
    // Its own checksum, or the check of every name, notices nearly everything.
    const isChecked = format.endsWith('.gz') || format === 'config.json';
    t.ok((read > 0 || isChecked) && refused > 0, `${format}: ${read} read, ${refused} refused`);
  }
});
