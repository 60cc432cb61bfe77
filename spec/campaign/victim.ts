/**
 * A process to be killed: it writes to the same names again and again, what two generations hold by turns.
 *
 * `victim generation ONE OTHER FOLDER` writes generations, `victim export ONE OTHER FOLDER` exports of each format.
 */
import { writeBothWays } from './kill-writers.js';

const [subject, one, other, folder] = process.argv.slice(2) as [string, string, string, string]; // as `killWriters` gives them
process.stdout.write('ready\n');
for (;;) {
  for (const generation of [one, other]) await writeBothWays(subject, generation, folder);
  process.stdout.write('wrote\n');
}
