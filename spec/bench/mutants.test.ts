import t from 'tap';
import { mutantFormats, readMutants } from './mutants.js';

t.test('damaged files of every format are read or refused, in time, and never end as a bug', async (t) => {
  for (const format of mutantFormats) {
    const { read, refused, bugs } = await readMutants(format, { count: format.endsWith('.parquet') ? 20 : 100 });
    t.same(bugs, [], format);
    const isChecked = format.endsWith('.gz'); // its own checksum notices nearly everything
    t.ok((read > 0 || isChecked) && refused > 0, `${format}: ${read} read, ${refused} refused`);
  }
});
