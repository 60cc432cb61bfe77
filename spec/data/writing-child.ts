/**
 * Begins to write a file in a process of its own, to be killed in the midst: `writing-child.ts <stream|database> <file>`.
 *
 * Once half is written it says so and stands still.
 */
import { readdirSync, writeSync } from 'node:fs';
import path from 'node:path';
import { Sqlite } from '../../data/sqlite.js';
import { fillWhole, streamWhole } from '../../data/whole-file.js';

const [kind, file = ''] = process.argv.slice(2);

function standStill(): never {
  writeSync(1, 'half\n');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

async function* halfAFile(): AsyncGenerator<string> {
  yield 'half a file';
  const isBegun = (): boolean => readdirSync(path.dirname(file)).some((name) => name.endsWith('.writing'));
  while (!isBegun()) await new Promise((resolve) => setImmediate(resolve)); // a stream opens its file on another thread
  standStill();
}

if (kind === 'stream') await streamWhole([{ file, pieces: halfAFile() }]);
else {
  fillWhole(file, (aside) => {
    const database = new Sqlite(aside);
    database.pragma('cache_size = 1'); // so that what is inserted reaches the file, and its journal stands beside it
    database.exec(
      'CREATE TABLE t (x BLOB); INSERT INTO t VALUES (zeroblob(99999)); BEGIN; UPDATE t SET x = randomblob(99999)',
    );
    standStill();
  });
}
