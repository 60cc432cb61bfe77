/** Worker entry: looks for damage in one generation, says what there is, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { Sqlite } from '../sqlite.js';
import { findDamage, type VerificationTask } from './verification.js';

const { file, checksum } = workerData as VerificationTask; // given by `verifyInBackground`
const database = new Sqlite(file, { readonly: true });
try {
  const stored = database.prepare<[], string>(`SELECT value FROM meta WHERE key = 'checksum'`).pluck().get();
  const isReplaced = stored !== JSON.stringify(checksum); // by a whole new generation: nothing to say of the one opened
  parentPort?.postMessage(isReplaced ? undefined : findDamage(database, checksum));
} finally {
  database.close();
}
