/**
 * Reads a file of events into a store and kills itself (`kill -9`): `consume-child FILE STORE BATCH RECORD`, at the record of that
 * number, in the middle of its transaction; after the commit of its batch where the number is negative; never where it is 0.
 */
import { consume } from '../../../serve/live/consume.js';
import type { EventSource } from '../../../serve/live/source.js';
import { jsonlFile } from '../../../serve/live/sources/jsonl-file.js';
import { LiveStore } from '../../../serve/live/store.js';

const [file = '', database = '', batchSize, moment] = process.argv.slice(2);
const killAt = Number(moment);
const die = (): void => void process.kill(process.pid, 'SIGKILL');
const lines = jsonlFile(file, { follow: false, batchSize: Number(batchSize) });
let count = 0;

/** The file's records, one of which is deadly. */
const source: EventSource = {
  name: 'file',
  async *read(from, signal) {
    for await (const batch of lines.read(from, signal)) {
      const records = batch.records.map(({ body }) => ({
        get body() {
          if (++count === killAt) die();
          return body;
        },
      }));
      yield { ...batch, records };
    }
  },
};

const store = new LiveStore(database);
await consume(source, store, {
  signal: new AbortController().signal,
  onApplied: () => {
    if (killAt < 0 && count >= -killAt) die();
  },
});
store.close();
